// SPDX-License-Identifier: Apache-2.0

// How far what the program makes of a video is from the truth: a trial's videos (trial.h) are
// detected and lifted, camera by camera, and compared with its joints.

#ifndef VIDEOPOSE_RESEARCH_VIDEO_ACCURACY_H_
#define VIDEOPOSE_RESEARCH_VIDEO_ACCURACY_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/detect.h"
#include "videopose/lift.h"
#include "videopose/metrics.h"
#include "videopose/research/trial.h"

namespace videopose::internal {

struct VideoAccuracyOptions {
  DetectorOptions detector;
  // No detector: keypoints are the truth's joints in the image (ears and eyes are missing).
  bool exact_keypoints = false;
  // How poses are lifted: with the lens of the calibration, without it, or in both ways.
  bool with_given_lens = true, with_default_lens = true;
  bool average_flip = true;
  std::optional<double> height_m;  // of the person
};

// Of one camera and lens; errors in metres and degrees, NaN where there was nothing to measure.
struct VideoAccuracyRow {
  std::string camera;  // empty: the mean of all
  bool lens_is_given = true;
  int64_t frames = 0;          // of the video, in which there is a truth
  int64_t matched_frames = 0;  // of these, in which the person was found
  // Of root-relative poses in the camera's frame; joints.mpjve is of 1/30 s.
  BodyErrors body;
  double root_m = 0;  // mean distance of the roots, in the camera's frame
  // In the image, parts of the diagonal of the truth's limbs' box, median over limb joints and
  // frames: of the keypoints from the truth, and of the lifted pose from its keypoints.
  double keypoints_share = 0, pose_share = 0;
  // Frames whose keypoints are nearer to the truth with left and right exchanged.
  int64_t swapped_frames = 0;
};

struct VideoAccuracy {
  AxisOrder axes;
  // The whole number of frames by which the truth fits the keypoints best; nothing where it does so
  // at the trial's own delay, or where keypoints are exact.
  std::optional<int> better_delay_frames;
  std::vector<VideoAccuracyRow> rows;   // with the given lens first, by camera
  std::vector<VideoAccuracyRow> means;  // over the cameras, each the same; a row a lens
};

// Of several people it takes the one who is where the truth is in the image. A trial without axes
// gets those with which the truth fits best. Throws Error for a truth that no person in the videos
// fits, and what reading, detecting and lifting throw.
VideoAccuracy MeasureVideoAccuracy(const Trial& trial, const Lifter& lifter,
                                   const VideoAccuracyOptions& options,
                                   const WorkMonitor& monitor = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RESEARCH_VIDEO_ACCURACY_H_
