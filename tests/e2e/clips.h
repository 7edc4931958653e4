// SPDX-License-Identifier: Apache-2.0

// Synthetic clips for the whole-program tests: the demo's figure, whose true pose is known.

#ifndef VIDEOPOSE_TESTS_E2E_CLIPS_H_
#define VIDEOPOSE_TESTS_E2E_CLIPS_H_

#include <cstdint>
#include <filesystem>
#include <functional>

#include "videopose/synthetic/moving_shot.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal {

// Two seconds of the project's own figure, 50 frames: it waves and squats. Its truth, and its
// frames as an MP4 (made once for each test process).
const SyntheticClip& Figure();
std::filesystem::path FigureClip();

// Five seconds of the figure walking through a room, filmed by a camera that pans after it (made
// once for each test process).
std::filesystem::path PanClip();
const MovingShot& PanShot();

// Two of them side by side, the right one mirrored, in other colours and from the end to the start.
std::filesystem::path TwoFiguresClip();

// The same in a loop: so many frames, with the figure in those where `is_there`; the others show
// no person.
void WriteFigureClip(const std::filesystem::path& file, int64_t frames,
                     const std::function<bool(int64_t frame)>& is_there);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TESTS_E2E_CLIPS_H_
