// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/input_rows.h"

#include "videopose/geometry/screen.h"

namespace videopose {

int InputRowValues(LifterInput input, int joint_count) {
  return input == LifterInput::kPerson ? kPersonInputValues : 2 * joint_count;
}

void InputRow(LifterInput input, std::span<const Keypoint> frame, const ClipInfo& clip,
              std::span<float> row) {
  const auto width = static_cast<float>(clip.width_px), height = static_cast<float>(clip.height_px);
  if (input == LifterInput::kPerson) {
    PersonInputRow(frame, width, height, row);
    return;
  }
  for (size_t j = 0; j < frame.size(); ++j) {
    const Vec2f point = ScreenFromPixel({frame[j].x_px, frame[j].y_px}, width, height);
    row[2 * j] = point.x;
    row[2 * j + 1] = point.y;
  }
}

Tensor InputRows(LifterInput input, const JointTrack<Keypoint>& keypoints, const ClipInfo& clip) {
  const auto values = static_cast<size_t>(InputRowValues(input, keypoints.joint_count()));
  Tensor rows({keypoints.frame_count(), static_cast<int64_t>(values)});
  for (int64_t t = 0; t < keypoints.frame_count(); ++t) {
    InputRow(input, keypoints.frame(t), clip,
             std::span(rows.values).subspan(static_cast<size_t>(t) * values, values));
  }
  return rows;
}

std::vector<int> InputMirror(LifterInput input, const KeypointLayout& layout) {
  if (input == LifterInput::kPerson) {
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

}  // namespace videopose
