// SPDX-License-Identifier: Apache-2.0

// One sequence of a data set with a model's predictions, ready to be exported or drawn.

#ifndef VIDEOPOSE_RESEARCH_DATASET_CLIP_H_
#define VIDEOPOSE_RESEARCH_DATASET_CLIP_H_

#include <filesystem>
#include <optional>
#include <string>

#include "videopose/base.h"
#include "videopose/data/dataset.h"
#include "videopose/geometry.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct DatasetClipChoice {
  std::string subject, action;
  int camera = 0;
  bool average_flip = true;
};

// Everything in the camera's frame, metres.
struct DatasetClip {
  Sequence sequence;
  Tensor poses;  // (T, J, 3) as predicted, relative to the root
  // (T, 3) where the root stands: the truth's, else the trajectory model's; empty without both.
  Tensor roots;
};

// Throws Error where the data lack the sequence, and where the models do not fit the data; `what`
// names the checkpoint.
DatasetClip PredictDatasetClip(const Dataset& dataset, const LiftCheckpoint& checkpoint,
                               const DatasetClipChoice& choice, const std::string& what);

// The predicted poses as .npy, (T, J, 3) float32, as VideoPose3D exports them: relative to the
// root, or, where the trajectory is predicted too, where they are in space. As NumPy does, adds
// ".npy" to a path that does not end so; returns the path written.
std::filesystem::path ExportDatasetClip(const DatasetClip& clip, std::filesystem::path path);
std::filesystem::path NpyPath(const std::filesystem::path& path);

// Turns the camera's frame about the camera so that y points along gravity and z is as
// far forward as the horizon allows: a level camera that looks where the real one does. The camera
// must not look straight up or down.
Quaternion LevelFromCam(const Quaternion& world_from_cam);

// What is drawn: groups of `downsample` frames from `begin` on, each averaged to one; `count` of
// them. The poses are turned level.
struct FrameGroups {
  int64_t begin = 0, count = 0;
  int downsample = 1;
};
struct DrawnDatasetClip {
  KeypointSequence keypoints;  // pixels of the data set's camera
  Motion reconstruction;
  std::optional<Motion> truth;
};
// The sequence's camera in the data set's world, without its distortion, if its place and the roots
// are known.
std::optional<Camera> CameraOf(const Dataset& dataset, const DatasetClip& clip);

// `fps` of the groups. begin + count * downsample <= T. With a camera poses stay in its frame,
// which it tells how to leave, instead of being turned level.
DrawnDatasetClip DrawnClipOf(const Dataset& dataset, const DatasetClip& clip,
                             const FrameGroups& frames, double fps,
                             const std::optional<Camera>& camera = std::nullopt);

// How detections of this data set are drawn: by the layout whose joints and symmetry theirs are,
// else as dots.
KeypointLayout LayoutOf(const KeypointFile& keypoints);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RESEARCH_DATASET_CLIP_H_
