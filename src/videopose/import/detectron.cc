// SPDX-License-Identifier: Apache-2.0

// Detectron and Detectron2, as VideoPose3D's scripts save them: `boxes` and `keypoints`, for each
// frame [[], people], and `metadata` with w and h.

#include "videopose/import/detectron_frames.h"
#include "videopose/import/readers.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

constexpr float kLeastBoxScore = 0.5F;  // below it a detection is no person, unless it is the best

void AddFrame(const DetectronPeople& people, int64_t t, Detections& detections) {
  const int64_t best = people.best();
  for (int64_t m = 0; m < people.count(); ++m) {
    if (m != best && people.box_score(m) < kLeastBoxScore) continue;
    const float* probability = people.probability(m);
    Detection detection{.frame = t, .points = {}};
    for (int64_t j = 0; j < kCocoJoints; ++j) {
      detection.points.push_back(UsablePoint(people.x_px(m)[j], people.y_px(m)[j], probability[j]));
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
  if (!DetectronFrames::AreIn(file)) return std::nullopt;
  const DetectronFrames frames(file);
  Detections detections{.format = "Detectron .npz"};
  detections.first_frame = 0;
  detections.frame_count = frames.count();
  for (int64_t t = 0; t < frames.count(); ++t) {
    if (const auto people = frames.At(t)) AddFrame(*people, t, detections);
  }
  if (file.Has("metadata")) {
    const PickleValue metadata = file.ReadObject("metadata");
    detections.width_px = SizeIn(metadata, "w", file.What("metadata"));
    detections.height_px = SizeIn(metadata, "h", file.What("metadata"));
  }
  return detections;
}

}  // namespace videopose::internal
