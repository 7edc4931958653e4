// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/gap_filler.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/geometry.h"
#include "videopose/lift/filled_track.h"

namespace videopose::internal {
namespace {

constexpr double kSlowFps = 20, kWantedFps = 24;
constexpr int kMostParts = 8;

// p(0) = b, p(1) = c, p'(0) = (c - a) / 2, p'(1) = (d - b) / 2.
float CatmullRom(float a, float b, float c, float d, float u) {
  return b + 0.5F * u * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a)));
}

Keypoint Beyond(const Keypoint& end, const Keypoint& before) {
  return {2 * end.x_px - before.x_px, 2 * end.y_px - before.y_px, end.score};
}

// (T, J) -> ((T - 1) parts + 1, J), along cubics (Catmull and Rom's) through the frames.
JointTrack<Keypoint> Upsampled(const JointTrack<Keypoint>& track, int parts) {
  if (parts == 1) return track;
  const int64_t frame_count = track.frame_count();
  JointTrack<Keypoint> dense((frame_count - 1) * parts + 1, track.joint_count());
  for (int j = 0; j < track.joint_count(); ++j) {
    for (int64_t t = 0; t < frame_count; ++t) {
      const Keypoint& b = dense.at(t * parts, j) = track.at(t, j);
      if (t + 1 == frame_count) break;
      const Keypoint& c = track.at(t + 1, j);
      // Where there is no neighbour the curve continues straight.
      const Keypoint a = t > 0 ? track.at(t - 1, j) : Beyond(b, c);
      const Keypoint d = t + 2 < frame_count ? track.at(t + 2, j) : Beyond(c, b);
      for (int part = 1; part < parts; ++part) {
        const float u = static_cast<float>(part) / static_cast<float>(parts);
        dense.at(t * parts + part, j) = {CatmullRom(a.x_px, b.x_px, c.x_px, d.x_px, u),
                                         CatmullRom(a.y_px, b.y_px, c.y_px, d.y_px, u),
                                         std::min(b.score, c.score)};
      }
    }
  }
  return dense;
}

ExtraPoint Between(const ExtraPoint& a, const ExtraPoint& b, float u) {
  return {std::lerp(a.x_px, b.x_px, u), std::lerp(a.y_px, b.y_px, u), std::lerp(a.z_px, b.z_px, u),
          std::min(a.score, b.score)};
}

// Interpolated points are shown with half the score of their neighbours.
template <typename Point>
Point Shown(Point point) {
  point.score /= 2;
  return point;
}

// Points that are not there for at most `longest` frames between two in which they are get a place:
// place(before, after, t, j).
template <typename Point, typename IsThere, typename Place>
void FillShortGaps(int64_t longest, const IsThere& is_there, const Place& place,
                   JointTrack<Point>& track) {
  const int64_t count = track.frame_count();
  for (int j = 0; j < track.joint_count(); ++j) {
    const auto is_there_at = [&](int64_t t) { return is_there(track.at(t, j)); };
    ForEachGap(count, is_there_at, [&](int64_t begin, int64_t end) {
      if (begin == 0 || end == count || end - begin > longest) return;
      for (int64_t t = begin; t < end; ++t) track.at(t, j) = place(begin - 1, end, t, j);
    });
  }
}

// The runs of frames between which nothing can be bridged.
std::vector<FrameRange> Runs(const PersonKeypoints& person, int64_t longest_bridge) {
  std::vector<FrameRange> runs;
  for (const FrameRange& seen : SeenRanges(person)) {
    if (!runs.empty() && seen.begin - runs.back().end <= longest_bridge) {
      runs.back().end = seen.end;
    } else {
      runs.push_back(seen);
    }
  }
  return runs;
}

// A whole clip on the time line that the lifter sees: frame t of the clip, counted by index from
// the first one, is frame t * parts.
class ClipFiller {
 public:
  ClipFiller(const GapFillerOptions& options, int64_t longest_gap, std::vector<PeopleInFrame> clip)
      : options_(options), longest_gap_(longest_gap) {
    first_index_ = clip.front().index;
    frame_count_ = clip.back().index - first_index_ + 1;
    frames_.resize(static_cast<size_t>((frame_count_ - 1) * options.parts + 1));
    for (PeopleInFrame& frame : frames_) frame.is_between = true;
    for (PeopleInFrame& frame : clip) FrameAt(frame.index - first_index_) = std::move(frame);
    for (size_t i = 1; i < frames_.size(); ++i) {
      if (!frames_[i].is_between) continue;
      frames_[i].index = frames_[i - 1].index;
      frames_[i].time_s = frames_[i - 1].time_s + 1 / (options.clip.fps * options.parts);
    }
  }

  std::vector<PeopleInFrame> Filled() {
    std::set<int> ids;
    for (const PeopleInFrame& frame : frames_) {
      for (const Person& person : frame.people) ids.insert(person.id);
    }
    for (const int id : ids) FillPerson(id);
    return std::move(frames_);
  }

 private:
  PeopleInFrame& FrameAt(int64_t t) { return frames_[static_cast<size_t>(t * options_.parts)]; }

  static Person* Find(PeopleInFrame& frame, int id) {
    const auto found = std::ranges::find(frame.people, id, &Person::id);
    return found == frame.people.end() ? nullptr : &*found;
  }

  static Person& FindOrAdd(PeopleInFrame& frame, int id) {
    Person* person = Find(frame, id);
    return person != nullptr ? *person : frame.people.emplace_back(Person{.id = id});
  }

  PersonKeypoints TrackOf(int id) {
    const int joint_count = options_.clip.layout.joint_count();
    PersonKeypoints track{.id = id, .keypoints = {frame_count_, joint_count}};
    for (int64_t t = 0; t < frame_count_; ++t) {
      const Person* person = Find(FrameAt(t), id);
      if (person == nullptr) continue;
      std::ranges::copy(person->keypoints, track.frame(t).begin());
      if (person->extra_points.empty()) continue;
      if (track.extra_points.empty()) {
        track.extra_points = {frame_count_, static_cast<int>(person->extra_points.size())};
      }
      std::ranges::copy(person->extra_points, track.extra_points.frame(t).begin());
    }
    return track;
  }

  void FillPerson(int id) {
    PersonKeypoints track = TrackOf(id);
    const auto lerp = [&](int64_t before, int64_t after, int64_t t, int k) {
      const float u = static_cast<float>(t - before) / static_cast<float>(after - before);
      return Shown(Between(track.extra_points.at(before, k), track.extra_points.at(after, k), u));
    };
    FillShortGaps(
        longest_gap_, [](const ExtraPoint& p) { return p.score > 0; }, lerp, track.extra_points);
    for (const FrameRange& run : Runs(track, std::max(longest_gap_, options_.longest_bridge))) {
      JointTrack<Keypoint> seen(run.length(), options_.clip.layout.joint_count());
      for (int64_t t = run.begin; t < run.end; ++t) {
        std::ranges::copy(track.frame(t), seen.frame(t - run.begin).begin());
      }
      const JointTrack<Keypoint> filled = FilledTrack(seen, options_.clip.layout);
      FillShortGaps(
          longest_gap_, [](const Keypoint& p) { return IsSeen(p); },
          [&](int64_t, int64_t, int64_t t, int j) { return Shown(filled.at(t, j)); }, seen);
      const JointTrack<Keypoint> dense = Upsampled(filled, options_.parts);
      for (int64_t i = 0; i < dense.frame_count(); ++i) {
        PeopleInFrame& frame = frames_[static_cast<size_t>(run.begin * options_.parts + i)];
        FindOrAdd(frame, id).filled.assign(dense.frame(i).begin(), dense.frame(i).end());
      }
      for (int64_t t = 0; t < seen.frame_count() && options_.shows_filled; ++t) {
        if (IsSeen(seen.frame(t))) Show(id, seen.frame(t), track.extra_points, run.begin + t);
      }
    }
  }

  void Show(int id, std::span<const Keypoint> keypoints, const JointTrack<ExtraPoint>& extra_points,
            int64_t t) {
    PeopleInFrame& frame = FrameAt(t);
    if (frame.is_between) return;  // it was dropped
    Person& person = FindOrAdd(frame, id);
    person.keypoints.assign(keypoints.begin(), keypoints.end());
    if (extra_points.empty()) return;
    const auto extra = extra_points.frame(t);
    person.extra_points.assign(extra.begin(), extra.end());
  }

  const GapFillerOptions& options_;
  int64_t longest_gap_;
  int64_t first_index_ = 0, frame_count_ = 0;
  std::vector<PeopleInFrame> frames_;
};

}  // namespace

int FrameParts(double fps) {
  if (!(fps > 0) || fps >= kSlowFps) return 1;
  return std::min(kMostParts, static_cast<int>(std::ceil(kWantedFps / fps)));
}

GapFillerOptions GapFillerFor(const TemporalArchitecture& architecture, LifterInput input,
                              const ClipInfo& clip) {
  const int parts = input == LifterInput::kScreen ? 1 : FrameParts(clip.fps);
  const int64_t reach = std::max(architecture.pad_before(), architecture.pad_after());
  return {.clip = clip, .longest_bridge = reach / parts, .parts = parts};
}

GapFiller::GapFiller(const GapFillerOptions& options)
    : options_(options),
      tree_(options.clip.layout),
      longest_gap_(std::llround(options.longest_gap_s * options.clip.fps)),
      longest_hold_(std::max(longest_gap_, options.longest_bridge)) {
  VP_CHECK(options.parts > 0, "{} parts", options.parts);
}

void GapFiller::Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out) {
  VP_CHECK(!last_index_ || frame.index > *last_index_, "frame {} after {}", frame.index,
           *last_index_);
  if (options_.lookahead) {
    PushCausal(std::move(frame), out);
    return;
  }
  last_index_ = frame.index;
  clip_.push_back(std::move(frame));
}

void GapFiller::Flush(std::vector<PeopleInFrame>& out) {
  held_.clear();
  last_index_.reset();
  if (clip_.empty()) return;
  std::ranges::move(ClipFiller(options_, longest_gap_, std::move(clip_)).Filled(),
                    std::back_inserter(out));
  clip_.clear();
}

GapFiller::Held GapFiller::Follow(const Person& person, int64_t index) const {
  const auto found = held_.find(person.id);
  const Held* before = found == held_.end() ? nullptr : &found->second;
  Held now{.last_seen = index, .filled = person.keypoints, .was_seen = {}};
  const size_t joint_count = person.keypoints.size();
  now.was_seen = before != nullptr ? before->was_seen : std::vector<bool>(joint_count);
  const auto step = [&](size_t j) {
    return Vec2f{now.filled[j].x_px, now.filled[j].y_px} -
           Vec2f{before->filled[j].x_px, before->filled[j].y_px};
  };
  // The motion of the body, by the points that are seen in both frames.
  Vec2f body_step;
  float in_both = 0;
  for (size_t j = 0; j < joint_count; ++j) {
    if (!IsSeen(person.keypoints[j])) continue;
    if (now.was_seen[j]) {
      body_step = body_step + step(j);
      ++in_both;
    }
    now.was_seen[j] = true;
  }
  if (in_both > 0) body_step = (1 / in_both) * body_step;
  std::vector<int> never_seen;
  for (const int joint : tree_.order) {
    const auto j = static_cast<size_t>(joint);
    if (!now.was_seen[j]) {
      never_seen.push_back(joint);
    } else if (!IsSeen(person.keypoints[j])) {
      const int parent = tree_.parents[j];
      const auto p = static_cast<size_t>(parent);
      const bool hangs = parent >= 0 && now.was_seen[p] && before->was_seen[p];
      const Vec2f moved = hangs ? step(p) : body_step;
      const Keypoint& was = before->filled[j];
      now.filled[j] = {was.x_px + moved.x, was.y_px + moved.y, was.score};
    }
  }
  PlaceNeverSeen(options_.clip.layout, never_seen, now.filled);
  return now;
}

// Adds filled points to the frame's people, and adds people who are hidden for a while.
GapFiller::People GapFiller::FollowAll(PeopleInFrame& frame) const {
  People now;
  for (Person& person : frame.people) {
    const Held& held = now[person.id] = Follow(person, frame.index);
    person.filled = held.filled;
  }
  for (const auto& [id, held] : held_) {
    if (now.contains(id) || frame.index - held.last_seen > longest_hold_) continue;
    now[id] = held;
    frame.people.push_back({.id = id, .filled = held.filled});
  }
  return now;
}

void GapFiller::PushCausal(PeopleInFrame frame, std::vector<PeopleInFrame>& out) {
  const int64_t steps = last_index_ ? frame.index - *last_index_ : 1;
  if (steps > longest_hold_ + 1) {
    // The source was disconnected: one frame without people between, and a new beginning.
    held_.clear();
    out.push_back({.index = *last_index_, .time_s = last_time_s_, .is_between = true});
  }
  People now = FollowAll(frame);
  const int64_t between = last_index_ && steps <= longest_hold_ + 1 ? steps * options_.parts : 1;
  for (int64_t i = 1; i < between; ++i) {
    const float u = static_cast<float>(i) / static_cast<float>(between);
    PeopleInFrame& filled_in =
        out.emplace_back(PeopleInFrame{.index = *last_index_,
                                       .time_s = std::lerp(last_time_s_, frame.time_s, u),
                                       .is_between = true});
    for (const auto& [id, before] : held_) {
      const auto after = now.find(id);
      if (after == now.end()) continue;
      Person& person = filled_in.people.emplace_back(Person{.id = id});
      std::ranges::transform(
          before.filled, after->second.filled, std::back_inserter(person.filled),
          [u](const Keypoint& a, const Keypoint& b) { return internal::Between(a, b, u); });
    }
  }
  last_index_ = frame.index;
  last_time_s_ = frame.time_s;
  held_ = std::move(now);
  out.push_back(std::move(frame));
}

}  // namespace videopose::internal
