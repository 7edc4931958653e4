// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/drawn_stream.h"

#include <algorithm>
#include <cmath>

#include "videopose/ground/body_measures.h"
#include "videopose/ground/on_floor.h"
#include "videopose/render/frame_composer.h"

namespace videopose::internal {
namespace {

constexpr float kOtherSize = 0.03F;  // a body this much larger or smaller is another one

// Ground has the ankle so high over the sole, the drawn foot ends at its radius.
float SoleGapOf(const Skeleton& skeleton) {
  const int ankle = skeleton.IndexOf("left_ankle");
  if (ankle < 0) return 0;
  return JointClearances_m(skeleton, 1)[ankle] - Body(skeleton).radius_m(ankle);
}

}  // namespace

DrawnStream::DrawnStream(const DrawnSubject& subject, const RenderOptions& options)
    : skeleton_(subject.skeleton),
      identities_(subject.are_several, options.theme),
      sole_gap_m_(SoleGapOf(subject.skeleton)),
      view_(CheckedRenderOptions(options), subject.are_several,
            SceneWidth_px(CheckedRenderOptions(options), subject.has_many), subject.fps) {}

DrawnStream::Figure& DrawnStream::FigureOf(const Person& person) {
  Figure& figure = figures_[person.id];
  figure.scale_sum += BodyScale(skeleton_, person.joints_in_world);
  ++figure.poses;
  const auto scale = static_cast<float>(figure.scale_sum / static_cast<double>(figure.poses));
  if (!figure.body || std::abs(scale / figure.scale - 1) > kOtherSize) {
    figure.scale = scale;
    figure.body = std::make_shared<Body>(skeleton_, scale);
  }
  return figure;
}

DrawnFrame DrawnStream::Push(const PeopleInFrame& frame) {
  DrawnFrame drawn{.index = frame.index};
  for (const Person& person : frame.people) {
    const BodyColours colours = identities_.Add(person.id);
    if (!person.keypoints.empty()) {
      drawn.seen.push_back({.id = person.id, .keypoints = person.keypoints, .colours = colours});
    }
    const bool is_whole =
        !person.joints_in_world.empty() &&
        std::ranges::all_of(person.joints_in_world, [](const Vec3f& j) { return IsFinite(j); });
    if (!is_whole) continue;
    const Figure& figure = FigureOf(person);
    drawn.people.push_back({.id = person.id,
                            .joints_in_world = person.joints_in_world,
                            .body = figure.body,
                            .colours = colours,
                            .sole_gap_m = figure.scale * sole_gap_m_});
  }
  drawn.view = view_.Follow(frame.index, drawn.people);
  return drawn;
}

}  // namespace videopose::internal
