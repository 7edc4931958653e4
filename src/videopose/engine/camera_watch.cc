// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/camera_watch.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "videopose/camera_motion/camera_decision.h"
#include "videopose/camera_motion/camera_tracker.h"
#include "videopose/camera_motion/walk.h"
#include "videopose/pose/scenes.h"

namespace videopose::internal {
namespace {

// What went by a camera that was carried looks like a turn: then its turns are others.
void LookForAWalk(const CameraTracker& tracker, std::vector<CameraView>& views) {
  Walk walk = FollowWalk(tracker.corners(), std::ssize(views), tracker.pixel());
  switch (walk.verdict) {
    case Walk::Verdict::kInPlace:
      return;
    case Walk::Verdict::kWalks:
      views = std::move(walk.views);
      return;
    case Walk::Verdict::kLost:
      for (CameraView& view : views) view.sigma_deg = std::max(view.sigma_deg, kLost_deg);
  }
}

}  // namespace

CameraWatch::CameraWatch(const Lens& lens, CameraMotion motion) : lens_(lens), motion_(motion) {
  if (motion == CameraMotion::kStatic) return;
  views_ = std::async(std::launch::async, [this] { return Track(lens_, motion_, looks_); });
}

CameraWatch::~CameraWatch() { looks_.Close(); }

void CameraWatch::Push(SmallImage image, const std::vector<DetectedPerson>& people, bool is_cut) {
  if (is_cut) cuts_.push_back(count_);
  ++count_;
  if (motion_ == CameraMotion::kStatic) return;
  Look look{.image = std::move(image), .is_cut = is_cut};
  for (const DetectedPerson& person : people) AddPeopleBox(person.keypoints, look.people);
  // The queue is closed where the thread has failed: End() throws what it threw.
  looks_.Push(std::move(look));
}

std::vector<CameraView> CameraWatch::Track(const Lens& lens, CameraMotion motion,
                                           BoundedQueue<Look>& looks) try {
  std::vector<CameraView> views, of_scene;
  std::optional<CameraTracker> tracker;
  const auto end_scene = [&] {
    if (tracker && (motion == CameraMotion::kMoving || !StandsStill(of_scene))) {
      LookForAWalk(*tracker, of_scene);
    }
    views.insert(views.end(), of_scene.begin(), of_scene.end());
    of_scene.clear();
    tracker.reset();
  };
  while (const std::optional<Look> look = looks.Pop()) {
    if (look->is_cut) end_scene();
    if (!tracker) tracker.emplace(lens);
    of_scene.push_back(tracker->Push(look->image, look->people));
  }
  end_scene();
  return views;
} catch (...) {
  looks.Close();
  throw;
}

CameraTrack CameraWatch::End() {
  CameraTrack track{.focal_px = MeanFocalPx(lens_), .cuts = cuts_};
  looks_.Close();
  if (!views_.valid()) return track;
  track.views = views_.get();
  bool moves = motion_ == CameraMotion::kMoving;
  for (const FrameRange& scene : ScenesOf(cuts_, std::ssize(track.views))) {
    const std::span<CameraView> views =
        std::span(track.views)
            .subspan(static_cast<size_t>(scene.begin), static_cast<size_t>(scene.length()));
    if (motion_ == CameraMotion::kAuto && StandsStill(views)) {
      std::ranges::fill(views, CameraView{});
    } else {
      moves = true;
      DropSmallZoom(views);
    }
  }
  if (!moves) track.views.clear();
  return track;
}

}  // namespace videopose::internal
