// SPDX-License-Identifier: Apache-2.0

// World grounding: from poses relative to their own hips to global trajectories, and what is known
// of the camera's lens for it. Grounding (pose.h) has the ladder of fallbacks.

#ifndef VIDEOPOSE_GROUND_H_
#define VIDEOPOSE_GROUND_H_

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose {

// What is known of the camera's lens, and files that hold it.

// OpenCV's camera models, in pixels of an image of width_px x height_px. With (x, y) = (X, Y) / Z
// in the camera's frame and r^2 = x^2 + y^2:
//   kBrown    x' = x (1 + k1 r^2 + k2 r^4 + k3 r^6) / (1 + k4 r^2 + k5 r^4 + k6 r^6)
//                  + 2 p1 x y + p2 (r^2 + 2 x^2)          distortion = k1 k2 p1 p2 k3 k4 k5 k6
//   kFisheye  (x', y') = (x, y) / r * (a + k1 a^3 + k2 a^5 + k3 a^7 + k4 a^9), a = atan(r)
//                                                         distortion = k1 k2 k3 k4
//   x_px = focal_px.x x' + centre_px.x                    likewise y
struct CameraCalibration {
  enum class Model { kBrown, kFisheye };

  int width_px = 0, height_px = 0;  // 0: the file does not say; then the video's
  Vec2d focal_px;
  Vec2d centre_px;
  Model model = Model::kBrown;
  std::array<double, 8> distortion{};
  bool operator==(const CameraCalibration&) const = default;
};

// OpenCV's FileStorage (YAML, JSON or XML), ROS camera_info YAML, the TOML of Pose2Sim and Anipose,
// and plain files with the same names: camera_matrix (K, cameraMatrix, mtx, ...) and, where the
// lens bends lines, distortion_coefficients (D, distCoeffs, dist, ...). Of a file with several
// cameras by name, `camera` says which one. Throws Error for a file that is none of these or whose
// numbers are no camera, and, with their names, where there are several and `camera` is none of
// them.
CameraCalibration ReadCalibration(const std::filesystem::path& path,
                                  const std::string& camera = "");
// `name` is what errors call the text; where it ends in .toml, the text is TOML.
CameraCalibration ParseCalibration(std::string_view text, const std::string& name,
                                   const std::string& camera = "");

// No distortion, the centre in the middle.
CameraCalibration PlainLens(double focal_px, int width_px, int height_px);

// The same lens in an image of another size.
CameraCalibration Resized(const CameraCalibration& lens, int width_px, int height_px);

// (X, Y) / Z in the camera's frame of what is seen at a point of the image. Inverts the models
// above by Newton's method; where they cannot be inverted (far outside the image), NaN.
Vec2d Undistorted(const CameraCalibration& lens, Vec2d point_px);
// The other way round.
Vec2d Distorted(const CameraCalibration& lens, Vec2d point);

//   Motion motion = lifter.Lift(keypoints);
//   GroundMotion(keypoints, {.height_m = 1.80}, motion);

struct GroundOptions {
  // The lens. The first of these that is there counts; without any, DefaultFocalPx().
  std::optional<double> focal_px;  // of the video's pixels
  std::optional<double> fov_deg;   // from the image's left to its right edge
  std::optional<CameraCalibration> calibration;

  // The height of people; scales poses and distances. Without it people are as tall as lifted.
  std::optional<double> height_m;
  // Then there is no common world: roots in front of the camera are removed, poses stay as lifted,
  // and each person stands on a floor of their own (Grounding::kCameraMoving).
  bool camera_moving = false;
  // If the motion has roots already (of a trajectory network), use them instead of computing them
  // from the keypoints.
  bool keep_roots = false;
  // Feet that carry weight stand still and bones keep their lengths over the clip; without this
  // the raw result stays.
  bool lock_feet = true;
  // Standard deviation of a Gaussian over time, the same forwards and backwards (no delay). 0:
  // none.
  double smooth_s = 0;
};

// Whether the options specify the lens.
bool KnowsLens(const GroundOptions& options);

// The lens of a video of this size. Throws Error for options that make no sense.
CameraCalibration LensFor(const GroundOptions& options, int width_px, int height_px);

// Says where in the world people are, and by motion.grounding how that is known. With a camera that
// does not move it fills root_in_cam, feet_down and motion.camera, and moves joints_in_cam where
// `options` ask for it (height, locked feet and bones, smoothing); else root_in_world. `keypoints`
// are what the motion was lifted from; people are matched by their id. World: z up, the floor at z
// = 0, x to the camera's right, the origin under the first person's first standing pose. People
// without a pose in any frame have no root; if no person has one, there is no camera.
void GroundMotion(const KeypointSequence& keypoints, const GroundOptions& options, Motion& motion);

// A Gaussian over time with this standard deviation, within runs of frames that have a pose: joints
// and, where known, roots.
void SmoothMotion(Motion& motion, double smooth_s);

}  // namespace videopose

#endif  // VIDEOPOSE_GROUND_H_
