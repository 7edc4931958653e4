// SPDX-License-Identifier: Apache-2.0

// The data sets of VideoPose3D: motion capture and detections in its file formats, turned into
// sequences.
//
//   const Dataset dataset({.data_dir = "data", .name = "h36m", .keypoints = "cpn_ft_h36m_dbb"});
//   for (const Sequence& sequence : dataset.Load({.subjects = {"S9", "S11"}})) ...

#ifndef VIDEOPOSE_DATA_DATASET_H_
#define VIDEOPOSE_DATA_DATASET_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/data.h"
#include "videopose/data/cameras.h"
#include "videopose/data/keypoint_file.h"
#include "videopose/data/position_file.h"
#include "videopose/data/sequence.h"
#include "videopose/pose.h"

namespace videopose::internal {

class Dataset {
 public:
  // Reads the files. Throws Error for a name that is no data set and for files that are missing
  // (naming the existing ones) or corrupt.
  explicit Dataset(const DatasetOptions& options);

  const std::string& name() const { return options_.name; }
  const Skeleton& skeleton() const { return *skeleton_; }
  double fps() const { return fps_; }  // 0: each video's own
  const KeypointFile& keypoints() const { return keypoints_; }

  // Whether there is motion capture of the subject.
  bool HasPoses(std::string_view subject) const;
  // In the order of the detections.
  std::vector<DatasetCamera> Cameras(std::string_view subject) const;

  // Subjects in the order of the filter, then in the order of the detections' file:
  // action by action, camera by camera. Detections that are longer than the motion capture are cut.
  // Throws Error where the data lack something, in a line that names what there is: a subject, an
  // action of the motion capture, a camera, frames; and where the filter leaves no sequence.
  std::vector<Sequence> Load(const SequenceFilter& filter) const;

  // All frames of one sequence. Throws Error likewise.
  Sequence LoadOne(std::string_view subject, std::string_view action, int camera) const;

 private:
  struct Source;  // where one sequence comes from

  const NamedList<std::vector<NpyArray>>& ActionsOf(std::string_view subject) const;
  Source FindSource(std::string_view subject, const Named<std::vector<NpyArray>>& action,
                    const std::vector<DatasetCamera>& cameras, int camera) const;
  Sequence Build(const Source& source, const SequenceFilter& filter) const;
  void CheckActions(std::string_view subject, const SequenceFilter& filter) const;

  DatasetOptions options_;
  const Skeleton* skeleton_ = nullptr;
  double fps_ = 0;
  KeypointFile keypoints_;
  std::optional<PositionFile> positions_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_DATASET_H_
