// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/side_corrector.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace videopose::internal {
namespace {

std::vector<Exchanged> LimbsOfAll(const KeypointLayout& layout) {
  std::vector<Exchanged> limbs;
  for (const std::string& name : layout.joint_names) limbs.push_back(LimbsOf(name));
  return limbs;
}

// Calls visit(points, layout, limbs of each) for the person's keypoints and further points.
template <typename Visit>
void ForAllPoints(const KeypointLayout& layout, const std::vector<Exchanged>& limbs,
                  DetectedPerson& person, const Visit& visit) {
  static const std::vector<Exchanged> of_landmarks = LimbsOfAll(BlazePose33());
  visit(person.keypoints, layout, limbs);
  if (person.extra_points.size() == kLandmarks) {
    visit(person.extra_points, BlazePose33(), of_landmarks);
  }
}

}  // namespace

SideCorrector::SideCorrector(const SideCorrectorOptions& options)
    : options_(options), limbs_(LimbsOfAll(options.layout)) {}

void SideCorrector::Push(Detections frame, std::vector<Detections>& out) {
  for (size_t i = 0; i < frame.people.size(); ++i) {
    DetectedPerson& person = frame.people[i];
    Run& run = runs_.try_emplace(person.track_id, options_.layout).first->second;
    if (run.filter.BreaksOff(frame.time_s)) Settle(run);
    const auto origins = run.filter.Push(frame.time_s, person.keypoints, person.other_looks);
    if (options_.lookahead) {
      Exchange(run.filter.Likeliest().state, person);
      continue;
    }
    run.frames.push_back(frames_.size());
    run.people.push_back(i);
    run.origins.push_back(origins);
  }
  if (options_.lookahead) {
    std::erase_if(runs_,
                  [&](const auto& entry) { return entry.second.filter.BreaksOff(frame.time_s); });
    out.push_back(std::move(frame));
  } else {
    frames_.push_back(std::move(frame));
  }
}

void SideCorrector::Flush(std::vector<Detections>& out) {
  for (auto& [track, run] : runs_) Settle(run);
  runs_.clear();
  std::ranges::move(frames_, std::back_inserter(out));
  frames_.clear();
}

void SideCorrector::Settle(Run& run) {
  const auto person = [&](size_t i) -> DetectedPerson& {
    return frames_[run.frames[i]].people[run.people[i]];
  };
  SideFilter::Node node = run.filter.Likeliest(true);
  for (size_t i = run.frames.size(); i-- > 0;) {
    Exchange(node.state, person(i));
    const SideFilter::Origin& origin = run.origins[i][node.before][node.state];
    for (int left_out = 1; left_out < origin.frames_back; ++left_out) {
      TakeOut(node.state ^ origin.node.state, person(--i));
      Exchange(node.state, person(i));
    }
    node = origin.node;
  }
  run.frames.clear();
  run.people.clear();
  run.origins.clear();
}

void SideCorrector::Exchange(Exchanged limbs, DetectedPerson& person) const {
  if (limbs == kNoneExchanged) return;
  ForAllPoints(options_.layout, limbs_, person,
               [&](auto& points, const KeypointLayout& layout, const auto& limbs_of) {
                 for (size_t j = 0; j < points.size(); ++j) {
                   const auto other = static_cast<size_t>(layout.mirrored(static_cast<int>(j)));
                   if (j < other && (limbs & limbs_of[j]) == limbs_of[j]) {
                     std::swap(points[j], points[other]);
                   }
                 }
               });
}

void SideCorrector::TakeOut(Exchanged limbs, DetectedPerson& person) const {
  ForAllPoints(options_.layout, limbs_, person,
               [&](auto& points, const KeypointLayout& layout, const auto& limbs_of) {
                 for (size_t j = 0; j < points.size(); ++j) {
                   const bool has_side =
                       layout.mirrored(static_cast<int>(j)) != static_cast<int>(j);
                   if (has_side && (limbs & limbs_of[j]) == limbs_of[j]) points[j].score = 0;
                 }
               });
}

}  // namespace videopose::internal
