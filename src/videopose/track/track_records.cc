#include "videopose/track/track_records.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "videopose/detect.h"
#include "videopose/track/doubt.h"
#include "videopose/track/observation.h"

namespace videopose {
namespace {

template <typename T>
T Median(std::vector<T> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

bool IsWhollyInside(const BodyBox& box, const KeypointSequence& picture) {
  const auto inside = [](float centre, float size, int length) {
    return centre - size / 2 > 0 && centre + size / 2 < static_cast<float>(length);
  };
  return inside(box.centre_px.x, box.size_px.x, picture.width_px) &&
         inside(box.centre_px.y, box.size_px.y, picture.height_px);
}

}  // namespace

void TrackRecords::Add(int64_t frame, const FollowedPerson& person) {
  Record& record = records_[person.track_id];
  record.frames.push_back({frame, person.result.presence, person.result.landmarks});
  Blend(person.clothing, 1 / static_cast<float>(record.frames.size()), record.clothing);
}

void TrackRecords::Finish(const DetectKeypointsOptions& options, DetectedKeypoints& detected) {
  KeypointSequence& sequence = detected.keypoints;
  if (options.drop_doubtful) DropDoubtful(sequence.fps);
  DropBrief(sequence);
  Reunite(sequence.fps);
  ReuniteLeapers(sequence);
  std::vector<const Record*> people;
  for (const auto& [track, record] : records_) people.push_back(&record);
  std::ranges::stable_sort(people, {}, [](const Record* r) { return r->frames.front().index; });

  for (const Record* record : people) {
    detected.tracks.push_back(Summarize(*record));
    detected.tracks.back().id = static_cast<int>(detected.tracks.size());
    sequence.people.push_back({.id = detected.tracks.back().id});
  }
  SelectPeople({.count = options.max_people}, detected);
  for (size_t i = 0; i < sequence.people.size(); ++i) {
    PersonKeypoints& person = sequence.people[i];
    const int id = options.max_people == 1 ? 1 : person.id;
    person = Write(*people[static_cast<size_t>(person.id) - 1], sequence);
    FillShortGaps(person, std::llround(options.longest_gap_s * sequence.fps));
    detected.tracks[i].id = person.id = id;
  }
  if (people.empty()) {
    detected.tracks.emplace_back();
    sequence.people.push_back(Write({}, sequence));
  }
}

void TrackRecords::DropDoubtful(double fps) {
  for (auto& [track, record] : records_) {
    const int64_t first = record.frames.front().index;
    std::vector<float> presence(static_cast<size_t>(record.frames.back().index - first + 1));
    for (const Frame& frame : record.frames) {
      presence[static_cast<size_t>(frame.index - first)] = frame.presence;
    }
    const std::vector<bool> believed = BelievedFrames(presence, fps);
    const auto found = std::ssize(record.frames);
    std::erase_if(record.frames, [&](const Frame& frame) {
      return !believed[static_cast<size_t>(frame.index - first)];
    });
    // Furniture is sure to be somebody for moments only.
    double sum = 0;
    for (const Frame& frame : record.frames) sum += static_cast<double>(frame.presence);
    const auto kept = std::ssize(record.frames);
    if (3 * kept < found || sum < kBelievedPresence * static_cast<double>(kept)) {
      record.frames.clear();
    }
  }
}

void TrackRecords::DropBrief(const KeypointSequence& sequence) {
  constexpr double kBriefS = 0.4;
  const int64_t enough = std::max<int64_t>(
      1, std::min<int64_t>(std::llround(kBriefS * sequence.fps), sequence.frame_count / 2));
  std::erase_if(records_,
                [&](const auto& entry) { return std::ssize(entry.second.frames) < enough; });
}

void TrackRecords::Reunite(double fps) {
  std::vector<int> by_end;
  for (const auto& [track, record] : records_) by_end.push_back(track);
  std::ranges::stable_sort(by_end, {}, [&](int t) { return records_[t].frames.back().index; });
  for (const int earlier : by_end) {
    const Record& before = records_[earlier];
    int next = 0;
    for (const auto& [track, record] : records_) {
      if (track == earlier || !IsSamePerson(before, record, fps)) continue;
      if (next == 0 || record.frames.front().index < records_[next].frames.front().index) {
        next = track;
      }
    }
    if (next != 0) Join(earlier, next);
  }
}

// Somebody who is upside down is lost, and looks like nobody in particular on landing; but where
// one person vanishes and one appears, and nobody else does, little is left to doubt.
void TrackRecords::ReuniteLeapers(const KeypointSequence& sequence) {
  std::vector<std::pair<int, int>> leaps;
  for (const auto& [earlier, before] : records_) {
    for (const auto& [later, after] : records_) {
      if (CouldLeap(before, after, sequence)) leaps.emplace_back(earlier, later);
    }
  }
  std::vector<std::pair<int, int>> certain;
  std::ranges::copy_if(leaps, std::back_inserter(certain), [&](const auto& leap) {
    return std::ranges::count(leaps, leap.first, &std::pair<int, int>::first) == 1 &&
           std::ranges::count(leaps, leap.second, &std::pair<int, int>::second) == 1;
  });
  // In the order in which they happened: who leaps twice is the later record of the first leap.
  std::ranges::sort(
      certain, {}, [&](const auto& leap) { return records_.at(leap.second).frames.front().index; });
  for (const auto& [earlier, later] : certain) Join(earlier, later);
}

void TrackRecords::Join(int earlier, int later) {
  const Record& before = records_.at(earlier);
  Record& after = records_.at(later);
  after.frames.insert(after.frames.begin(), before.frames.begin(), before.frames.end());
  Blend(before.clothing,
        static_cast<float>(before.frames.size()) / static_cast<float>(after.frames.size()),
        after.clothing);
  records_.erase(earlier);
}

bool TrackRecords::IsSamePerson(const Record& before, const Record& after, double fps) {
  constexpr double kLongestAbsenceS = 10;
  constexpr float kSameClothing = 0.85F, kLarger = 1.4F, kNear = 0.75F;
  const Frame &last = before.frames.back(), &first = after.frames.front();
  const int64_t absent = first.index - last.index;
  if (absent <= 0 || static_cast<double>(absent) > kLongestAbsenceS * fps) return false;
  const BodyBox left = BoxAround(last.landmarks), came = BoxAround(first.landmarks);
  const float larger = std::max(left.scale_px(), came.scale_px());
  return larger < kLarger * std::min(left.scale_px(), came.scale_px()) &&
         Norm(left.centre_px - came.centre_px) < kNear * larger &&
         Similarity(before.clothing, after.clothing) > kSameClothing;
}

bool TrackRecords::CouldLeap(const Record& before, const Record& after,
                             const KeypointSequence& sequence) const {
  constexpr double kLongestS = 1.3, kHeightsPerS = 4.5;  // as fast as one falls from two metres
  constexpr float kOtherClothing = 0.45F, kLarger = 1.6F;
  const Frame &last = before.frames.back(), &first = after.frames.front();
  const double absent_s = static_cast<double>(first.index - last.index) / sequence.fps;
  if (absent_s <= 0 || absent_s > kLongestS) return false;
  const BodyBox left = BoxAround(last.landmarks), came = BoxAround(first.landmarks);
  // Who is at the edge of the picture may as well have left it, or come from outside; and who is
  // beside somebody else, be hidden by them.
  if (!IsWhollyInside(left, sequence) || !IsWhollyInside(came, sequence) ||
      IsBesideAnother(last, before) || IsBesideAnother(first, after)) {
    return false;
  }
  // Not the boxes' own sizes: who turns over is curled up.
  const float before_px = TypicalScale(before), after_px = TypicalScale(after);
  const float larger_px = std::max(before_px, after_px);
  return larger_px < kLarger * std::min(before_px, after_px) &&
         static_cast<double>(Norm(left.centre_px - came.centre_px)) <
             kHeightsPerS * absent_s * static_cast<double>(larger_px) &&
         Similarity(before.clothing, after.clothing) > kOtherClothing;
}

bool TrackRecords::IsBesideAnother(const Frame& frame, const Record& of) const {
  const BodyBox box = BoxAround(frame.landmarks);
  return std::ranges::any_of(records_, [&](const auto& entry) {
    const std::vector<Frame>& frames = entry.second.frames;
    const auto then = std::ranges::lower_bound(frames, frame.index, {}, &Frame::index);
    return &entry.second != &of && then != frames.end() && then->index == frame.index &&
           Overlap(BoxAround(then->landmarks), box) > 0;
  });
}

float TrackRecords::TypicalScale(const Record& record) {
  std::vector<float> scales_px;
  for (const Frame& frame : record.frames) {
    scales_px.push_back(BoxAround(frame.landmarks).scale_px());
  }
  return Median(std::move(scales_px));
}

TrackSummary TrackRecords::Summarize(const Record& record) {
  TrackSummary summary = {.first_frame = record.frames.front().index,
                          .last_frame = record.frames.back().index,
                          .seen_frames = std::ssize(record.frames)};
  std::vector<float> heights_px, x_px, y_px;
  for (const Frame& frame : record.frames) {
    const BodyBox box = BoxAround(frame.landmarks);
    heights_px.push_back(box.size_px.y);
    x_px.push_back(box.centre_px.x);
    y_px.push_back(box.centre_px.y);
    summary.mean_presence += static_cast<double>(frame.presence);
  }
  summary.mean_presence /= static_cast<double>(summary.seen_frames);
  summary.height_px = static_cast<double>(Median(std::move(heights_px)));
  summary.centre_px = {Median(std::move(x_px)), Median(std::move(y_px))};
  return summary;
}

PersonKeypoints TrackRecords::Write(const Record& record, const KeypointSequence& sequence) {
  PersonKeypoints person{.keypoints = {sequence.frame_count, sequence.joint_count()},
                         .landmarks = {sequence.frame_count, BlazePose33().joint_count()}};
  for (const Frame& frame : record.frames) {
    std::ranges::copy(CocoFromLandmarks(frame.landmarks), person.frame(frame.index).begin());
    std::ranges::copy(frame.landmarks, person.landmarks.frame(frame.index).begin());
  }
  return person;
}

}  // namespace videopose
