// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/people_follower.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "videopose/detect/boxed_bodies.h"
#include "videopose/track/confidence.h"

namespace videopose::internal {

namespace {

// The other ways to look at a body: in a mirror, and from farther away and more upright. Of 20
// frames of a man who leans, in which the first look swaps his arms, they swap them in 11 and in 1;
// of 65 in which it does not, in 8 and in 0. Upside down the model cannot be asked.
std::array<Roi, 2> OtherWays(Roi roi) {
  constexpr float kFarther = 1.3F, kTurn = 0.5F;
  roi.is_mirrored = true;
  Roi farther = roi;
  farther.side_px *= kFarther;
  farther.rotation_rad *= kTurn;
  return {roi, farther};
}

Roi RoiOf(const PersonDetection& person) {
  return RoiFromBodyCircle(person.points[0], person.points[1]);
}

// Whether two regions are around the same body, judged by the regions alone.
bool IsAroundSameBody(const Roi& a, const Roi& b) {
  constexpr float kNear = 0.15F, kLarger = 1.8F;
  const float larger = std::max(a.side_px, b.side_px), smaller = std::min(a.side_px, b.side_px);
  return larger < kLarger * smaller && Norm(a.centre_px - b.centre_px) < kNear * larger;
}

// A body that does not fit into the tile is only partly visible, and its region is a guess; the
// whole frame or a larger tile shows it better.
bool FitsInto(const Roi& body, const Roi& tile) {
  const auto inside = [&](float at, float centre) {
    return std::abs(at - centre) < tile.side_px / 2;
  };
  return body.side_px < tile.side_px && inside(body.centre_px.x, tile.centre_px.x) &&
         inside(body.centre_px.y, tile.centre_px.y);
}

// Whether a box lies in a part of the frame and is not cut by its edge.
bool FitsInto(const BodyBox& box, const BodyBox& part, const Image& frame) {
  constexpr float kEdge = 0.05F;  // of the part: boxes of what is cut end there or a little before
  const Vec2f half = 0.5F * box.size_px, part_half = 0.5F * part.size_px;
  const auto is_cut = [](float from, float to, float part_from, float part_to, int length) {
    const float edge = kEdge * (part_to - part_from);
    return (from < part_from + edge && part_from > 1) ||
           (to > part_to - edge && part_to < static_cast<float>(length) - 1);
  };
  return !is_cut(box.centre_px.x - half.x, box.centre_px.x + half.x, part.centre_px.x - part_half.x,
                 part.centre_px.x + part_half.x, frame.width_px) &&
         !is_cut(box.centre_px.y - half.y, box.centre_px.y + half.y, part.centre_px.y - part_half.y,
                 part.centre_px.y + part_half.y, frame.height_px);
}

// What MakeRoom compares.
float SideOf(const Roi& region) { return region.side_px; }
float SideOf(const BodyBox& box) { return RoiFromBox(box).side_px; }

// The best boxes of all parts; in a part of the frame, a body at its edge may be cut.
std::vector<BodyBox> JoinParts(const Image& frame, std::span<const BodyBox> parts,
                               std::span<const std::vector<DetectedBox>> boxes_of_parts) {
  std::vector<DetectedBox> all;
  for (size_t i = 0; i < parts.size(); ++i) {
    for (const DetectedBox& found : boxes_of_parts[i]) {
      if (i == 0 || FitsInto(found.box, parts[i], frame)) all.push_back(found);
    }
  }
  SuppressOverlaps(all);
  std::vector<BodyBox> boxes;
  for (const DetectedBox& found : all) boxes.push_back(found.box);
  return boxes;
}

SearchPlan::Options WithBoxes(SearchPlan::Options options, bool boxes) {
  options.boxes = boxes;
  return options;
}

// An arm or a trunk that the detector mistakes for a small person.
bool IsPartOf(const BodyBox& part, const BodyBox& whole) {
  constexpr float kSmaller = 0.7F, kInside = 0.8F;
  if (part.scale_px() >= kSmaller * whole.scale_px()) return false;
  return ShareInside(part, whole) > kInside;
}

}  // namespace

PeopleFollower::Body PeopleFollower::BodyFrom(const Image& frame, const PoseLandmarks& found,
                                              int looked_for) {
  Landmarks landmarks;
  std::copy_n(found.points_px.begin(), landmarks.size(), landmarks.begin());
  const std::vector<Keypoint> keypoints = CocoFromLandmarks(landmarks);
  return {.landmarks = found,
          .roi = RoiFromBodyCircle(found.hips_px(), found.circle_px()),
          .observation = {.keypoints = keypoints,
                          .box = BoxAround(std::span<const Landmark>(landmarks)),
                          .presence = found.presence,
                          .appearance = AppearanceOf(frame, keypoints),
                          .looked_for = looked_for}};
}

void PeopleFollower::DropParts(std::vector<Body>& bodies) {
  const std::vector<Body> all = bodies;
  std::erase_if(bodies, [&](const Body& body) {
    return body.observation.looked_for == 0 && std::ranges::any_of(all, [&](const Body& other) {
             return IsPartOf(body.observation.box, other.observation.box);
           });
  });
}

PeopleFollowerOptions PeopleFollowerOptions::For(int max_people) {
  PeopleFollowerOptions options;
  if (max_people == 1) {
    options.most_at_once = 3;
    options.search.interval_s = 2;
    options.search.always_small = false;
  }
  return options;
}

PeopleFollower::PeopleFollower(const BlazePoseOptions& models, const PeopleFollowerOptions& options)
    : smooth_(models.smooth),
      models_(std::make_unique<BlazePoseModels>(models)),
      options_(options),
      plan_(WithBoxes(options.search, models_->can_find_boxes())),
      tracker_(options.tracker) {}

std::vector<DetectedPerson> PeopleFollower::Detect(const Image& frame, double time_s) {
  Found found = LookForKnown(frame, PlanSearch(frame, time_s));
  std::vector<Body>& bodies = found.bodies;
  LookAtRegions(frame, std::move(found.regions), bodies);
  LookAtBoxes(frame, time_s, std::move(found.boxes), bodies);
  DropParts(bodies);

  std::vector<Observation> seen;
  for (const Body& body : bodies) seen.push_back(body.observation);
  const std::vector<int> ids = tracker_.Update(time_s, seen);
  std::vector<DetectedPerson> people;
  for (size_t i = 0; i < bodies.size(); ++i) {
    if (ids[i] == 0) continue;
    const PoseLandmarks& landmarks = bodies[i].landmarks;
    Path& path = paths_[ids[i]];
    DetectedPerson& person = people.emplace_back(PersonFrom(ResultFrom(landmarks)));
    person.track_id = ids[i];
    person.appearance = seen[i].appearance;
    person.is_found_anew = seen[i].looked_for != ids[i];
    if (smooth_) person.smoothing_scale = SmoothingScale(landmarks);
    if (person.is_found_anew) path.filter.Reset();
    path.roi = path.filter.Apply(landmarks, time_s);
  }
  LookAgain(frame, time_s, ids, bodies, people);
  std::erase_if(paths_, [&](const auto& path) {
    return std::ranges::none_of(tracker_.tracks(),
                                [&](const Track& track) { return track.id == path.first; });
  });
  for (const Track& track : tracker_.tracks()) {
    if (track.lost) paths_.at(track.id).filter.Reset();
  }
  return people;
}

void PeopleFollower::StartScene() {
  for (const auto& [id, path] : paths_) tracker_.Drop(id);
  paths_.clear();
  looked_at_.clear();
  plan_ = SearchPlan(WithBoxes(options_.search, models_->can_find_boxes()));
}

void PeopleFollower::LookAgain(const Image& frame, double time_s, const std::vector<int>& ids,
                               const std::vector<Body>& bodies,
                               std::vector<DetectedPerson>& people) {
  std::vector<Roi> regions;
  std::vector<DetectedPerson*> of_regions;
  auto person = people.begin();
  for (size_t i = 0; i < bodies.size(); ++i) {
    if (ids[i] == 0) continue;
    SideFilter sides = paths_[ids[i]].sides;
    sides.Push(time_s, person->keypoints, {});
    if (sides.IsDoubtful() && IsUsable(bodies[i].roi)) {
      for (const Roi& roi : OtherWays(bodies[i].roi)) {
        regions.push_back(roi);
        of_regions.push_back(&*person);
      }
    } else {
      paths_[ids[i]].sides = std::move(sides);
    }
    ++person;
  }
  const BlazePoseModels::Sight sight = models_->Look(frame, regions, {});
  for (size_t i = 0; i < regions.size(); ++i) {
    of_regions[i]->other_looks.push_back(CocoFromLandmarks(ResultFrom(sight.bodies[i]).landmarks));
  }
  for (const DetectedPerson& seen : people) {
    if (seen.other_looks.empty()) continue;
    paths_[seen.track_id].sides.Push(time_s, seen.keypoints, seen.other_looks);
  }
}

SearchPlan::Need PeopleFollower::Need() const {
  const auto lost = std::ranges::count_if(tracker_.tracks(), &Track::lost);
  if (lost == std::ssize(tracker_.tracks())) return SearchPlan::Need::kNoPeople;
  return lost > 0 ? SearchPlan::Need::kTrackLost : SearchPlan::Need::kAllSeen;
}

// Around lost tracks the search is finer: in the whole frame a body may be too small to be
// detected.
SearchPlan::Search PeopleFollower::PlanSearch(const Image& frame, double time_s) {
  constexpr float kHeights = 4;
  SearchPlan::Search search = plan_.Next(frame, time_s, Need());
  if (search.squares.empty()) return search;
  const float whole_px = search.squares[0].side_px;
  for (const Track& track : tracker_.tracks()) {
    const float side_px = kHeights * track.scale_px;
    if (!track.lost || side_px > 0.8F * whole_px) continue;
    search.squares.push_back(
        {.centre_px = track.last.box.centre_px + track.moved_px(), .side_px = side_px});
  }
  return search;
}

PeopleFollower::Found PeopleFollower::LookForKnown(const Image& frame,
                                                   const SearchPlan::Search& search) {
  std::vector<int> ids;
  std::vector<Roi> regions;
  for (const Track& track : tracker_.tracks()) {
    Roi roi = paths_.at(track.id).roi;
    if (track.lost) {
      // Do not search there for a track that drifted onto the background.
      if (search.squares.empty() || !IsConfident(track.last.presence)) continue;
      roi.centre_px = roi.centre_px + track.moved_px();
    }
    if (!IsUsable(roi)) continue;
    ids.push_back(track.id);
    regions.push_back(roi);
  }
  const BlazePoseModels::Sight sight = models_->Look(frame, regions, search.squares, search.parts);

  Found found;
  for (size_t i = 0; i < regions.size(); ++i) {
    if (!(sight.bodies[i].presence > kPresenceThreshold)) continue;
    found.bodies.push_back(BodyFrom(frame, sight.bodies[i], ids[i]));
  }
  // The best detections first, from whichever square.
  std::vector<PersonDetection> people;
  for (size_t square = 0; square < search.squares.size(); ++square) {
    for (const PersonDetection& person : sight.people[square]) {
      if (square == 0 || FitsInto(RoiOf(person), search.squares[square])) people.push_back(person);
    }
  }
  std::ranges::stable_sort(people, std::ranges::greater{}, &PersonDetection::score);
  for (const PersonDetection& person : people) {
    const Roi roi = RoiOf(person);
    const auto is_it = [&](const Roi& other) { return IsAroundSameBody(roi, other); };
    if (IsUsable(roi) && std::ranges::none_of(found.bodies, is_it, &Body::roi) &&
        std::ranges::none_of(found.regions, is_it)) {
      found.regions.push_back(roi);
    }
  }
  found.boxes = JoinParts(frame, search.parts, sight.boxes);
  return found;
}

// With a limit on the number of people, a clearly larger person replaces the smallest.
template <typename Candidate>
void PeopleFollower::MakeRoom(std::vector<Candidate>& candidates, std::vector<Body>& bodies) {
  constexpr float kClearlyLarger = 1.5F;
  if (options_.most_at_once == 0) return;
  const auto side_px = [](const Candidate& candidate) { return SideOf(candidate); };
  std::ranges::stable_sort(candidates, std::ranges::greater{}, side_px);
  std::vector<std::pair<float, int>> followed;  // by size
  for (const Body& body : bodies) {
    if (body.observation.looked_for == 0) continue;
    followed.emplace_back(body.roi.side_px, body.observation.looked_for);
  }
  std::ranges::sort(followed);
  size_t allowed = static_cast<size_t>(options_.most_at_once) -
                   std::min(bodies.size(), static_cast<size_t>(options_.most_at_once));
  for (const auto& [of_followed_px, id] : followed) {
    if (allowed >= candidates.size() ||
        side_px(candidates[allowed]) < kClearlyLarger * of_followed_px) {
      break;
    }
    tracker_.Drop(id);
    std::erase_if(bodies, [dropped = id](const Body& body) {
      return body.observation.looked_for == dropped;
    });
    ++allowed;
  }
  candidates.resize(std::min(candidates.size(), allowed));
}

void PeopleFollower::LookAtRegions(const Image& frame, std::vector<Roi> regions,
                                   std::vector<Body>& bodies) {
  MakeRoom(regions, bodies);
  for (const PoseLandmarks& found : models_->Look(frame, regions, {}).bodies) {
    if (found.presence > kPresenceThreshold) bodies.push_back(BodyFrom(frame, found, 0));
  }
}

// In boxes that no body fills.
void PeopleFollower::LookAtBoxes(const Image& frame, double time_s, std::vector<BodyBox> boxes,
                                 std::vector<Body>& bodies) {
  constexpr double kRememberedS = 1.5;
  constexpr float kSameBox = 0.6F;
  std::vector<bool> is_taken(bodies.size(), false);
  std::erase_if(boxes, [&](const BodyBox& box) {
    for (size_t i = 0; i < bodies.size(); ++i) {
      if (is_taken[i] || !FillsBox(bodies[i].landmarks, box, frame)) continue;
      is_taken[i] = true;
      return true;
    }
    return false;
  });
  std::erase_if(looked_at_,
                [&](const LookedAt& look) { return time_s - look.time_s > kRememberedS; });
  std::erase_if(boxes, [&](const BodyBox& box) {
    return std::ranges::any_of(
        looked_at_, [&](const LookedAt& look) { return Overlap(look.box, box) > kSameBox; });
  });
  MakeRoom(boxes, bodies);
  for (const BodyBox& box : boxes) looked_at_.push_back({time_s, box});
  for (const std::optional<PoseLandmarks>& found : FindInBoxes(*models_, frame, boxes)) {
    if (found) bodies.push_back(BodyFrom(frame, *found, 0));
  }
}

}  // namespace videopose::internal
