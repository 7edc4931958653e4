// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/pose_chain.h"

#include <iterator>
#include <utility>

namespace videopose {
namespace {

// The output of a stage for these frames, and at the end for those that it still holds.
template <typename Stage>
std::vector<PeopleInFrame> Through(std::optional<Stage>& stage, std::vector<PeopleInFrame> frames,
                                   bool is_end) {
  if (!stage) return frames;
  std::vector<PeopleInFrame> out;
  for (PeopleInFrame& frame : frames) stage->Push(std::move(frame), out);
  if (is_end) stage->Flush(out);
  return out;
}

}  // namespace

void PoseChain::Push(int64_t index, double time_s, std::span<const DetectedPerson> people,
                     std::vector<PeopleInFrame>& out) {
  std::vector<PeopleInFrame> selected;
  stages_.select->Push(index, time_s, people, selected);
  PassOn(std::move(selected), false, out);
}

void PoseChain::Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out) {
  std::vector<PeopleInFrame> frames;
  frames.push_back(std::move(frame));
  PassOn(std::move(frames), false, out);
}

void PoseChain::Flush(std::vector<PeopleInFrame>& out) {
  std::vector<PeopleInFrame> selected;
  if (stages_.select) stages_.select->Flush(selected);
  PassOn(std::move(selected), true, out);
}

void PoseChain::PassOn(std::vector<PeopleInFrame> frames, bool is_end,
                       std::vector<PeopleInFrame>& out) {
  frames = Through(stages_.fill, std::move(frames), is_end);
  frames = Through(stages_.lift, std::move(frames), is_end);
  frames = Through(stages_.ground, std::move(frames), is_end);
  std::ranges::move(frames, std::back_inserter(out));
}

}  // namespace videopose
