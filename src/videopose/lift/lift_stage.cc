// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/lift_stage.h"

#include <algorithm>
#include <map>
#include <utility>

#include "videopose/pose/clip_collector.h"

namespace videopose::internal {

LiftStage::LiftStage(const Lifter& lifter, const ClipInfo& clip, const LiftOptions& options)
    : lifter_(&lifter), clip_(clip), options_(options) {}

LiftStage::LiftStage(StreamingLifter& lifter)
    : streaming_(&lifter), slots_(static_cast<size_t>(lifter.max_people())) {}

LiftStage::LiftStage(StreamingLifter&& lifter)
    : owned_(std::make_unique<StreamingLifter>(std::move(lifter))),
      streaming_(owned_.get()),
      slots_(static_cast<size_t>(streaming_->max_people())) {}

void LiftStage::Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out) {
  if (streaming_ != nullptr) {
    PushStreaming(std::move(frame), out);
  } else {
    frames_.push_back(std::move(frame));
  }
}

void LiftStage::Emit(PeopleInFrame frame, std::vector<PeopleInFrame>& out) const {
  if (frame.is_between) return;
  std::erase_if(frame.people, [](const Person& person) { return person.keypoints.empty(); });
  for (Person& person : frame.people) person.filled.clear();
  out.push_back(std::move(frame));
}

// Consecutive frames of a person are a run; the batches are made of all runs of all people.
void LiftStage::LiftFrames() {
  std::vector<FilledRun> runs;
  std::vector<std::vector<Person*>> people;           // of each run
  std::map<int, std::pair<size_t, int64_t>> current;  // by ID: the run and its last frame
  for (size_t t = 0; t < frames_.size(); ++t) {
    for (Person& person : frames_[t].people) {
      if (person.filled.empty()) continue;
      const auto number = static_cast<int64_t>(t);
      const auto [entry, is_new] = current.try_emplace(person.id, runs.size(), number);
      if (!is_new && entry->second.second + 1 != number) entry->second.first = runs.size();
      entry->second.second = number;
      const size_t run = entry->second.first;
      if (run == runs.size()) {
        runs.emplace_back();
        people.emplace_back();
      }
      runs[run].Append(person.filled);
      people[run].push_back(&person);
    }
  }
  const std::vector<LiftedRun> lifted = lifter_->LiftRuns(runs, clip_, options_);
  for (size_t run = 0; run < runs.size(); ++run) {
    for (size_t i = 0; i < people[run].size(); ++i) {
      const auto joints = lifted[run].joints_in_cam.frame(static_cast<int64_t>(i));
      people[run][i]->joints_in_cam.assign(joints.begin(), joints.end());
      if (lifter_->has_trajectory()) people[run][i]->root_in_cam = lifted[run].root_in_cam[i];
    }
  }
}

std::optional<int> LiftStage::SlotOf(int id) {
  const auto find = [&](auto&& matches) { return std::ranges::find_if(slots_, matches); };
  auto slot = find([&](const Slot& s) { return s.is_used && s.id == id; });
  if (slot == slots_.end()) {
    slot = find([](const Slot& s) { return !s.is_used; });
    if (slot == slots_.end()) return std::nullopt;
    *slot = {.is_used = true, .id = id, .begin = count_};
  }
  return static_cast<int>(slot - slots_.begin());
}

void LiftStage::PushStreaming(PeopleInFrame frame, std::vector<PeopleInFrame>& out) {
  for (Slot& slot : slots_) {
    slot.is_there = std::ranges::any_of(frame.people, [&](const Person& person) {
      return person.id == slot.id && !person.filled.empty();
    });
  }
  for (size_t s = 0; s < slots_.size(); ++s) {
    if (slots_[s].is_used && !slots_[s].is_there) EndSlot(static_cast<int>(s));
  }
  pending_.push_back({count_, std::move(frame)});
  people_.clear();
  poses_.clear();
  for (const Person& person : pending_.back().frame.people) {
    if (person.filled.empty()) continue;
    const std::optional<int> slot = SlotOf(person.id);
    if (slot) people_.push_back({.slot = *slot, .keypoints = person.filled});
  }
  streaming_->Push(people_, poses_);
  for (const StreamedPose& pose : poses_) Place(pose);
  ++count_;
  const bool is_idle = std::ranges::none_of(slots_, &Slot::is_used);
  while (!pending_.empty() &&
         (is_idle || pending_.front().number + streaming_->lookahead() < count_)) {
    Emit(std::move(pending_.front().frame), out);
    pending_.pop_front();
  }
}

void LiftStage::Place(const StreamedPose& pose) {
  const Slot& slot = slots_[static_cast<size_t>(pose.slot)];
  const int64_t number = slot.begin + pose.frame;
  const int64_t at = number - pending_.front().number;
  if (at < 0) return;
  for (Person& person : pending_[static_cast<size_t>(at)].frame.people) {
    if (person.id != slot.id) continue;
    person.joints_in_cam.assign(pose.joints_in_cam.begin(), pose.joints_in_cam.end());
    if (IsFinite(pose.root_in_cam)) person.root_in_cam = pose.root_in_cam;
  }
}

void LiftStage::EndSlot(int slot) {
  poses_.clear();
  streaming_->End(slot, poses_);
  for (const StreamedPose& pose : poses_) {
    if (!pending_.empty()) Place(pose);
  }
  slots_[static_cast<size_t>(slot)].is_used = false;
}

void LiftStage::Flush(std::vector<PeopleInFrame>& out) {
  if (streaming_ == nullptr) {
    LiftFrames();
    for (PeopleInFrame& frame : frames_) Emit(std::move(frame), out);
    frames_.clear();
    return;
  }
  for (size_t s = 0; s < slots_.size(); ++s) {
    if (slots_[s].is_used) EndSlot(static_cast<int>(s));
  }
  for (Pending& pending : pending_) Emit(std::move(pending.frame), out);
  pending_.clear();
}

Motion LiftClip(const KeypointSequence& keypoints, GapFiller filler, LiftStage stage) {
  std::vector<PeopleInFrame> filled, lifted;
  for (int64_t t = 0; t < keypoints.frame_count; ++t) filler.Push(PeopleAt(keypoints, t), filled);
  filler.Flush(filled);
  for (PeopleInFrame& frame : filled) stage.Push(std::move(frame), lifted);
  stage.Flush(lifted);
  std::vector<int> ids;
  for (const PersonKeypoints& person : keypoints.people) ids.push_back(person.id);
  ClipCollector clip(InfoOf(keypoints), ids);
  for (const PeopleInFrame& frame : lifted) clip.Add(frame);
  return clip.TakeMotion();
}

}  // namespace videopose::internal
