// SPDX-License-Identifier: Apache-2.0

#include "videopose/app/people_in_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/base/statistics.h"

namespace videopose::internal {
namespace {

TrackSummary Summarize(const PersonKeypoints& person, const KeypointSequence& clip) {
  TrackSummary track{.id = person.id};
  std::vector<double> heights_px;
  std::vector<float> x_px, y_px;
  for (int64_t t = 0; t < clip.frame_count; ++t) {
    Vec2f low{1e30F, 1e30F}, high{-1e30F, -1e30F};
    double score = 0;
    int points = 0;
    for (const Keypoint& point : person.frame(t)) {
      if (!(point.score > 0)) continue;
      low = {std::min(low.x, point.x_px), std::min(low.y, point.y_px)};
      high = {std::max(high.x, point.x_px), std::max(high.y, point.y_px)};
      score += point.score;
      ++points;
    }
    if (points == 0) continue;
    if (track.seen_frames++ == 0) track.first_frame = t;
    track.last_frame = t;
    track.mean_presence += score / points;
    heights_px.push_back(high.y - low.y);
    x_px.push_back(0.5F * (low.x + high.x));
    y_px.push_back(0.5F * (low.y + high.y));
  }
  if (track.seen_frames > 0) track.mean_presence /= static_cast<double>(track.seen_frames);
  track.height_px = Median(std::move(heights_px));
  track.centre_px = {Median(std::move(x_px)), Median(std::move(y_px))};
  return track;
}

bool KeepsAll(const PersonSelection& selection) {
  return selection.ids.empty() && selection.count == kAllPeople;
}

}  // namespace

std::vector<TrackSummary> SummarizeTracks(const KeypointSequence& keypoints) {
  std::vector<TrackSummary> tracks;
  for (const PersonKeypoints& person : keypoints.people) {
    tracks.push_back(Summarize(person, keypoints));
  }
  return tracks;
}

void SelectPeople(const PersonSelection& selection, KeypointSequence& keypoints) {
  if (KeepsAll(selection)) return;
  const ClipInfo info{.width_px = keypoints.width_px, .height_px = keypoints.height_px};
  KeepChosen(ChoosePeople(selection, info, SummarizeTracks(keypoints)), keypoints.people);
}

void SelectPeople(const PersonSelection& selection, PoseClip& clip) {
  if (KeepsAll(selection)) return;
  std::set<int> ids;
  if (clip.keypoints) {
    SelectPeople(selection, *clip.keypoints);
    for (const PersonKeypoints& person : clip.keypoints->people) ids.insert(person.id);
  } else if (selection.ids.empty()) {
    Fail(ErrorCode::kInvalidArgument,
         "this file holds poses without keypoints, so people can be chosen by ID only");
  } else {
    std::vector<TrackSummary> tracks;
    for (const PersonMotion& person : clip.motion.people) tracks.push_back({.id = person.id});
    KeepChosen(ChoosePeople(selection, {}, tracks), tracks);
    for (const TrackSummary& track : tracks) ids.insert(track.id);
  }
  std::erase_if(clip.motion.people,
                [&](const PersonMotion& person) { return !ids.contains(person.id); });
}

}  // namespace videopose::internal
