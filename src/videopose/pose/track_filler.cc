#include "videopose/pose/track_filler.h"

#include <cmath>

namespace videopose {
namespace {

bool IsFinite(const Keypoint& point) {
  return std::isfinite(point.x_px) && std::isfinite(point.y_px);
}
bool IsSeenPoint(const Keypoint& point) { return point.score > 0 && IsFinite(point); }
bool IsGuessed(const Keypoint& point) {
  return IsFinite(point) && (point.x_px != 0 || point.y_px != 0);
}

// One joint's place in each frame, from those frames in which it has one; empty if there are none.
std::vector<Vec2f> FilledJoint(const PersonKeypoints& person, const FrameRange& run, int joint,
                               bool (*has_place)(const Keypoint&)) {
  std::vector<Vec2f> places;
  for (int64_t t = run.begin; t < run.end; ++t) {
    const Keypoint& point = person.at(t, joint);
    if (!has_place(point)) continue;
    const Vec2f place = {point.x_px, point.y_px};
    const Vec2f before = places.empty() ? place : places.back();
    const auto missing = t - run.begin - static_cast<int64_t>(places.size());
    for (int64_t i = 1; i <= missing; ++i) {
      const float weight = static_cast<float>(i) / static_cast<float>(missing + 1);
      places.push_back(before + weight * (place - before));
    }
    places.push_back(place);
  }
  if (!places.empty()) places.resize(static_cast<size_t>(run.length()), places.back());
  return places;
}

std::vector<Vec2f> MiddleOf(const std::vector<std::vector<Vec2f>>& joints, size_t frame_count) {
  std::vector<Vec2f> middle(frame_count);
  float seen = 0;
  for (const std::vector<Vec2f>& places : joints) {
    if (places.empty()) continue;
    seen += 1;
    for (size_t t = 0; t < frame_count; ++t) middle[t] = middle[t] + places[t];
  }
  for (Vec2f& place : middle) place = (seen > 0 ? 1 / seen : 0) * place;
  return middle;
}

}  // namespace

std::vector<Vec2f> FilledTrack(const PersonKeypoints& person, const FrameRange& run,
                               const KeypointLayout& layout) {
  const int joint_count = layout.joint_count();
  const auto frame_count = static_cast<size_t>(run.length());
  std::vector<std::vector<Vec2f>> joints;
  for (int j = 0; j < joint_count; ++j) {
    joints.push_back(FilledJoint(person, run, j, IsSeenPoint));
  }
  const std::vector<Vec2f> middle = MiddleOf(joints, frame_count);
  std::vector<Vec2f> track(frame_count * static_cast<size_t>(joint_count));
  for (int j = 0; j < joint_count; ++j) {
    const std::vector<Vec2f>* places = &joints[static_cast<size_t>(j)];
    if (places->empty()) places = &joints[static_cast<size_t>(layout.mirrored(j))];
    const std::vector<Vec2f> guessed =
        places->empty() ? FilledJoint(person, run, j, IsGuessed) : std::vector<Vec2f>();
    if (places->empty()) places = guessed.empty() ? &middle : &guessed;
    for (size_t t = 0; t < frame_count; ++t) {
      track[t * static_cast<size_t>(joint_count) + static_cast<size_t>(j)] = (*places)[t];
    }
  }
  return track;
}

}  // namespace videopose
