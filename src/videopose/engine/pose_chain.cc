// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/pose_chain.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace videopose::internal {
namespace {

// The output of a stage for these frames, and at the end for those that it still holds.
template <typename Stage, typename Frame>
std::vector<Frame> Through(std::optional<Stage>& stage, std::vector<Frame> frames, bool is_end) {
  if (!stage) return frames;
  std::vector<Frame> out;
  for (Frame& frame : frames) stage->Push(std::move(frame), out);
  if (is_end) stage->Flush(out);
  return out;
}

// All people, whose tracks are their IDs.
PeopleInFrame Unselected(Detections frame) {
  PeopleInFrame all{.index = frame.index, .time_s = frame.time_s};
  for (DetectedPerson& person : frame.people) {
    all.people.push_back({.id = person.track_id,
                          .keypoints = std::move(person.keypoints),
                          .extra_points = std::move(person.extra_points)});
  }
  return all;
}

}  // namespace

void PoseChain::Push(int64_t index, double time_s, std::vector<DetectedPerson> people,
                     std::vector<PeopleInFrame>& out) {
  std::vector<Detections> frames;
  frames.push_back({.index = index, .time_s = time_s, .people = std::move(people)});
  PassOn(Through(stages_.sides, std::move(frames), false), false, out);
}

void PoseChain::Push(int64_t index, double time_s, std::vector<DetectedPerson> people,
                     const SmallImage& image, bool is_cut, std::vector<PeopleInFrame>& out) {
  if (is_cut) Flush(out);
  if (stages_.camera) {
    sighted_.push_back({index, stages_.camera->Push(image, people, time_s, is_cut)});
  }
  Push(index, time_s, std::move(people), out);
}

void PoseChain::TellCamera(std::vector<PeopleInFrame>& frames) {
  for (PeopleInFrame& frame : frames) {
    while (!sighted_.empty() && sighted_.front().index < frame.index) sighted_.pop_front();
    if (sighted_.empty() || sighted_.front().index != frame.index) continue;
    const LiveCamera::Sight& sight = sighted_.front().sight;
    frame.begins_scene = sight.begins_scene;
    frame.view = sight.view;
    frame.is_camera_lost = sight.is_lost;
  }
}

void PoseChain::Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out) {
  std::vector<DetectedPerson> people;
  for (Person& person : frame.people) {
    people.push_back({.track_id = person.id,
                      .keypoints = std::move(person.keypoints),
                      .extra_points = std::move(person.extra_points)});
  }
  Push(frame.index, frame.time_s, std::move(people), out);
}

void PoseChain::Flush(std::vector<PeopleInFrame>& out) {
  PassOn(Through(stages_.sides, std::vector<Detections>(), true), true, out);
  smoother_ = {};
}

void PoseChain::PassOn(std::vector<Detections> mended, bool is_end,
                       std::vector<PeopleInFrame>& out) {
  std::vector<PeopleInFrame> frames;
  for (Detections& frame : mended) {
    smoother_.Smooth(frame);
    if (stages_.select) {
      stages_.select->Push(frame.index, frame.time_s, frame.people, frames);
      frame.people.clear();
    } else {
      frames.push_back(Unselected(std::move(frame)));
    }
  }
  if (is_end && stages_.select) stages_.select->Flush(frames);
  TellCamera(frames);
  frames = Through(stages_.fill, std::move(frames), is_end);
  frames = Through(stages_.lift, std::move(frames), is_end);
  frames = Through(stages_.ground, std::move(frames), is_end);
  frames = Through(stages_.limb_ends, std::move(frames), is_end);
  std::ranges::move(frames, std::back_inserter(out));
}

}  // namespace videopose::internal
