// SPDX-License-Identifier: Apache-2.0

// A trial: videos of one person by calibrated cameras, and the person's joints as motion capture or
// triangulation found them.
//
// A folder holds the videos, calibrations (.toml, .yaml, .yml, .xml; several are put together) and
// one .trc or .c3d. What their names do not tell, a file trial.yaml in it does, every line of which
// may be left out:
//
//   folder: ../trial         # of the files below; default: the one that trial.yaml is in
//   truth: joints.trc
//   calibration: cameras.toml    # or a list
//   calibration_units: m     # of the cameras' places: m, cm, mm
//   axes: zxy                # world's x, y, z are the truth's z, x, y; "-x" turns an axis round
//   delay: 2                 # frames that the truth is late: its row t - 2 is of frame t
//   videos: {cam_01: a.mp4}  # camera: video
//   joints: {left_knee: [LKneeM, LKneeL]}   # joint: marker, or markers whose middle it is

#ifndef VIDEOPOSE_RESEARCH_TRIAL_H_
#define VIDEOPOSE_RESEARCH_TRIAL_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/ground/calibration.h"
#include "videopose/pose.h"

namespace videopose::internal {

// Which of a file's axes are the world's: a rotation by right angles.
class AxisOrder {
 public:
  // "zxy", "x-zy": for each axis of the world one of the file's. Throws Error for what is none, or
  // would mirror.
  static AxisOrder Parse(const std::string& text);
  // The 24 that there are, the file's own axes first.
  static std::vector<AxisOrder> All();

  Vec3f WorldFromFile(const Vec3f& x_in_file) const;
  std::string Text() const;

 private:
  bool IsRightHanded() const;

  std::array<int, 3> axis_ = {0, 1, 2};
  std::array<int, 3> sign_ = {1, 1, 1};
};

struct TrialCamera {
  CalibratedCamera calibrated;  // with its place, in metres
  std::filesystem::path video;
};

struct Trial {
  std::filesystem::path truth_file;
  std::vector<TrialCamera> cameras;  // that have a video
  double rate_hz = 0;                // of the truth
  // (T, 17) Human36m17(), metres, in the file's axes; a joint that is not there is not finite.
  JointTrack<Vec3f> joints_in_file;
  std::vector<Vec3f> nose_in_file;  // T, or empty where the truth has none
  std::optional<AxisOrder> axes;    // none: not known
  double delay_frames = 0;          // of the video
};

// `path`: the folder, or a file like trial.yaml of any name. Hips, knees and so on are recognised
// by their names in any usual spelling (RKnee, knee_right); hip and thorax are else the middles of
// hips and shoulders. Throws Error for what is missing or does not belong together.
Trial ReadTrial(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RESEARCH_TRIAL_H_
