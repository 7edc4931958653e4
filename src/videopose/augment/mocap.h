// SPDX-License-Identifier: Apache-2.0

// Endless synthetic training data: recorded motion on bodies of all proportions, projected by
// random cameras, with keypoints that have the errors of a real detector.

#ifndef VIDEOPOSE_AUGMENT_MOCAP_H_
#define VIDEOPOSE_AUGMENT_MOCAP_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "videopose/augment/augmentation_options.h"
#include "videopose/augment/body_motion.h"
#include "videopose/augment/motion_mixer.h"
#include "videopose/base/fast_random.h"
#include "videopose/data/sequence.h"
#include "videopose/lift/person_input.h"
#include "videopose/pose.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

// A person in front of a camera, with simulated detections.
struct SyntheticRecording {
  int width_px = 0, height_px = 0;
  double focal_px = 0, assumed_focal_px = 0;  // of the lens; and as it is assumed to be
  double fps = 0;                             // apparent
  std::vector<Keypoint> keypoints;            // (T, 17), COCO
  std::vector<std::array<Vec3f, kH36mJoints>>
      joints_in_cam;               // T, Human3.6M's, relative to the root
  std::vector<Vec3f> root_in_cam;  // T
};

// The same seed gives the same recording.
SyntheticRecording SynthesizeRecording(std::span<const BodyMotion> clips, int64_t frames,
                                       const SynthesisOptions& options, uint64_t seed);

// As a sequence for evaluation: keypoints are rows of the lifter's input, (T, J2, F). With rays
// poses and roots are in the view's frame (lift/person_input.h): rays are those of the assumed
// lens, poses are turned by the true one.
Sequence SequenceOf(const SyntheticRecording& recording, LifterInput input,
                    const std::string& name);

struct MocapLibrary {
  std::vector<BodyMotion> train, test;
  std::vector<std::string> left_out;  // a line each: the file, and why
};

// All .bvh and .amc files of the folders and the folders in them, in the order of their paths; read
// by their folder's map, else by `map`, else by the first known map whose joints a file has. Clips
// that `test_names` names (by file name without extension) are kept apart; where it names none,
// every eighth of a folder, or the last clip where no folder has so many. Throws Error where there
// is no clip, or a file cannot be read or fits no map. Clips that cannot be a person's
// (possible_motion.h) are left out.
MocapLibrary ReadMocap(const std::vector<MocapFolder>& folders,
                       const std::filesystem::path& map = {},
                       std::span<const std::string> test_names = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_MOCAP_H_
