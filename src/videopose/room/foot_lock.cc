#include "videopose/room/foot_lock.h"

#include <algorithm>
#include <cmath>

#include "videopose/room/body_measures.h"
#include "videopose/room/smoothing.h"

namespace videopose {
namespace {

constexpr double kFade_s = 0.12;  // before and after a contact
// How far an ankle over the floor is taken as noise, not as a heel that rises.
constexpr double kHeelPlay_m = 0.015;
constexpr double kRootSmoothing_s = 0.06;
// How far the knee of a straight leg counts as bent forward.
constexpr double kKneeForward_m = 0.005;
constexpr double kStraightest = 0.9995;  // of the leg's length

// From 0 at x <= 0 to 1 at x >= 1, level at both ends.
double Ease(double x) {
  x = std::clamp(x, 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

struct Correction {
  Vec3d shift_in_cam;
  double weight = 0;  // 1: the foot stands, 0: it swings freely
};

// What to add to an ankle in each frame. Between two contacts that are closer than two fades the
// one passes into the other.
std::vector<Correction> FootCorrections(const std::vector<FrameRange>& contacts, int ankle,
                                        const Floor& floor, double ankle_height_m, double fps,
                                        int joint_count, const PersonMotion& person) {
  const auto frame_count = static_cast<int64_t>(person.root_in_cam.size());
  std::vector<Correction> corrections(static_cast<size_t>(frame_count));
  const double fade_frames = kFade_s * fps;
  for (size_t c = 0; c < contacts.size(); ++c) {
    const FrameRange& contact = contacts[c];
    const Vec3d anchor = MedianInCam(person, joint_count, contact, ankle);
    // Across the floor the foot stays over its anchor; a heel may rise.
    const auto shift = [&](int64_t t) {
      const Vec3d now = JointInCam(person, joint_count, t, ankle);
      const double rise_m = HeightOver(floor, now) - ankle_height_m;
      const double kept_m = std::max(0.0, rise_m - kHeelPlay_m);
      const Vec3d across = anchor - now - Dot(anchor - now, floor.up_in_cam) * floor.up_in_cam;
      return across - (rise_m - kept_m) * floor.up_in_cam;
    };
    for (int64_t t = contact.begin; t < contact.end; ++t) {
      corrections[static_cast<size_t>(t)] = {shift(t), 1};
    }
    // Outwards from frame `edge`, over at most the gap to the next contact.
    const auto fade = [&](int64_t edge, int64_t direction, int64_t gap) {
      const double length = std::min(fade_frames, static_cast<double>(gap)) + 1;
      const Vec3d held = shift(edge);
      for (int64_t i = 1; i <= gap && static_cast<double>(i) < length; ++i) {
        const int64_t t = edge + direction * i;
        if (!person.has_pose(t, joint_count)) break;
        const double weight = 1 - Ease(static_cast<double>(i) / length);
        Correction& correction = corrections[static_cast<size_t>(t)];
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

}  // namespace

Leg BendLeg(const Leg& leg, const Vec3d& ankle_target, const Vec3d& forward) {
  const double thigh = Norm(leg.knee - leg.hip), shank = Norm(leg.ankle - leg.knee);
  const double asked = Norm(ankle_target - leg.hip), was = Norm(leg.ankle - leg.hip);
  if (thigh < 1e-6 || shank < 1e-6 || asked < 1e-6 || was < 1e-6) return leg;
  const double distance =
      std::clamp(asked, std::abs(thigh - shank) + 1e-3,
                 std::max(std::min(was, thigh + shank), kStraightest * (thigh + shank)));
  const Vec3d along = 1 / asked * (ankle_target - leg.hip);
  const Vec3d along_before = 1 / was * (leg.ankle - leg.hip);
  const Vec3d bend_before =
      leg.knee - leg.hip - Dot(leg.knee - leg.hip, along_before) * along_before;
  const Vec3d pole = bend_before + kKneeForward_m * forward;
  const Vec3d across = pole - Dot(pole, along) * along;
  if (Norm(across) < 1e-6) return leg;
  // cos of the angle at the hip = (thigh^2 + d^2 - shank^2) / (2 thigh d)
  const double cosine = std::clamp(
      (thigh * thigh + distance * distance - shank * shank) / (2 * thigh * distance), -1.0, 1.0);
  const double sine = std::sqrt(1 - cosine * cosine);
  return {leg.hip, leg.hip + thigh * (cosine * along + sine * Normalized(across)),
          leg.hip + distance * along};
}

void LockFeet(const FootContacts& contacts, const Floor& floor, double ankle_height_m, double fps,
              const Skeleton& skeleton, PersonMotion& person) {
  const int joint_count = skeleton.joint_count();
  const auto frame_count = static_cast<int64_t>(person.root_in_cam.size());
  const BodyJoints body = FindBodyJoints(skeleton);
  std::array<std::vector<Correction>, 2> feet;
  for (const size_t side : {0, 1}) {
    feet[side] = FootCorrections(contacts[side], body.ankles[side], floor, ankle_height_m, fps,
                                 joint_count, person);
  }
  std::vector<Vec3d> root_shift(static_cast<size_t>(frame_count));
  for (size_t t = 0; t < root_shift.size(); ++t) {
    const Correction &left = feet[0][t], &right = feet[1][t];
    const double share = 1 / std::max(1.0, left.weight + right.weight);
    root_shift[t] = share * (left.shift_in_cam + right.shift_in_cam);
  }
  for (const FrameRange& run : PosedRanges(person, frame_count, joint_count)) {
    SmoothRun(std::span(root_shift)
                  .subspan(static_cast<size_t>(run.begin), static_cast<size_t>(run.length())),
              kRootSmoothing_s * fps);
    for (int64_t t = run.begin; t < run.end; ++t) {
      const auto at = static_cast<size_t>(t);
      const auto joints = person.frame(t, joint_count);
      const auto joint = [&](int j) { return ToDouble(joints[static_cast<size_t>(j)]); };
      const Vec3d across = joint(body.hips[0]) - joint(body.hips[1]);
      const Vec3d ahead = Cross(across, floor.up_in_cam);
      const Vec3d forward = Norm(ahead) > 1e-6 ? Normalized(ahead) : Vec3d{};
      for (const size_t side : {0, 1}) {
        const Correction& foot = feet[side][at];
        if (foot.weight == 0) continue;
        const Leg leg{joint(body.hips[side]), joint(body.knees[side]), joint(body.ankles[side])};
        const Leg bent =
            BendLeg(leg, leg.ankle + foot.shift_in_cam - foot.weight * root_shift[at], forward);
        joints[static_cast<size_t>(body.knees[side])] = ToFloat(bent.knee);
        joints[static_cast<size_t>(body.ankles[side])] = ToFloat(bent.ankle);
      }
      person.root_in_cam[at] = person.root_in_cam[at] + ToFloat(root_shift[at]);
    }
  }
}

}  // namespace videopose
