// SPDX-License-Identifier: Apache-2.0

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/detect.h"

namespace videopose {

using namespace internal;
namespace {

std::vector<bool> ChosenById(const std::vector<int>& ids, const std::vector<TrackSummary>& tracks) {
  std::vector<bool> chosen(tracks.size());
  for (const int id : ids) {
    const auto found = std::ranges::find(tracks, id, &TrackSummary::id);
    if (found == tracks.end()) {
      std::vector<int> known;
      for (const TrackSummary& track : tracks) known.push_back(track.id);
      Fail(ErrorCode::kInvalidArgument, "no person has the ID {} in this clip; the IDs are {}", id,
           fmt::join(known, ", "));
    }
    chosen[static_cast<size_t>(found - tracks.begin())] = true;
  }
  return chosen;
}

// The key that the rule sorts by, the smallest first.
std::tuple<bool, double, double> Rank(const TrackSummary& track, PersonSelection::Rule rule,
                                      Vec2f middle_px, int64_t longest_frames) {
  constexpr int64_t kShareOfLongest = 5;
  const bool is_brief = track.seen_frames * kShareOfLongest < longest_frames;
  switch (rule) {
    case PersonSelection::kProminent:
      break;
    case PersonSelection::kLargest:
      return {is_brief, -track.height_px, -Prominence(track)};
    case PersonSelection::kCentre:
      return {is_brief, Norm(track.centre_px - middle_px), -Prominence(track)};
    case PersonSelection::kFirst:
      return {track.seen_frames == 0, static_cast<double>(track.first_frame),
              static_cast<double>(track.id)};
  }
  return {false, -Prominence(track), 0};
}

std::vector<bool> ChosenByRule(const PersonSelection& selection, const ClipInfo& clip,
                               const std::vector<TrackSummary>& tracks) {
  VP_CHECK(selection.count >= 0, "{} people", selection.count);
  const size_t count = selection.count == kAllPeople
                           ? tracks.size()
                           : std::min(tracks.size(), static_cast<size_t>(selection.count));
  int64_t longest_frames = 0;
  for (const TrackSummary& t : tracks) longest_frames = std::max(longest_frames, t.seen_frames);
  const Vec2f middle_px =
      0.5F * Vec2f{static_cast<float>(clip.width_px), static_cast<float>(clip.height_px)};
  std::vector<size_t> order(tracks.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) {
    return Rank(tracks[i], selection.rule, middle_px, longest_frames);
  });
  std::vector<bool> chosen(tracks.size());
  for (size_t k = 0; k < count; ++k) chosen[order[k]] = true;
  return chosen;
}

}  // namespace

double Prominence(const TrackSummary& track) {
  return track.height_px * static_cast<double>(track.seen_frames) * track.mean_presence;
}

std::vector<bool> ChoosePeople(const PersonSelection& selection, const ClipInfo& clip,
                               const std::vector<TrackSummary>& tracks) {
  return selection.ids.empty() ? ChosenByRule(selection, clip, tracks)
                               : ChosenById(selection.ids, tracks);
}

}  // namespace videopose
