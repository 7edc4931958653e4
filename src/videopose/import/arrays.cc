// SPDX-License-Identifier: Apache-2.0

// Plain NumPy arrays: (T, J, 2 or 3) of one person or (P, T, J, 2 or 3) of several, pixels and,
// third, scores. (T, 1, J, 2 or 3) is of one person, too. In .npz files also `scores` (P, T, J),
// `fps`, `width_px` and `height_px`.

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/import/readers.h"

namespace videopose::internal {
namespace {

bool IsNumbers(const NpyArray& array) {
  return array.dtype.kind == 'f' || array.dtype.kind == 'i' || array.dtype.kind == 'u';
}

bool MayBePoints(const NpyArray& array) {
  const size_t rank = array.shape.size();
  return IsNumbers(array) && (rank == 3 || rank == 4) &&
         (array.shape[rank - 1] == 2 || array.shape[rank - 1] == 3);
}

// How far the points of neighbours along an axis (of people or frames) are apart in the median, as
// a share of the diagonal of a person's box; of points that are seen in both. INFINITY where no two
// are neighbours.
double StepAlong(size_t axis, const Tensor& points) {
  const int64_t outer = points.dim(0), inner = points.dim(1), joints = points.dim(2);
  const int64_t features = points.dim(3);
  const int64_t next = axis == 0 ? inner * joints : joints;
  const auto is_seen = [&](const float* point) {
    return std::isfinite(point[0]) && std::isfinite(point[1]) && (features < 3 || point[2] > 0);
  };
  std::vector<double> steps;
  for (int64_t i = 0; i + (axis == 0 ? 1 : 0) < outer; ++i) {
    for (int64_t k = 0; k + (axis == 1 ? 1 : 0) < inner; ++k) {
      const int64_t first = (i * inner + k) * joints;
      double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY, sum = 0;
      int seen = 0;
      for (int64_t j = first; j < first + joints; ++j) {
        const float* a = points.data() + j * features;
        const float* b = a + next * features;
        if (!is_seen(a) || !is_seen(b)) continue;
        left = std::min<double>(left, a[0]);
        right = std::max<double>(right, a[0]);
        top = std::min<double>(top, a[1]);
        bottom = std::max<double>(bottom, a[1]);
        sum += std::hypot(a[0] - b[0], a[1] - b[1]);
        ++seen;
      }
      const double step = sum / seen / std::hypot(right - left, bottom - top);
      if (std::isfinite(step)) steps.push_back(step);
    }
  }
  return steps.empty() ? INFINITY : Median(std::move(steps));
}

// Whether these (A, B, J, 2 or 3) have frames before people, as far as people hardly move from one
// frame to the next and stand beside each other.
bool HasFramesFirst(const Tensor& points) {
  constexpr double kLargestStepInTime = 0.2, kMuchLess = 0.5;
  const double first = StepAlong(0, points), second = StepAlong(1, points);
  if (first <= kLargestStepInTime) return first < second;
  return std::isfinite(second) && first < kMuchLess * second;
}

// Third numbers that can be no scores are z: of poses in millimetres or centimetres, which would
// pass for pixels. Some programs give a little below 0, or percent.
void RefusePoses(const Tensor& points, const std::string& what) {
  constexpr float kLeastScore = -2, kMostScore = 100;
  float least = 0, most = 0;
  for (int64_t i = 2; i < points.size(); i += 3) {
    least = std::min(least, points.data()[i]);
    most = std::max(most, points.data()[i]);
  }
  if (least >= kLeastScore && most <= kMostScore) return;
  Fail(ErrorCode::kMismatch, {.expected = "keypoints", .found = "poses"},
       "{}: third numbers from {:.4g} to {:.4g} are no scores (0 to 1) but, it seems, the z of 3D "
       "poses that are not in metres; expected points in the image, (T, J, 2) or with scores",
       what, least, most);
}

// `scores`: null, or one for each point.
Detections FromTensors(const Tensor& points, const Tensor* scores, const std::string& what) {
  const size_t rank = points.shape.size();
  const int64_t features = points.dim(rank - 1), joints = points.dim(rank - 2);
  int64_t frames = points.dim(rank - 3), people = rank == 4 ? points.dim(0) : 1;
  constexpr int64_t kMostJoints = 1000;
  if (joints < 1 || joints > kMostJoints) {
    Fail("{}: {} joints; expected (T, 17, 2 or 3) or (P, T, 17, 2 or 3)", what, joints);
  }
  if (features == 3 && scores == nullptr) RefusePoses(points, what);
  if (rank == 4 && HasFramesFirst(points)) {
    if (frames > 1) {
      Fail(
          "{}: ({}) looks like frames before people; expected (P, T, J, 2 or 3): turn it by "
          "numpy.swapaxes(array, 0, 1)",
          what, fmt::join(points.shape, ", "));
    }
    std::swap(people, frames);  // of one person, in the same order either way
  }
  if (scores != nullptr && scores->size() != people * frames * joints) {
    Fail("{}: scores ({}) for points ({})", what, fmt::join(scores->shape, ", "),
         fmt::join(points.shape, ", "));
  }
  Detections detections{.format = "NumPy array"};
  detections.first_frame = 0;
  detections.frame_count = frames;
  for (int64_t t = 0; t < frames; ++t) {
    for (int64_t p = 0; p < people; ++p) {
      Detection detection{.frame = t, .track_id = p + 1, .points = {}};
      for (int64_t j = 0; j < joints; ++j) {
        const int64_t i = (p * frames + t) * joints + j;
        const float* point = points.data() + i * features;
        const float score = scores != nullptr ? scores->data()[i] : features == 3 ? point[2] : 1;
        detection.points.push_back(UsablePoint(point[0], point[1], score));
      }
      detections.found.push_back(std::move(detection));
    }
  }
  return detections;
}

double ScalarOr0(const NpzReader& file, const char* name, double most) {
  if (!file.Has(name)) return 0;
  const double value = file.ReadScalar<double>(name);
  if (!(value > 0 && value <= most)) Fail("{}: {} is absurd", file.What(name), value);
  return value;
}

}  // namespace

MaybeDetections ReadArray(const NpyArray& array, const std::string& what) {
  if (!MayBePoints(array)) return std::nullopt;
  return FromTensors(ToTensor<float>(array, what), nullptr, what);
}

MaybeDetections ReadArrays(const NpzReader& file) {
  std::string name;
  for (const char* usual :
       {"keypoints", "keypoints_2d", "poses_2d", "pose2d", "kpts", "joints_2d"}) {
    if (name.empty() && file.Has(usual)) name = usual;
  }
  // numpy.savez without names gives arr_0.
  if (name.empty() && file.names().size() == 1) name = file.names()[0];
  if (name.empty()) return std::nullopt;
  const NpyArray array = file.Read(name);
  if (!MayBePoints(array)) return std::nullopt;
  const Tensor points = ToTensor<float>(array, file.What(name));
  Tensor scores;
  if (file.Has("scores")) scores = file.ReadTensor<float>("scores");
  Detections detections =
      FromTensors(points, file.Has("scores") ? &scores : nullptr, file.What(name));
  constexpr double kMostPx = 1 << 20, kMostFps = 1e4;
  detections.fps = ScalarOr0(file, "fps", kMostFps);
  detections.width_px = ScalarOr0(file, "width_px", kMostPx);
  detections.height_px = ScalarOr0(file, "height_px", kMostPx);
  if (file.Has("keypoint_names")) detections.joint_names = file.ReadStrings("keypoint_names");
  return detections;
}

}  // namespace videopose::internal
