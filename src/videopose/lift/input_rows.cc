// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/input_rows.h"

#include "videopose/geometry/screen.h"

namespace videopose::internal {

int InputRowValues(LifterInput input, int joint_count) {
  return input == LifterInput::kScreen ? 2 * joint_count : kPersonInputValues;
}

Quaternion InputRow(LifterInput input, std::span<const Keypoint> frame, const InputImage& image,
                    std::span<float> row) {
  if (input == LifterInput::kRays) return RayInputRow(frame, image, row);
  const auto width = static_cast<float>(image.width_px),
             height = static_cast<float>(image.height_px);
  if (input == LifterInput::kPerson) {
    PersonInputRow(frame, width, height, row);
    return {};
  }
  for (size_t j = 0; j < frame.size(); ++j) {
    const Vec2f point = ScreenFromPixel({frame[j].x_px, frame[j].y_px}, width, height);
    row[2 * j] = point.x;
    row[2 * j + 1] = point.y;
  }
  return {};
}

InputTrack InputRows(LifterInput input, const JointTrack<Keypoint>& keypoints,
                     const InputImage& image) {
  const auto values = static_cast<size_t>(InputRowValues(input, keypoints.joint_count()));
  InputTrack track{.rows = Tensor({keypoints.frame_count(), static_cast<int64_t>(values)})};
  for (int64_t t = 0; t < keypoints.frame_count(); ++t) {
    const Quaternion view_from_cam =
        InputRow(input, keypoints.frame(t), image,
                 std::span(track.rows.values).subspan(static_cast<size_t>(t) * values, values));
    if (input == LifterInput::kRays) track.view_from_cam.push_back(view_from_cam);
  }
  return track;
}

void TurnBack(const Quaternion& view_from_cam, std::span<Vec3f> points) {
  const Quaternion cam_from_view = Inverse(view_from_cam);
  for (Vec3f& point : points) {
    point = Rotate(cam_from_view, point.Cast<double>()).Cast<float>();
  }
}

std::vector<int> InputMirror(LifterInput input, const KeypointLayout& layout) {
  if (input != LifterInput::kScreen) {
    const auto mirror = PersonInputMirror();
    return {mirror.begin(), mirror.end()};
  }
  std::vector<int> mirror;
  for (int j = 0; j < layout.joint_count(); ++j) mirror.push_back(layout.mirrored(j));
  return mirror;
}

void MirrorRow(std::span<const float> row, std::span<const int> mirror, float* mirrored) {
  const size_t values = row.size() / mirror.size();
  for (const int other : mirror) {
    const float* from = row.data() + static_cast<size_t>(other) * values;
    *mirrored++ = -from[0];
    for (size_t i = 1; i < values; ++i) *mirrored++ = from[i];
  }
}

Tensor MirroredRows(LifterInput input, const KeypointLayout& layout, const Tensor& rows) {
  const std::vector<int> mirror = InputMirror(input, layout);
  const auto values = static_cast<size_t>(rows.dim(1));
  Tensor mirrored(rows.shape);
  for (size_t row = 0; row < rows.values.size(); row += values) {
    MirrorRow(std::span(rows.values).subspan(row, values), mirror, mirrored.values.data() + row);
  }
  return mirrored;
}

}  // namespace videopose::internal
