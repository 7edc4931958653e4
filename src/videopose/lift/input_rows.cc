#include "videopose/lift/input_rows.h"

#include <span>
#include <vector>

#include "videopose/geometry/screen.h"
#include "videopose/pose/track_filler.h"

namespace videopose {
namespace {

Tensor ScreenRows(const KeypointSequence& keypoints, const PersonKeypoints& person,
                  const FrameRange& run) {
  const std::vector<Vec2f> points = FilledTrack(person, run, keypoints.layout);
  Tensor rows({run.length(), 2 * static_cast<int64_t>(keypoints.joint_count())});
  for (size_t i = 0; i < points.size(); ++i) {
    const Vec2f point = ScreenFromPixel(points[i], static_cast<float>(keypoints.width_px),
                                        static_cast<float>(keypoints.height_px));
    rows.values[2 * i] = point.x;
    rows.values[2 * i + 1] = point.y;
  }
  return rows;
}

Tensor PersonRows(const KeypointSequence& keypoints, const PersonKeypoints& person,
                  const FrameRange& run) {
  Tensor rows({run.length(), kPersonInputValues});
  for (int64_t t = run.begin; t < run.end; ++t) {
    PersonInputRow(person.frame(t), static_cast<float>(keypoints.width_px),
                   static_cast<float>(keypoints.height_px),
                   std::span(rows.values)
                       .subspan(static_cast<size_t>((t - run.begin) * kPersonInputValues),
                                kPersonInputValues));
  }
  return rows;
}

// The point on the other side, for each point of a row.
std::vector<int> MirrorOf(LifterInput input, const KeypointLayout& layout) {
  if (input == LifterInput::kPerson) {
    const auto mirror = PersonInputMirror();
    return {mirror.begin(), mirror.end()};
  }
  std::vector<int> mirror;
  for (int j = 0; j < layout.joint_count(); ++j) mirror.push_back(layout.mirrored(j));
  return mirror;
}

}  // namespace

int InputRowValues(LifterInput input, const KeypointLayout& layout) {
  return input == LifterInput::kPerson ? kPersonInputValues : 2 * layout.joint_count();
}

Tensor InputRows(LifterInput input, const KeypointSequence& keypoints,
                 const PersonKeypoints& person, const FrameRange& run) {
  return input == LifterInput::kPerson ? PersonRows(keypoints, person, run)
                                       : ScreenRows(keypoints, person, run);
}

Tensor MirroredRows(LifterInput input, const KeypointLayout& layout, const Tensor& rows) {
  const std::vector<int> mirror = MirrorOf(input, layout);
  const auto values = static_cast<size_t>(rows.dim(1)) / mirror.size();
  Tensor mirrored(rows.shape);
  for (size_t row = 0; row < rows.values.size(); row += mirror.size() * values) {
    for (size_t p = 0; p < mirror.size(); ++p) {
      const float* from = rows.values.data() + row + static_cast<size_t>(mirror[p]) * values;
      float* to = mirrored.values.data() + row + p * values;
      to[0] = -from[0];
      for (size_t i = 1; i < values; ++i) to[i] = from[i];
    }
  }
  return mirrored;
}

}  // namespace videopose
