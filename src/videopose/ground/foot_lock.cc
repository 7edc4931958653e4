// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/foot_lock.h"

#include <algorithm>
#include <cmath>

#include "videopose/ground/body_measures.h"
#include "videopose/ground/smoothing.h"

namespace videopose::internal {
namespace {

constexpr double kFade_s = 0.12;  // before and after a contact
// How far an ankle over the floor is taken as noise, not as a rising heel.
constexpr double kHeelPlay_m = 0.015;
constexpr double kRootSmoothing_s = 0.06;
// How far the knee of a straight leg counts as bent forward.
constexpr double kKneeForward_m = 0.005;
// Knees off the line from hip to ankle by more than this are bent; from twice this on, fully.
constexpr double kBentKnee_m = 0.10;
constexpr double kKneeSmoothing_s = 0.08;
constexpr double kShortest_m = 1e-3;  // of what has a direction

// From 0 at x <= 0 to 1 at x >= 1, level at both ends.
double Ease(double x) {
  x = std::clamp(x, 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

struct Correction {
  Vec3d shift_in_cam;
  double weight = 0;  // 1: the foot is in contact, 0: it swings freely
};

// The offset of an ankle in each frame. Between two contacts that are closer than two fades one
// offset blends into the other.
std::vector<Correction> FootCorrections(const std::vector<FrameRange>& contacts, int ankle,
                                        const Floor& floor, double ankle_height_m, double fps,
                                        const PersonMotion& person,
                                        const std::vector<double>& hovers_m) {
  const auto frame_count = static_cast<int64_t>(person.root_in_cam.size());
  std::vector<Correction> corrections(static_cast<size_t>(frame_count));
  const double fade_frames = kFade_s * fps;
  for (size_t c = 0; c < contacts.size(); ++c) {
    const FrameRange& contact = contacts[c];
    const Vec3d anchor = MedianInCam(person, contact, ankle);
    // Across the floor the foot stays over its anchor; a heel may rise.
    const auto shift = [&](int64_t t) {
      const Vec3d now = JointInCam(person, t, ankle);
      const double rise_m = HeightOver(floor, now) - ankle_height_m;
      const double kept_m = std::max(0.0, rise_m - hovers_m[t] - kHeelPlay_m);
      const Vec3d across = anchor - now - Dot(anchor - now, floor.up_in_cam) * floor.up_in_cam;
      return across - (rise_m - kept_m) * floor.up_in_cam;
    };
    for (int64_t t = contact.begin; t < contact.end; ++t) {
      corrections[t] = {shift(t), 1};
    }
    // Outwards from frame `edge`, over at most the gap to the next contact.
    const auto fade = [&](int64_t edge, int64_t direction, int64_t gap) {
      const double length = std::min(fade_frames, static_cast<double>(gap)) + 1;
      const Vec3d held = shift(edge);
      for (int64_t i = 1; i <= gap && static_cast<double>(i) < length; ++i) {
        const int64_t t = edge + direction * i;
        if (!person.has_pose(t)) break;
        const double weight = 1 - Ease(static_cast<double>(i) / length);
        Correction& correction = corrections[t];
        correction.shift_in_cam = correction.shift_in_cam + weight * held;
        correction.weight = std::min(1.0, correction.weight + weight);
      }
    };
    fade(contact.begin, -1, contact.begin - (c == 0 ? 0 : contacts[c - 1].end));
    fade(contact.end - 1, 1,
         (c + 1 == contacts.size() ? frame_count : contacts[c + 1].begin) - contact.end);
  }
  return corrections;
}

class FootLock {
 public:
  FootLock(const FootContacts& contacts, const Floor& floor, double ankle_height_m, double fps,
           const Skeleton& skeleton, PersonMotion& person)
      : floor_(floor), fps_(fps), body_(FindBodyJoints(skeleton)), person_(person) {
    const std::vector<double> hovers_m = Hovers(contacts, ankle_height_m);
    for (const size_t side : {0, 1}) {
      feet_[side] = FootCorrections(contacts[side], body_.ankles[side], floor, ankle_height_m, fps,
                                    person, hovers_m);
    }
  }

  void Apply() {
    for (const FrameRange& run : PosedRanges(person_)) {
      const std::vector<Vec3d> root_shifts = RootShifts(run);
      for (const size_t side : {0, 1}) MoveLeg(run, side, root_shifts);
      for (int64_t t = run.begin; t < run.end; ++t) {
        Vec3f& root = person_.root_in_cam[t];
        root = root + root_shifts[t - run.begin].Cast<float>();
      }
    }
  }

 private:
  // The height of the lower of two feet in contact: an error of the root's distance, no heel.
  std::vector<double> Hovers(const FootContacts& contacts, double ankle_height_m) const {
    const auto frame_count = static_cast<int64_t>(person_.root_in_cam.size());
    const std::vector<uint8_t> down = FeetDown(contacts, frame_count);
    std::vector<double> hovers_m(down.size());
    for (int64_t t = 0; t < frame_count; ++t) {
      if (down[t] != (kLeftFootDown | kRightFootDown)) continue;
      const auto rise_m = [&](size_t side) {
        return HeightOver(floor_, JointInCam(person_, t, body_.ankles[side])) - ankle_height_m;
      };
      hovers_m[t] = std::max(0.0, std::min(rise_m(0), rise_m(1)));
    }
    return hovers_m;
  }

  // The offset that both feet have in common, smoothed.
  std::vector<Vec3d> RootShifts(FrameRange run) const {
    std::vector<Vec3d> shifts;
    for (int64_t t = run.begin; t < run.end; ++t) {
      const Correction &left = feet_[0][t], &right = feet_[1][t];
      shifts.push_back(1 / std::max(1.0, left.weight + right.weight) *
                       (left.shift_in_cam + right.shift_in_cam));
    }
    SmoothRun(std::span(shifts), kRootSmoothing_s * fps_);
    return shifts;
  }

  void MoveLeg(FrameRange run, size_t side, const std::vector<Vec3d>& root_shifts) {
    std::vector<Leg> legs;
    std::vector<Vec3d> targets;
    std::vector<double> offsets_m, changes_m;  // of the knee
    for (int64_t t = run.begin; t < run.end; ++t) {
      const Correction& foot = feet_[side][t];
      const auto i = static_cast<size_t>(t - run.begin);
      legs.push_back(
          {Joint(t, body_.hips[side]), Joint(t, body_.knees[side]), Joint(t, body_.ankles[side])});
      targets.push_back(legs[i].ankle + foot.shift_in_cam - foot.weight * root_shifts[i]);
      offsets_m.push_back(KneeOffset(legs[i], targets[i]));
      changes_m.push_back(offsets_m[i] - KneeOffset(legs[i], legs[i].ankle));
    }
    // The knee of a nearly straight leg moves far for a small move of the ankle: rather than let it
    // jump, the ankle misses its target by that little.
    SmoothRun(std::span(changes_m), kKneeSmoothing_s * fps_);
    for (size_t i = 0; i < legs.size(); ++i) {
      const int64_t t = run.begin + static_cast<int64_t>(i);
      if (feet_[side][t].weight == 0) continue;
      const double smooth_m = KneeOffset(legs[i], legs[i].ankle) + changes_m[i];
      const double bent = Ease(offsets_m[i] / kBentKnee_m - 1);
      const Leg moved =
          BendLeg(legs[i], targets[i], smooth_m + bent * (offsets_m[i] - smooth_m), Forward(t));
      const auto joints = person_.frame(t);
      joints[body_.knees[side]] = moved.knee.Cast<float>();
      joints[body_.ankles[side]] = moved.ankle.Cast<float>();
    }
  }

  Vec3d Joint(int64_t t, int joint) const { return person_.at(t, joint).Cast<double>(); }

  Vec3d Forward(int64_t t) const {
    const Vec3d ahead = Cross(Joint(t, body_.hips[0]) - Joint(t, body_.hips[1]), floor_.up_in_cam);
    return Norm(ahead) > kShortest_m ? Normalized(ahead) : Vec3d{};
  }

  const Floor& floor_;
  double fps_;
  BodyJoints body_;
  PersonMotion& person_;
  std::array<std::vector<Correction>, 2> feet_;
};

}  // namespace

// With the distance d from hip to ankle the angle at the hip has
//   cos = (thigh^2 + d^2 - shank^2) / (2 thigh d),   offset = thigh sin
double KneeOffset(const Leg& leg, const Vec3d& ankle_target) {
  const double thigh = Norm(leg.knee - leg.hip), shank = Norm(leg.ankle - leg.knee);
  const double distance = Norm(ankle_target - leg.hip);
  if (thigh < kShortest_m || distance < kShortest_m) return 0;
  const double cosine =
      (thigh * thigh + distance * distance - shank * shank) / (2 * thigh * distance);
  return thigh * std::sqrt(std::max(0.0, 1 - cosine * cosine));
}

Leg BendLeg(const Leg& leg, const Vec3d& ankle_target, double knee_offset_m, const Vec3d& forward) {
  const double thigh = Norm(leg.knee - leg.hip), shank = Norm(leg.ankle - leg.knee);
  const double asked = Norm(ankle_target - leg.hip), was = Norm(leg.ankle - leg.hip);
  if (std::min({thigh, shank, asked, was}) < kShortest_m) return leg;
  const Vec3d along = 1 / asked * (ankle_target - leg.hip);
  const Vec3d along_before = 1 / was * (leg.ankle - leg.hip);
  const Vec3d bend_before =
      leg.knee - leg.hip - Dot(leg.knee - leg.hip, along_before) * along_before;
  const Vec3d pole = bend_before + kKneeForward_m * forward;
  const Vec3d across = pole - Dot(pole, along) * along;
  if (Norm(across) < 1e-6) return leg;
  const double offset = std::clamp(knee_offset_m, 0.0, 0.999 * std::min(thigh, shank));
  const double to_knee = std::sqrt(thigh * thigh - offset * offset);
  const double from_knee = std::sqrt(shank * shank - offset * offset);
  return {leg.hip, leg.hip + to_knee * along + offset * Normalized(across),
          leg.hip + (to_knee + from_knee) * along};
}

void LockFeet(const FootContacts& contacts, const Floor& floor, double ankle_height_m, double fps,
              const Skeleton& skeleton, PersonMotion& person) {
  FootLock(contacts, floor, ankle_height_m, fps, skeleton, person).Apply();
}

}  // namespace videopose::internal
