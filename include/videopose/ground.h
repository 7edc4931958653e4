// SPDX-License-Identifier: Apache-2.0

// World grounding: from poses relative to their own hips to global trajectories, and what is known
// of the camera's lens for it. Grounding (pose.h) has the ladder of fallbacks.

#ifndef VIDEOPOSE_GROUND_H_
#define VIDEOPOSE_GROUND_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose {

// OpenCV's FileStorage (YAML, JSON or XML), ROS camera_info YAML, the TOML of Pose2Sim and Anipose,
// and plain files with the same names: camera_matrix (K, cameraMatrix, mtx, ...) and, where the
// lens bends lines, distortion_coefficients (D, distCoeffs, dist, ...). Of a file with several
// cameras by name, `camera` says which one. Throws Error for a file that is none of these or whose
// numbers are no camera, and, with their names, where there are several and `camera` is none of
// them.
Lens ReadCalibration(const std::filesystem::path& path, const std::string& camera = "");
// `name` is what errors call the text; where it ends in .toml, the text is TOML.
Lens ParseCalibration(std::string_view text, const std::string& name,
                      const std::string& camera = "");

//   Motion motion = lifter.Lift(keypoints);
//   GroundMotion(keypoints, {.height_m = 1.80}, motion);

// What is known beforehand of the camera.
enum class CameraMotion {
  kAuto,    // it turns, zooms and walks as the keypoints say (KeypointSequence::camera); where they
            // say nothing, it stands still
  kStatic,  // it stands still
  kMoving,  // it moves; where the keypoints do not say how, there is no common world
};

struct GroundOptions {
  // The lens. The first of these that is there counts; without any, DefaultFocalPx().
  std::optional<double> focal_px;  // of the video's pixels
  std::optional<double> fov_deg;   // from the image's left to its right edge
  std::optional<Lens> calibration;

  // The height of people; scales poses and distances. Without it people are as tall as lifted.
  std::optional<double> height_m;
  // Without a common world roots in front of the camera are removed, poses stay as lifted, and each
  // person stands on a floor of their own (Grounding::kCameraMoving). That is also what comes of a
  // camera whose rotation could not be followed in more than a tenth of the frames.
  CameraMotion camera = CameraMotion::kAuto;
  // If the motion has roots already (of a trajectory network), use them instead of computing them
  // from the keypoints.
  bool keep_roots = false;
  // Feet that carry weight stand still on the floor, which is one for all people where it can be.
  bool lock_feet = true;
  // Poses are fitted over the clip to their keypoints in the image, to bones of constant lengths
  // (left and right alike), to standing feet and to calm motion; without this they stay as lifted.
  bool refine = true;
  // Standard deviation of a Gaussian over time, the same forwards and backwards (no delay). 0:
  // none.
  double smooth_s = 0;
};

// Whether the options specify the lens.
bool KnowsLens(const GroundOptions& options);

// The lens of a video of this size. Throws Error for options that make no sense.
Lens LensFor(const GroundOptions& options, int width_px, int height_px);

// Says where in the world people are, and by motion.grounding how that is known. In a common world
// it fills root_in_cam, feet_down, motion.camera and, if the camera turns, zooms or walks,
// motion.camera_path, and moves joints_in_cam where `options` ask for it (height, locked feet and
// bones, smoothing); without one, root_in_world. `keypoints` are what the motion was lifted from;
// people are matched by their id. World: z up, the floor at z = 0, x to the right of the first
// frame's camera, the origin under the first person's first standing pose. People without a pose in
// any frame have no root; if no person has one, there is no camera.
void GroundMotion(const KeypointSequence& keypoints, const GroundOptions& options, Motion& motion);

// A Gaussian over time with this standard deviation, within runs of frames that have a pose: joints
// and, where known, roots.
void SmoothMotion(Motion& motion, double smooth_s);

}  // namespace videopose

#endif  // VIDEOPOSE_GROUND_H_
