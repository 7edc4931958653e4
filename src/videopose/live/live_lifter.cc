#include "videopose/live/live_lifter.h"

#include <algorithm>
#include <utility>

#include "videopose/base/check.h"

namespace videopose {
namespace {

Keypoint Between(const Keypoint& a, const Keypoint& b, float weight) {
  if (!(a.score > 0 && b.score > 0)) return {};
  const auto mix = [weight](float x, float y) { return x + weight * (y - x); };
  return {mix(a.x_px, b.x_px), mix(a.y_px, b.y_px), std::min(a.score, b.score)};
}

}  // namespace

LiveLifter::LiveLifter(StreamingLifter lifter, int max_people, int64_t longest_gap_frames,
                       OnResult on_result, int parts)
    : lifter_(std::move(lifter)),
      parts_(parts),
      longest_gap_frames_(std::max(longest_gap_frames * parts, lifter_.lookahead())),
      on_result_(std::move(on_result)),
      slots_(static_cast<size_t>(max_people)) {}

void LiveLifter::Add(const LiveFrame& frame, const std::vector<SeenPerson>& people) {
  const bool is_idle = pending_.empty() && std::none_of(slots_.begin(), slots_.end(),
                                                        [](const Slot& s) { return s.is_used; });
  const int64_t index = IndexOf(frame);
  if (is_idle) next_index_ = index;
  VP_CHECK(index >= next_index_, "frame {} after {}", index, next_index_ - 1);
  if (index - next_index_ > longest_gap_frames_) {
    Finish();
    next_index_ = index;
  }
  LiveResult& result = pending_.emplace_back();
  result.frame = frame;
  for (Slot& slot : slots_) slot.next = slot.keypoints;
  for (const SeenPerson& person : people) {
    result.people.push_back({.id = person.id, .keypoints = person.keypoints});
    Note(person, index);
  }
  PushUpTo(index);
  ReleaseGone(index);
}

void LiveLifter::Note(const SeenPerson& person, int64_t index) {
  const auto find = [&](auto&& matches) {
    return std::find_if(slots_.begin(), slots_.end(), matches);
  };
  auto slot = find([&](const Slot& s) { return s.is_used && s.id == person.id; });
  if (slot == slots_.end()) {
    slot = find([](const Slot& s) { return !s.is_used; });
    if (slot == slots_.end()) return;
    *slot = {.is_used = true, .id = person.id, .begin = index};
  }
  slot->next = person.keypoints;
  slot->last_seen = index;
}

void LiveLifter::PushUpTo(int64_t index) {
  const std::vector<Slot> before = next_index_ < index ? slots_ : std::vector<Slot>();
  const int64_t first = next_index_;
  for (int64_t i = first; i < index; ++i) {
    const float weight = static_cast<float>(i - first + 1) / static_cast<float>(index - first + 1);
    for (size_t s = 0; s < slots_.size(); ++s) {
      std::transform(before[s].keypoints.begin(), before[s].keypoints.end(), before[s].next.begin(),
                     slots_[s].keypoints.begin(), [weight](const Keypoint& a, const Keypoint& b) {
                       return Between(a, b, weight);
                     });
    }
    PushFrame(i);
  }
  for (Slot& slot : slots_) slot.keypoints = slot.next;
  PushFrame(index);
}

void LiveLifter::PushFrame(int64_t index) {
  people_.clear();
  poses_.clear();
  for (size_t s = 0; s < slots_.size(); ++s) {
    if (!slots_[s].is_used || slots_[s].begin > index) continue;
    people_.push_back({.slot = static_cast<int>(s), .keypoints = slots_[s].keypoints});
  }
  lifter_.Push(people_, poses_);
  for (const StreamedPose& pose : poses_) Place(pose);
  next_index_ = index + 1;
  while (!pending_.empty() && IndexOf(pending_.front().frame) <= index - lifter_.lookahead()) {
    LiveResult result = std::move(pending_.front());
    pending_.pop_front();
    result.delay_ms = MillisecondsSince(result.frame.arrived);
    on_result_(std::move(result));
  }
}

void LiveLifter::Place(const StreamedPose& pose) {
  const Slot& slot = slots_[static_cast<size_t>(pose.slot)];
  const int64_t index = slot.begin + pose.frame;
  for (LiveResult& result : pending_) {
    if (IndexOf(result.frame) != index) continue;
    for (LivePerson& person : result.people) {
      if (person.id != slot.id) continue;
      person.joints_in_cam = pose.joints_in_cam;
      if (IsFinite(pose.root_in_cam)) person.root_in_cam = pose.root_in_cam;
    }
  }
}

void LiveLifter::ReleaseGone(int64_t index) {
  for (size_t s = 0; s < slots_.size(); ++s) {
    if (!slots_[s].is_used || index - slots_[s].last_seen <= longest_gap_frames_) continue;
    slots_[s].is_used = false;
    lifter_.Clear(static_cast<int>(s));
  }
}

void LiveLifter::Finish() {
  while (!pending_.empty()) PushFrame(next_index_);
  for (size_t s = 0; s < slots_.size(); ++s) {
    slots_[s].is_used = false;
    lifter_.Clear(static_cast<int>(s));
  }
}

}  // namespace videopose
