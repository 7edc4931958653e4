// SPDX-License-Identifier: Apache-2.0

// .c3d: markers in binary, what biomechanics programs exchange.
// Source of the format: "The C3D File Format: A Technical User Guide", c3d.org. It counts in blocks
// of 512 bytes: a header, parameters in named groups, then frame by frame four numbers a point
// (x, y, z, and the residual, below 0 where the point is not there).

#ifndef VIDEOPOSE_MOTION_FILES_C3D_H_
#define VIDEOPOSE_MOTION_FILES_C3D_H_

#include <filesystem>
#include <string_view>

#include "videopose/motion_files/marker_trial.h"

namespace videopose::internal {

// Little-endian, floats. `y_up`: POINT:X_SCREEN and Y_SCREEN say +X and +Y, else +X and +Z.
// Frames beyond 65535 are counted in TRIAL:ACTUAL_END_FIELD and POINT:LONG_FRAMES, as the header's
// 16 bits cannot. At most 255 markers. Atomically.
void WriteC3d(const std::filesystem::path& path, const MarkerTrial& trial, bool y_up);

// Whether a file that begins like this is one: the number of its first block of parameters, which
// is small, and the format's key. (A PNG has the key's byte there, too.)
inline bool LooksLikeC3d(std::string_view beginning) {
  return beginning.size() > 1 && beginning[0] > 0 && beginning[0] < 9 && beginning[1] == 0x50;
}

// Little-endian files with points as floats or integers; analog data are passed over. Throws Error
// for others, and for damaged ones.
MarkerTrial ReadC3d(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MOTION_FILES_C3D_H_
