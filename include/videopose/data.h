// SPDX-License-Identifier: Apache-2.0

// Data sets of motion capture with 2D detections, in VideoPose3D's file formats, as sequences; and
// keypoints of your own videos as such a data set. docs/datasets.md says where the files come
// from.

#ifndef VIDEOPOSE_DATA_H_
#define VIDEOPOSE_DATA_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "videopose/files.h"
#include "videopose/geometry.h"
#include "videopose/tensor.h"
#include "videopose/work.h"

namespace videopose {

// One recording of one person by one camera, for training, evaluation and rendering.
struct Sequence {
  std::string subject, action;
  int camera = 0;    // its index among the subject's cameras
  Tensor keypoints;  // (T, J2, F): x and y in normalised screen coordinates; F = 3: a confidence
  // Metres, camera frame; both empty where there is no ground truth.
  Tensor poses;  // (T, J3, 3), relative to the root, which is at 0
  Tensor roots;  // (T, 3)
  std::optional<ScreenIntrinsics> intrinsics;

  int64_t frame_count() const { return keypoints.dim(0); }
  bool has_poses() const { return !poses.shape.empty(); }
};

struct DatasetOptions {
  std::filesystem::path data_dir = "data";
  // h36m, humaneva15, humaneva20; or custom: any videos, each a subject, without ground truth.
  std::string name = "h36m";
  // The detections are in data_2d_<name>_<keypoints>.npz.
  // For custom, if there is no such file: a file or folder that Import reads, and how.
  std::string keypoints = "cpn_ft_h36m_dbb";
  ImportOptions import;
};

struct SequenceFilter {
  std::vector<std::string> subjects;
  std::vector<std::string> action_prefixes;  // empty: all actions
  double subset = 1;                         // part of each sequence
  int downsample = 1;                        // keep every n-th frame
  bool with_poses = true;                    // false: only keypoints, whatever there is
};

// Subject by subject as they stand in the filter, then in the order of the detections' file: action
// by action, camera by camera. Throws Error for files that are missing or damaged, and where the
// data lack something that the filter names.
std::vector<Sequence> LoadSequences(const DatasetOptions& dataset, const SequenceFilter& filter);

// Keypoints of your own videos as a data set: what `videopose prepare custom` does.

struct PrepareCustomOptions {
  // Such files; folders of frames; and folders of such files, all .npz in them, or else all that
  // is there.
  std::vector<std::filesystem::path> inputs;
  std::string name;
  std::filesystem::path data_dir = "data";  // made where it is missing
  ImportOptions import;
  WorkMonitor monitor;
};

// Writes <data_dir>/data_2d_custom_<name>.npz and returns its path. Videos come in the order of the
// inputs, those of a folder by name.
std::filesystem::path PrepareCustom(const PrepareCustomOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_DATA_H_
