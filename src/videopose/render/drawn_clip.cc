// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/drawn_clip.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "videopose/base/check.h"
#include "videopose/base/statistics.h"
#include "videopose/ground/body_measures.h"
#include "videopose/ground/world.h"
#include "videopose/pose/scenes.h"
#include "videopose/render/frame_composer.h"

namespace videopose::internal {
namespace {

// The height of the surface of standing feet over the floor. Without known contacts, all frames
// count.
float SoleGap(const PersonMotion& person, const DrawnTrack& track) {
  const bool knows_feet =
      std::ranges::any_of(person.feet_down, [](uint8_t down) { return down != 0; });
  std::vector<double> gaps;
  for (int64_t t = 0; t < track.joints_in_world.frame_count(); ++t) {
    if (!track.has_pose(t)) continue;
    if (knows_feet && person.feet_down[t] == 0) continue;
    const auto joints = track.joints_in_world.frame(t);
    float lowest = std::numeric_limits<float>::infinity();
    for (size_t j = 0; j < joints.size(); ++j) {
      lowest = std::min(lowest, joints[j].z - track.body->radius_m(static_cast<int>(j)));
    }
    gaps.push_back(lowest);
  }
  // More than that is not an error of the soles: a jump, a chair, or a person on a step.
  constexpr float kMostGap_m = 0.12F;
  const auto gap = static_cast<float>(Median(std::move(gaps)));
  return std::abs(gap) <= kMostGap_m ? gap : 0;
}

// A pose is drawn whole or not at all.
JointTrack<Vec3f> WholePoses(JointTrack<Vec3f> joints) {
  for (int64_t t = 0; t < joints.frame_count(); ++t) {
    const auto frame = joints.frame(t);
    if (!std::ranges::all_of(frame, [](const Vec3f& joint) { return IsFinite(joint); })) {
      std::ranges::fill(frame, kNoJoint);
    }
  }
  return joints;
}

std::vector<DrawnTrack> TracksOf(const Motion& motion, const KeypointSequence* keypoints) {
  std::optional<Motion> completed;
  if (motion.grounding == Grounding::kNone) CompleteGrounding(keypoints, completed.emplace(motion));
  const Motion& grounded = completed ? *completed : motion;
  std::vector<DrawnTrack> tracks;
  for (const PersonMotion& person : grounded.people) {
    DrawnTrack& track = tracks.emplace_back();
    track.id = person.id;
    track.joints_in_world = WholePoses(JointsInWorld(grounded, person));
    track.body = std::make_shared<Body>(motion.skeleton,
                                        BodyScale(motion.skeleton, person.joints_in_cam.values()));
    track.sole_gap_m = SoleGap(person, track);
  }
  return tracks;
}

std::vector<DrawnTrack> TracksOf(const Motion& motion, const KeypointSequence* keypoints,
                                 const Motion* truth) {
  std::vector<DrawnTrack> tracks = TracksOf(motion, keypoints);
  if (truth == nullptr) return tracks;
  VP_CHECK(truth->skeleton == motion.skeleton && truth->frame_count == motion.frame_count,
           "the truth has {} joints and {} frames, the motion {} and {}", truth->joint_count(),
           truth->frame_count, motion.joint_count(), motion.frame_count);
  std::ranges::move(TracksOf(*truth, nullptr), std::back_inserter(tracks));
  return tracks;
}

DrawnSubject SubjectOf(const Motion& motion, const KeypointSequence* keypoints, bool are_several,
                       const Motion* truth) {
  DrawnSubject subject{.skeleton = motion.skeleton,
                       .fps = motion.fps,
                       .has_many = motion.people.size() > 1,
                       .are_several = are_several,
                       .has_truth = truth != nullptr};
  if (keypoints != nullptr) {
    subject.layout = keypoints->layout;
    subject.width_px = keypoints->width_px;
    subject.height_px = keypoints->height_px;
  }
  if (motion.width_px > 0 && motion.height_px > 0) {
    subject.input_aspect =
        static_cast<double>(motion.width_px) / static_cast<double>(motion.height_px);
  }
  return subject;
}

}  // namespace

DrawnClip::DrawnClip(const Motion& motion, const KeypointSequence* keypoints,
                     const RenderOptions& options, const Motion* truth)
    : keypoints_(keypoints),
      identities_(motion, keypoints, options.theme),
      tracks_(TracksOf(motion, keypoints, truth)),
      motion_people_(motion.people.size()),
      frame_count_(motion.frame_count),
      scenes_(ScenesOf(motion.cuts, motion.frame_count)) {
  subject_ = SubjectOf(motion, keypoints, identities_.are_several(), truth);
  const RenderOptions checked = CheckedRenderOptions(options);
  view_ = AimAtPeople(motion, tracks_, checked, SceneWidth_px(checked, subject_.has_many));
}

std::optional<ViewOptions> DrawnClip::still_view() const {
  if (view_.moves) return std::nullopt;
  return view_.At(0);
}

// For a moment after each cut.
int DrawnClip::SceneShownAt(int64_t t) const {
  constexpr double kShown_s = 1.5, kFpsIfUnknown = 25;
  const double fps = subject_.fps > 0 ? subject_.fps : kFpsIfUnknown;
  for (size_t s = 1; s < scenes_.size(); ++s) {
    const bool is_in = t >= scenes_[s].begin && t < scenes_[s].end;
    if (is_in && static_cast<double>(t - scenes_[s].begin) < kShown_s * fps)
      return static_cast<int>(s) + 1;
  }
  return 0;
}

std::vector<DrawnPerson> DrawnClip::PeopleAt(int64_t t, size_t begin, size_t end) const {
  std::vector<DrawnPerson> people;
  if (t >= frame_count_) return people;
  for (size_t p = begin; p < end; ++p) {
    const DrawnTrack& track = tracks_[p];
    if (!track.has_pose(t)) continue;
    const auto joints = track.joints_in_world.frame(t);
    people.push_back({.id = track.id,
                      .joints_in_world = {joints.begin(), joints.end()},
                      .body = track.body,
                      .colours = identities_.of(track.id),
                      .sole_gap_m = track.sole_gap_m});
  }
  return people;
}

DrawnFrame DrawnClip::At(int64_t t) const {
  VP_CHECK(t >= 0, "frame {}", t);
  DrawnFrame frame{.index = t,
                   .scene = SceneShownAt(t),
                   .people = PeopleAt(t, 0, motion_people_),
                   .truth = PeopleAt(t, motion_people_, tracks_.size()),
                   .view = view_.At(t)};
  if (keypoints_ == nullptr || t >= keypoints_->frame_count) return frame;
  for (const PersonKeypoints& person : keypoints_->people) {
    const auto points = person.frame(t);
    frame.seen.push_back({.id = person.id,
                          .keypoints = {points.begin(), points.end()},
                          .colours = identities_.of(person.id)});
  }
  return frame;
}

}  // namespace videopose::internal
