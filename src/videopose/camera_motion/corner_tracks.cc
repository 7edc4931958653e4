// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/corner_tracks.h"

#include <cmath>

namespace videopose::internal {
namespace {

// New corners are looked for where this share of those after the last look is lost.
constexpr double kShareLeft = 0.85;

}  // namespace

void CornerTracks::Push(const Pyramid& before, const Pyramid& now,
                        const std::vector<PeopleBox>& people, const Lens& lens) {
  if (!live_.empty()) {
    Points to = at_;
    const std::vector<uint8_t> found = FollowCorners(before, now, at_, to);
    size_t kept = 0;
    for (size_t i = 0; i < live_.size(); ++i) {
      if (found[i] == 0 || !IsInImage(to[i], now[0].size()) || IsInside(people, to[i])) continue;
      const Vec2d ray = RayOf(lens, to[i]);
      if (!std::isfinite(ray.x) || !std::isfinite(ray.y)) continue;
      tracks_[live_[i]].seen.push_back(ray.Cast<float>());
      live_[kept] = live_[i];
      at_[kept++] = to[i];
    }
    live_.resize(kept);
    at_.resize(kept);
  }
  if (static_cast<double>(live_.size()) <= kShareLeft * static_cast<double>(enough_)) {
    Find(now, people, lens);
  }
  ++frame_count_;
}

void CornerTracks::Find(const Pyramid& now, const std::vector<PeopleBox>& people,
                        const Lens& lens) {
  for (const cv::Point2f& corner : FindCorners(now[0], people, lens, at_)) {
    live_.push_back(tracks_.size());
    at_.push_back(corner);
    tracks_.push_back({.begin = frame_count_, .seen = {RayOf(lens, corner).Cast<float>()}});
  }
  enough_ = live_.size();
}

}  // namespace videopose::internal
