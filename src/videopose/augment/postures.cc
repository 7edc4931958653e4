// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/postures.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "videopose/geometry/angle.h"
#include "videopose/geometry/rotation_vector.h"

namespace videopose::internal {
namespace {

// What a posture's angles are drawn from, degrees.
struct LegRanges {
  Range flexion, abduction, turn, knee;
};
struct SeatRanges {
  double share;  // of all seats
  // Of one leg and the other; which is left is drawn.
  LegRanges one, other;
  bool alike;  // both legs have the angles of the first, but for a few degrees
  Range lean, roll, bow;
};

constexpr LegRanges kOnChair = {{60, 108}, {-5, 30}, {-20, 25}, {45, 120}};
constexpr LegRanges kKneeOverKnee = {{75, 112}, {-20, 0}, {-10, 15}, {55, 100}};
constexpr LegRanges kAnkleOnKnee = {{70, 100}, {20, 45}, {40, 80}, {80, 120}};
constexpr LegRanges kCrossed = {{60, 100}, {25, 60}, {45, 85}, {90, 140}};
constexpr LegRanges kStretched = {{55, 105}, {0, 35}, {-15, 30}, {0, 65}};
constexpr LegRanges kOneKneeUp = {{90, 125}, {-5, 30}, {-15, 15}, {85, 135}};
constexpr LegRanges kOnHeels = {{65, 95}, {0, 25}, {-15, 15}, {135, 155}};
constexpr LegRanges kOnKnee = {{-10, 30}, {0, 20}, {-15, 15}, {80, 125}};
constexpr LegRanges kFootBefore = {{70, 105}, {0, 25}, {-15, 15}, {70, 115}};
constexpr LegRanges kCrouched = {{90, 130}, {0, 40}, {-10, 25}, {105, 152}};
constexpr LegRanges kLying = {{-10, 100}, {-5, 40}, {-20, 40}, {0, 125}};
constexpr Range kUpright = {-28, 15}, kStraight = {-4, 4}, kSlouch = {-8, 42};

constexpr SeatRanges kSeats[] = {
    {0.30, kOnChair, kOnChair, true, kUpright, kStraight, kSlouch},
    {0.14, kOnChair, kOnChair, false, kUpright, kStraight, kSlouch},
    {0.07, kKneeOverKnee, kOnChair, false, kUpright, kStraight, kSlouch},
    {0.05, kAnkleOnKnee, kOnChair, false, kUpright, kStraight, kSlouch},
    {0.07, kCrossed, kCrossed, true, {-25, 8}, kStraight, kSlouch},
    {0.06, kStretched, kStretched, true, {-30, 12}, kStraight, kSlouch},
    {0.05, kStretched, kOneKneeUp, false, {-30, 10}, kStraight, kSlouch},
    {0.05, kOnHeels, kOnHeels, true, {-10, 30}, kStraight, {-8, 35}},
    {0.04, kOnKnee, kOnKnee, true, {-10, 30}, kStraight, {-8, 35}},
    {0.05, kOnKnee, kFootBefore, false, {-10, 30}, kStraight, {-8, 35}},
    {0.08, kCrouched, kCrouched, true, {5, 45}, kStraight, {-5, 45}},
    {0.02, kLying, kLying, false, {-110, -70}, {-15, 15}, {-10, 25}},
    {0.01, kLying, kLying, false, {70, 110}, {-15, 15}, {-10, 25}},
    {0.01, kLying, kLying, false, {-20, 20}, {65, 110}, {-10, 25}},
};

const SeatRanges& DrawSeat(FastRandom& random) {
  double at = random.Uniform();
  for (const SeatRanges& seat : kSeats) {
    at -= seat.share;
    if (at < 0) return seat;
  }
  return kSeats[0];
}

// Places for the left hand's wrist, metres on a body of rest size: where the hand's palm or fingers
// would be at the place itself.
enum class Part { kHead, kChest, kPelvis, kThigh };
struct Place {
  Part part;
  Vec3d at;  // from the neck's base, the trunk's end, the hips' middle, the hip
};
constexpr Place kHandPlaces[] = {
    {Part::kHead, {0.06, 0.03, 0.17}},     // at the mouth: eating, smoking, coughing
    {Part::kHead, {0.12, 0.10, 0.08}},     // at the ear: a telephone
    {Part::kHead, {0.10, 0.22, 0.06}},     // at the forehead or on the head
    {Part::kHead, {0.13, 0.13, -0.09}},    // behind the head
    {Part::kChest, {-0.12, -0.20, 0.17}},  // at the other elbow: folded arms
    {Part::kChest, {0.05, -0.14, 0.30}},   // before the chest: something held or looked at
    {Part::kChest, {0.16, 0.06, 0.42}},    // before the face: a camera, a screen
    {Part::kPelvis, {0.17, 0.09, 0.03}},   // on the hip, in a pocket
    {Part::kPelvis, {0.05, 0.12, -0.15}},  // behind the back
    {Part::kThigh, {0, -0.32, 0.09}},      // on the thigh or knee; y along the thigh
};

}  // namespace

void PoseLeg(const LegAngles& angles, size_t side, BodyFrame& frame) {
  const double outward = side == 0 ? 1 : -1;
  const Vec3d thigh = {outward * std::sin(angles.abduction),
                       -std::cos(angles.abduction) * std::cos(angles.flexion),
                       std::cos(angles.abduction) * std::sin(angles.flexion)};
  // The knee's axis: to the left, at right angles to the thigh; bending takes the shank back.
  Vec3d axis = Vec3d{1, 0, 0} - thigh.x * thigh;
  axis = Norm(axis) > 1e-3 ? Normalized(axis) : Vec3d{0, 0, 1};
  axis = Rotate(FromAxisAngle(thigh, -outward * angles.turn), axis);
  frame.thigh[side] = thigh;
  frame.shank[side] = Rotate(FromAxisAngle(axis, angles.knee), thigh);
}

ArmDirections ReachFor(const Vec3d& way, const Vec3d& elbow_side, double upper_arm_m,
                       double forearm_m, double most_flexion_rad) {
  const double a = upper_arm_m, b = forearm_m;
  const double nearest_m = std::sqrt(a * a + b * b + 2 * a * b * std::cos(most_flexion_rad));
  const double far_m = std::clamp(Norm(way), nearest_m, 0.999 * (a + b));
  const Vec3d along = DirectionOr(way, Vec3d{0, 0, 1});
  const Vec3d side = DirectionOr(elbow_side - Dot(elbow_side, along) * along, Vec3d{0, -1, 0});
  // The law of cosines, at the shoulder.
  const double cosine = (a * a + far_m * far_m - b * b) / (2 * a * far_m);
  const double sine = std::sqrt(std::max(0.0, 1 - cosine * cosine));
  const Vec3d upper_arm = cosine * along + sine * side;
  return {upper_arm, Normalized(far_m * along - a * upper_arm)};
}

Seat::Seat(double duration_s, const SeatOptions& options, FastRandom& random) {
  const SeatRanges& seat = DrawSeat(random);
  using Angles = Keys<kAngles>::Values;
  Angles middle{};
  const auto draw_leg = [&](const LegRanges& ranges, size_t at) {
    middle[at] = random.Uniform(ranges.flexion);
    middle[at + 1] = random.Uniform(ranges.abduction);
    middle[at + 2] = random.Uniform(ranges.turn);
    middle[at + 3] = random.Uniform(ranges.knee);
  };
  const size_t first = random.Chance(0.5) ? 0 : 4;
  draw_leg(seat.one, first);
  if (seat.alike) {
    for (size_t i = 0; i < 4; ++i) {
      middle[4 - first + i] = middle[first + i] + random.Gauss(0, options.unlike_deg);
    }
  } else {
    draw_leg(seat.other, 4 - first);
  }
  middle[8] = random.Uniform(seat.lean);
  middle[9] = random.Uniform(seat.roll);
  middle[10] = random.Uniform(seat.bow);
  const bool rises = random.Chance(options.rises);
  keys_.emplace(duration_s, options.keys, random, [&] {
    if (rises && random.Chance(options.rise)) return Angles{};  // stands
    Angles angles = middle;
    for (double& angle : angles) {
      angle = kRadiansPerDegree * (angle + random.Gauss(0, options.moves_deg));
    }
    for (const size_t knee : {3, 7}) angles[knee] = std::max(0.0, angles[knee]);
    return angles;
  });
}

void Seat::Apply(double time_s, BodyFrame& frame) const {
  const auto v = keys_->At(time_s);
  PoseLeg({v[0], v[1], v[2], v[3]}, 0, frame);
  PoseLeg({v[4], v[5], v[6], v[7]}, 1, frame);
  frame.world_from_pelvis = FromAxisAngle({0, 0, 1}, v[9]) * FromAxisAngle({1, 0, 0}, v[8]);
  const Quaternion bow = FromAxisAngle({1, 0, 0}, v[10]);
  frame.pelvis_from_chest = bow * frame.pelvis_from_chest;
  // The spine bends along its length, as in free trunks.
  frame.trunk = Rotate(FromAxisAngle({1, 0, 0}, v[10] / 2), frame.trunk);
  frame.spine = Rotate(FromAxisAngle({1, 0, 0}, v[10] / 4), frame.spine);
}

Reach::Reach(double duration_s, const ReachOptions& options, FastRandom& random)
    : options_(options) {
  static_assert(std::size(kHandPlaces) == kPlaces);
  const auto any = [&] { return static_cast<size_t>(random.Below(kPlaces)); };
  // Hands that keep to one place, or go from one to another.
  const auto hand = [&](size_t usual) {
    return HandKeys(duration_s, options_.keys, random,
                    [&] { return DrawKey(random.Chance(options_.stays) ? usual : any(), random); });
  };
  const size_t usual = any();
  if (random.Chance(options_.both)) {
    const FastRandom before = random;
    hands_[0] = hand(usual);
    if (random.Chance(options_.alike)) random = before;
    hands_[1] = hand(usual);
  } else if (random.Chance(options_.each)) {
    for (auto& keys : hands_) keys = hand(any());
  } else {
    hands_[static_cast<size_t>(random.Below(2))] = hand(usual);
  }
}

Reach::HandKeys::Values Reach::DrawKey(size_t place, FastRandom& random) const {
  HandKeys::Values key{};
  key[place] = 1;
  for (size_t i = 0; i < 3; ++i) key[kPlaces + i] = random.Gauss(0, options_.deviation_m);
  key[kPlaces + 3] = kRadiansPerDegree * random.Uniform(options_.elbow_deg);
  return key;
}

Vec3d Reach::PlaceInChest(size_t place, size_t side, const BodyShape& shape,
                          const BodyFrame& frame) {
  const Place& on_left = kHandPlaces[place];
  const double outward = side == 0 ? 1 : -1;
  const Vec3d at = {outward * on_left.at.x, on_left.at.y, on_left.at.z};
  const double scale = shape.trunk / BodyShape().trunk;
  if (on_left.part == Part::kHead) {
    return shape.neck * frame.neck + shape.head * Rotate(frame.chest_from_head, at);
  }
  if (on_left.part == Part::kChest) return scale * at;
  const Quaternion chest_from_pelvis = Inverse(frame.pelvis_from_chest);
  Vec3d in_pelvis = scale * at;
  if (on_left.part == Part::kThigh) {
    const Vec3d& thigh = frame.thigh[side];
    // On the thigh's upper side: in front of someone who stands, on top of who sits.
    const Vec3d up = DirectionOr(Rotate(FromAxisAngle({1, 0, 0}, -kRadiansPerDegree * 90), thigh),
                                 Vec3d{0, 0, 1});
    in_pelvis = Vec3d{outward * shape.half_hips, 0, 0} +
                shape.thigh / BodyShape().thigh * (-at.y * thigh + at.z * up);
  }
  return Rotate(chest_from_pelvis, in_pelvis - shape.trunk * frame.trunk);
}

void Reach::Apply(double time_s, const BodyShape& shape, BodyFrame& frame) const {
  for (size_t side = 0; side < 2; ++side) {
    if (!hands_[side]) continue;
    const double outward = side == 0 ? 1 : -1;
    const HandKeys::Values key = hands_[side]->At(time_s);
    Vec3d hand = {outward * key[kPlaces], key[kPlaces + 1], key[kPlaces + 2]};
    for (size_t place = 0; place < kPlaces; ++place) {
      if (key[place] > 0) hand = hand + key[place] * PlaceInChest(place, side, shape, frame);
    }
    const Vec3d way = hand - shape.shoulder * frame.shoulder[side];
    // Elbows hang, a little outward and back, and swing outward from there.
    const Vec3d hangs = {0.45 * outward, -0.8, -0.35};
    const Vec3d elbow_side =
        Rotate(FromAxisAngle(DirectionOr(way, Vec3d{0, 0, 1}), outward * key[kPlaces + 3]), hangs);
    const ArmDirections arm = ReachFor(way, elbow_side, shape.upper_arm, shape.forearm,
                                       kRadiansPerDegree * options_.most_flexion_deg);
    frame.upper_arm[side] = arm.upper_arm;
    frame.forearm[side] = arm.forearm;
  }
}

}  // namespace videopose::internal
