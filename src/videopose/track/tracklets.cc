// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/tracklets.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "videopose/base/statistics.h"
#include "videopose/track/confidence.h"
#include "videopose/track/observation.h"

namespace videopose::internal {
namespace {

bool IsWhollyInside(const BodyBox& box, const ClipInfo& clip) {
  const auto inside = [](float centre, float size, int length) {
    return centre - size / 2 > 0 && centre + size / 2 < static_cast<float>(length);
  };
  return inside(box.centre_px.x, box.size_px.x, clip.width_px) &&
         inside(box.centre_px.y, box.size_px.y, clip.height_px);
}

bool IsBesideAnother(const Tracklet::Frame& frame, const Tracklet& of, const Tracklets& tracks) {
  const BodyBox box = BoxAround(frame.person);
  return std::ranges::any_of(tracks, [&](const auto& entry) {
    const std::vector<Tracklet::Frame>& frames = entry.second.frames;
    const auto then = std::ranges::lower_bound(frames, frame.index, {}, &Tracklet::Frame::index);
    return &entry.second != &of && then != frames.end() && then->index == frame.index &&
           Overlap(BoxAround(then->person), box) > 0;
  });
}

float TypicalScale(const Tracklet& track) {
  std::vector<float> scales_px;
  for (const Tracklet::Frame& frame : track.frames) {
    scales_px.push_back(BoxAround(frame.person).scale_px());
  }
  return Median(std::move(scales_px));
}

bool ComesBack(const Tracklet& before, const Tracklet& after, double fps) {
  constexpr double kLongestAbsenceS = 10;
  constexpr float kSameAppearance = 0.85F, kLarger = 1.4F, kNear = 0.75F;
  const Tracklet::Frame &last = before.frames.back(), &first = after.frames.front();
  const int64_t absent = first.index - last.index;
  if (absent <= 0 || static_cast<double>(absent) > kLongestAbsenceS * fps) return false;
  const BodyBox left = BoxAround(last.person), came = BoxAround(first.person);
  const float larger = std::max(left.scale_px(), came.scale_px());
  return larger < kLarger * std::min(left.scale_px(), came.scale_px()) &&
         Norm(left.centre_px - came.centre_px) < kNear * larger &&
         SimilarityOf(before.appearance, after.appearance) > kSameAppearance;
}

bool CouldLeap(const Tracklet& before, const Tracklet& after, const ClipInfo& clip,
               const Tracklets& tracks) {
  constexpr double kLongestS = 1.3, kHeightsPerS = 4.5;  // a person who falls from two metres
  constexpr float kOtherAppearance = 0.45F, kLarger = 1.6F;
  const Tracklet::Frame &last = before.frames.back(), &first = after.frames.front();
  const double absent_s = static_cast<double>(first.index - last.index) / clip.fps;
  if (absent_s <= 0 || absent_s > kLongestS) return false;
  const BodyBox left = BoxAround(last.person), came = BoxAround(first.person);
  // A person at the edge of the image may have left it or come from outside; a person beside
  // another body may be hidden by it.
  if (!IsWhollyInside(left, clip) || !IsWhollyInside(came, clip) ||
      IsBesideAnother(last, before, tracks) || IsBesideAnother(first, after, tracks)) {
    return false;
  }
  // Not the boxes' own sizes: a person who turns over is curled up.
  const float before_px = TypicalScale(before), after_px = TypicalScale(after);
  const float larger_px = std::max(before_px, after_px);
  return larger_px < kLarger * std::min(before_px, after_px) &&
         static_cast<double>(Norm(left.centre_px - came.centre_px)) <
             kHeightsPerS * absent_s * static_cast<double>(larger_px) &&
         SimilarityOf(before.appearance, after.appearance) > kOtherAppearance;
}

void Join(int earlier, int later, Tracklets& tracks) {
  const Tracklet& before = tracks.at(earlier);
  Tracklet& after = tracks.at(later);
  after.frames.insert(after.frames.begin(), before.frames.begin(), before.frames.end());
  Blend(before.appearance,
        static_cast<float>(before.frames.size()) / static_cast<float>(after.frames.size()),
        after.appearance);
  tracks.erase(earlier);
}

void StitchThoseThatComeBack(double fps, Tracklets& tracks) {
  std::vector<int> by_end;
  for (const auto& [id, track] : tracks) by_end.push_back(id);
  std::ranges::stable_sort(by_end, {}, [&](int id) { return tracks[id].frames.back().index; });
  for (const int earlier : by_end) {
    const Tracklet& before = tracks[earlier];
    int next = 0;
    for (const auto& [id, track] : tracks) {
      if (id == earlier || !ComesBack(before, track, fps)) continue;
      if (next == 0 || track.frames.front().index < tracks[next].frames.front().index) next = id;
    }
    if (next != 0) Join(earlier, next, tracks);
  }
}

// A person upside down is lost, and has no typical appearance on landing; but where one track ends
// and one begins, and no other does, there is little doubt.
void StitchLeaps(const ClipInfo& clip, Tracklets& tracks) {
  using Leap = std::pair<int, int>;
  std::vector<Leap> leaps;
  for (const auto& [earlier, before] : tracks) {
    for (const auto& [later, after] : tracks) {
      if (CouldLeap(before, after, clip, tracks)) leaps.emplace_back(earlier, later);
    }
  }
  std::vector<Leap> certain;
  std::ranges::copy_if(leaps, std::back_inserter(certain), [&](const Leap& leap) {
    return std::ranges::count(leaps, leap.first, &Leap::first) == 1 &&
           std::ranges::count(leaps, leap.second, &Leap::second) == 1;
  });
  // In time order: of two leaps of one person, the later tracklet of the first leap is the earlier
  // one of the second.
  std::ranges::sort(certain, {},
                    [&](const Leap& leap) { return tracks.at(leap.second).frames.front().index; });
  for (const auto& [earlier, later] : certain) Join(earlier, later, tracks);
}

}  // namespace

void Tracklet::Add(int64_t index, const DetectedPerson& person) {
  frames.push_back({index, person});
  Blend(person.appearance, 1 / static_cast<float>(frames.size()), appearance);
}

void DropLowConfidence(double fps, Tracklets& tracks) {
  for (auto& [id, track] : tracks) {
    const int64_t first = track.frames.front().index;
    std::vector<float> presence(static_cast<size_t>(track.frames.back().index - first + 1));
    for (const Tracklet::Frame& frame : track.frames) {
      presence[static_cast<size_t>(frame.index - first)] = frame.person.presence;
    }
    const std::vector<bool> confirmed = ConfirmedFrames(presence, fps);
    const auto detected = std::ssize(track.frames);
    std::erase_if(track.frames, [&](const Tracklet::Frame& frame) {
      return !confirmed[static_cast<size_t>(frame.index - first)];
    });
    // A false positive has a high presence for short moments only.
    double sum = 0;
    for (const Tracklet::Frame& f : track.frames) sum += static_cast<double>(f.person.presence);
    const auto kept = std::ssize(track.frames);
    if (3 * kept < detected || sum < kConfirmedPresence * static_cast<double>(kept)) {
      track.frames.clear();
    }
  }
}

void DropBrief(double fps, int64_t frame_count, Tracklets& tracks) {
  constexpr double kBriefS = 0.4;
  const int64_t enough =
      std::max<int64_t>(1, std::min<int64_t>(std::llround(kBriefS * fps), frame_count / 2));
  std::erase_if(tracks,
                [&](const auto& entry) { return std::ssize(entry.second.frames) < enough; });
}

void StitchTracklets(const ClipInfo& clip, Tracklets& tracks) {
  StitchThoseThatComeBack(clip.fps, tracks);
  StitchLeaps(clip, tracks);
}

TrackSummary Summarize(const Tracklet& track) {
  TrackSummary summary = {.first_frame = track.frames.front().index,
                          .last_frame = track.frames.back().index,
                          .seen_frames = std::ssize(track.frames)};
  std::vector<float> heights_px, x_px, y_px;
  for (const Tracklet::Frame& frame : track.frames) {
    const BodyBox box = BoxAround(frame.person);
    heights_px.push_back(box.size_px.y);
    x_px.push_back(box.centre_px.x);
    y_px.push_back(box.centre_px.y);
    summary.mean_presence += static_cast<double>(frame.person.presence);
  }
  summary.mean_presence /= static_cast<double>(summary.seen_frames);
  summary.height_px = static_cast<double>(Median(std::move(heights_px)));
  summary.centre_px = {Median(std::move(x_px)), Median(std::move(y_px))};
  return summary;
}

}  // namespace videopose::internal
