// SPDX-License-Identifier: Apache-2.0

// Detectron and Detectron2, as VideoPose3D's scripts save them: `boxes` and `keypoints`, for each
// frame [[], people] with boxes (M, 5: the score last) and keypoints (M, 4, 17: x, y, logit,
// probability), and `metadata` with w and h.

#include <algorithm>

#include "videopose/base/error.h"
#include "videopose/import/detectron_frames.h"
#include "videopose/import/readers.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

constexpr float kLeastBoxScore = 0.5F;  // below it a detection is no person, unless it is the best

void AddFrame(const NpyArray& boxes, const NpyArray& keypoints, int64_t t, const NpzReader& file,
              Detections& detections) {
  const NpyArray* box = PeopleOfFrame(boxes, t, file.What("boxes"));
  const NpyArray* points = PeopleOfFrame(keypoints, t, file.What("keypoints"));
  if (box == nullptr || points == nullptr) return;
  const Tensor of_boxes = ToTensor<float>(*box, file.What("boxes"));
  const Tensor of_points = ToTensor<float>(*points, file.What("keypoints"));
  if (of_boxes.rank() != 2 || of_boxes.dim(1) != 5 || of_points.rank() != 3 ||
      of_points.dim(0) != of_boxes.dim(0) || of_points.dim(1) != 4 ||
      of_points.dim(2) != kCocoJoints) {
    Fail("{}: frame {}: boxes {} and keypoints {}; expected (M, 5) and (M, 4, 17)",
         file.path().string(), t, Describe(*box), Describe(*points));
  }
  const int64_t best = BestBox(of_boxes);
  for (int64_t m = 0; m < of_boxes.dim(0); ++m) {
    if (m != best && of_boxes.data()[m * 5 + 4] < kLeastBoxScore) continue;
    const float* rows = of_points.data() + m * 4 * kCocoJoints;
    Detection detection{.frame = t, .points = {}};
    for (int64_t j = 0; j < kCocoJoints; ++j) {
      detection.points.push_back(
          UsablePoint(rows[j], rows[kCocoJoints + j], rows[3 * kCocoJoints + j]));
    }
    detections.found.push_back(std::move(detection));
  }
}

int SizeIn(const PickleValue& metadata, std::string_view key, const std::string& what) {
  const PickleValue* value = metadata.Find(key);
  const int64_t size = value == nullptr ? 0 : value->AsInt(what);
  return size > 0 && size <= 1 << 20 ? static_cast<int>(size) : 0;
}

}  // namespace

MaybeDetections ReadDetectron(const NpzReader& file) {
  if (!file.Has("boxes") || !file.Has("keypoints")) return std::nullopt;
  const NpyArray boxes = file.Read("boxes"), keypoints = file.Read("keypoints");
  if (boxes.dtype.kind != 'O' || keypoints.dtype.kind != 'O' || boxes.shape.empty() ||
      keypoints.shape.empty() || boxes.shape[0] != keypoints.shape[0]) {
    Fail("{}: {} for keypoints {}; expected objects of as many frames", file.What("boxes"),
         Describe(boxes), Describe(keypoints));
  }
  Detections detections{.format = "Detectron .npz"};
  detections.first_frame = 0;
  detections.frame_count = boxes.shape[0];
  for (int64_t t = 0; t < boxes.shape[0]; ++t) AddFrame(boxes, keypoints, t, file, detections);
  if (file.Has("metadata")) {
    const PickleValue metadata = file.ReadObject("metadata");
    detections.width_px = SizeIn(metadata, "w", file.What("metadata"));
    detections.height_px = SizeIn(metadata, "h", file.What("metadata"));
  }
  return detections;
}

}  // namespace videopose::internal
