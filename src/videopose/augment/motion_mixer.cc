// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/motion_mixer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "videopose/augment/motion_keys.h"
#include "videopose/augment/postures.h"
#include "videopose/geometry/angle.h"
#include "videopose/geometry/rotation_vector.h"

namespace videopose::internal {
namespace {

Vec3d AnyPerpendicular(const Vec3d& v) {
  const Vec3d other = std::abs(v.x) < 0.7 ? Vec3d{1, 0, 0} : Vec3d{0, 1, 0};
  return Normalized(Cross(v, other));
}

Vec3d RandomDirection(FastRandom& random) {
  for (;;) {
    const Vec3d v = {random.Gauss(), random.Gauss(), random.Gauss()};
    if (Norm(v) > 1e-3) return Normalized(v);
  }
}

// A smooth function of time around `mean`: three slow sines.
class Sway {
 public:
  Sway(double mean, double deviation, const Range& hz, FastRandom& random) : mean_(mean) {
    for (Wave& wave : waves_) {
      wave = {random.Gauss(0, deviation / std::sqrt(1.5)),
              2 * std::numbers::pi * random.LogUniform(hz),
              2 * std::numbers::pi * random.Uniform()};
    }
  }
  double At(double time_s) const {
    double value = mean_;
    for (const Wave& wave : waves_) {
      value += wave.amplitude * std::sin(wave.rad_per_s * time_s + wave.phase_rad);
    }
    return value;
  }

 private:
  struct Wave {
    double amplitude, rad_per_s, phase_rad;
  };
  double mean_;
  std::array<Wave, 3> waves_;
};

// A smooth small turn.
class Turn {
 public:
  Turn(double constant_deg, double moving_deg, const Range& hz, FastRandom& random)
      : x_(random.Gauss(0, constant_deg), moving_deg, hz, random),
        y_(random.Gauss(0, constant_deg), moving_deg, hz, random),
        z_(random.Gauss(0, constant_deg), moving_deg, hz, random) {}
  Quaternion At(double time_s) const {
    return FromRotationVector(kRadiansPerDegree *
                              Vec3d{x_.At(time_s), y_.At(time_s), z_.At(time_s)});
  }

 private:
  Sway x_, y_, z_;
};

// A clip at its own speed, from its own start.
class Player {
 public:
  Player(std::span<const BodyMotion> clips, const MixerOptions& options, FastRandom& random)
      : clip_(clips[static_cast<size_t>(Pick(clips, options, random))]),
        mirror_(random.Chance(options.mirror)),
        start_s_(random.Uniform() * clip_.duration_s()),
        speed_(random.LogUniform(options.speed) * (random.Chance(options.reverse) ? -1 : 1)),
        warp_(random.Chance(options.warp) ? random.Uniform(options.warp_speed) : 0),
        warp_rad_per_s_(2 * std::numbers::pi * random.LogUniform(options.warp_hz)) {}
  BodyFrame At(double time_s) const {
    // The derivative of the warped time stays positive.
    const double warped_s = time_s + warp_ / warp_rad_per_s_ * std::sin(warp_rad_per_s_ * time_s);
    const BodyFrame frame = clip_.At(start_s_ + clip_.duration_s() * 2 + speed_ * warped_s);
    return mirror_ ? Mirrored(frame) : frame;
  }

 private:
  // By the square root of their length: short clips of rare motion are seen more often than their
  // frames would be.
  static int64_t Pick(std::span<const BodyMotion> clips, const MixerOptions& options,
                      FastRandom& random) {
    const auto weight = [&](const BodyMotion& clip) {
      return clip.weight * std::sqrt(clip.duration_s() + options.short_clip_s);
    };
    double total = 0;
    for (const BodyMotion& clip : clips) total += weight(clip);
    double at = random.Uniform() * total;
    for (size_t i = 0; i < clips.size(); ++i) {
      at -= weight(clips[i]);
      if (at < 0) return static_cast<int64_t>(i);
    }
    return static_cast<int64_t>(clips.size()) - 1;
  }

  const BodyMotion& clip_;
  bool mirror_;
  double start_s_, speed_, warp_, warp_rad_per_s_;
};

// Bends a limb's joint by another `more_rad` about its own axis, or about `axis` where it is
// straight; at most to `most_rad`.
void Flex(const Vec3d& upper, Vec3d& lower, const Vec3d& axis, double more_rad, double most_rad) {
  const Vec3d normal = Cross(upper, lower);
  const double now_rad = std::atan2(Norm(normal), Dot(upper, lower));
  const Vec3d about = Norm(normal) > 0.1 ? Normalized(normal) : axis;
  const double wanted_rad = std::clamp(now_rad + more_rad, 0.0, std::max(most_rad, now_rad));
  lower = Rotate(FromAxisAngle(about, wanted_rad - now_rad), lower);
}

// Takes up to `most_rad` off the bend of both knees: all of it where they are bent by less than
// where it fades from, and nothing from where it fades to. Ankles stay where they are seen from the
// hips.
void StraightenKnees(double most_rad, const Range& fades_deg, BodyFrame& frame) {
  const double all_rad = fades_deg.least * kRadiansPerDegree,
               nothing_rad = fades_deg.most * kRadiansPerDegree;
  for (size_t s = 0; s < 2; ++s) {
    Vec3d &thigh = frame.thigh[s], &shank = frame.shank[s];
    const Vec3d normal = Cross(thigh, shank);
    if (Norm(normal) < 1e-3) continue;
    const double bend_rad = std::atan2(Norm(normal), Dot(thigh, shank));
    const double part = std::clamp((nothing_rad - bend_rad) / (nothing_rad - all_rad), 0.0, 1.0);
    const double less_rad = std::min(bend_rad, most_rad * part);
    thigh = Rotate(FromAxisAngle(Normalized(normal), less_rad / 2), thigh);
    shank = Rotate(FromAxisAngle(Normalized(normal), -less_rad / 2), shank);
  }
}

// Generates an arm's motion.
class FreeArm {
 public:
  FreeArm(double side, double duration_s, const MixerOptions& options, FastRandom& random)
      : side_(side),
        keys_(duration_s, options.keys, random, [&] { return Draw(side, options.arm, random); }) {}
  void Apply(double time_s, Vec3d& upper_arm, Vec3d& forearm) const {
    const auto v = keys_.At(time_s);
    const Vec3d wanted = {v[0], v[1], v[2]};
    upper_arm = Norm(wanted) > 1e-3 ? Normalized(wanted) : Vec3d{side_, 0, 0};
    const Vec3d a = AnyPerpendicularSmooth(upper_arm);
    const Vec3d bend = std::cos(v[4]) * a + std::sin(v[4]) * Cross(upper_arm, a);
    forearm = std::cos(v[3]) * upper_arm + std::sin(v[3]) * bend;
  }

 private:
  // Forward where the arm hangs, towards the head where it is stretched forward.
  static Vec3d AnyPerpendicularSmooth(const Vec3d& u) {
    const Vec3d towards = Vec3d{0, 0.6, 0.8} - Dot(u, Vec3d{0, 0.6, 0.8}) * u;
    return Norm(towards) > 0.05 ? Normalized(towards) : AnyPerpendicular(u);
  }
  static std::array<double, 5> Draw(double side, const FreeArmOptions& options,
                                    FastRandom& random) {
    for (;;) {
      const Vec3d u = RandomDirection(random);
      const double outward = u.x * side;
      if (u.z < options.least_forward || outward < options.least_outward ||
          (outward < options.inward && u.z < options.least_forward_inward)) {
        continue;
      }
      const double part = random.Uniform();
      const double flexion_rad =
          kRadiansPerDegree * options.most_flexion_deg * part * std::sqrt(random.Uniform());
      return {u.x, u.y, u.z, flexion_rad,
              side * kRadiansPerDegree * random.Uniform(options.roll_deg)};
    }
  }
  double side_;
  Keys<5> keys_;
};

// Generates both legs' motion: together (squats, sitting) or independently (lunges, kicks).
class FreeLegs {
 public:
  FreeLegs(double duration_s, const MixerOptions& options, FastRandom& random)
      : lean_apart_(options.leg.lean_apart),
        together_(random.Chance(options.leg.together)),
        keys_{
            Keys<4>(duration_s, options.keys, random, [&] { return Draw(options.leg, random); }),
            Keys<4>(duration_s, options.keys, random, [&] { return Draw(options.leg, random); })} {}
  // Angles: hip flexion, abduction, knee flexion, and how far the pelvis leans forward.
  void Apply(double time_s, BodyFrame& frame) const {
    for (size_t s = 0; s < 2; ++s) {
      const auto v = keys_[together_ ? 0 : s].At(time_s);
      PoseLeg({.flexion = v[0], .abduction = v[1], .knee = v[2]}, s, frame);
    }
    const double lean = keys_[0].At(time_s)[3];
    frame.world_from_pelvis =
        frame.world_from_pelvis * FromAxisAngle({1, 0, 0}, lean * (together_ ? 1.0 : lean_apart_));
  }

 private:
  static std::array<double, 4> Draw(const FreeLegOptions& options, FastRandom& random) {
    const double depth = random.Chance(options.rest) ? 0 : random.Uniform();
    const bool squat = random.Chance(options.squat);
    const double flexion_deg =
        squat ? options.squat_flexion_deg * depth : random.Uniform(options.flexion_deg) * depth;
    const double knee_deg = squat ? std::clamp(flexion_deg * random.Uniform(options.squat_knee),
                                               0.0, options.most_squat_knee_deg)
                                  : random.Uniform(options.knee_deg) * depth;
    const double standing = options.abduction_standing;
    const double abduction = standing + (1 - standing) * depth;
    return {kRadiansPerDegree * flexion_deg,
            kRadiansPerDegree * random.Uniform(options.abduction_deg) * abduction,
            kRadiansPerDegree * knee_deg,
            kRadiansPerDegree * random.Uniform(options.lean_deg) * depth};
  }
  double lean_apart_;
  bool together_;
  std::array<Keys<4>, 2> keys_;
};

// Generates rotations of chest and head against the pelvis.
class FreeTrunk {
 public:
  FreeTrunk(double duration_s, const MixerOptions& options, FastRandom& random)
      : keys_(duration_s, options.keys, random, [&] {
          const FreeTrunkOptions& trunk = options.trunk;
          return std::array<double, 5>{kRadiansPerDegree * random.Uniform(trunk.bow_deg),
                                       kRadiansPerDegree * random.Uniform(trunk.twist_deg),
                                       kRadiansPerDegree * random.Uniform(trunk.side_deg),
                                       kRadiansPerDegree * random.Uniform(trunk.nod_deg),
                                       kRadiansPerDegree * random.Uniform(trunk.head_turn_deg)};
        }) {}
  void Apply(double time_s, BodyFrame& frame) const {
    const auto v = keys_.At(time_s);
    const Quaternion bend = FromAxisAngle({0, 0, 1}, v[2]) * FromAxisAngle({1, 0, 0}, v[0]);
    frame.pelvis_from_chest = bend * FromAxisAngle({0, 1, 0}, v[1]);
    // The spine bends along its length: its ends are half as far apart in angle as its top leans.
    const Quaternion half =
        FromAxisAngle({0, 0, 1}, 0.5 * v[2]) * FromAxisAngle({1, 0, 0}, 0.5 * v[0]);
    frame.trunk = Rotate(half, {0, 0.99, -0.1});
    const Quaternion quarter =
        FromAxisAngle({0, 0, 1}, 0.25 * v[2]) * FromAxisAngle({1, 0, 0}, 0.25 * v[0]);
    frame.spine = Rotate(quarter, {0, 0.99, -0.1});
    frame.chest_from_head = FromAxisAngle({0, 1, 0}, v[4]) * FromAxisAngle({1, 0, 0}, v[3]);
  }

 private:
  Keys<5> keys_;
};

// The whole body leans, lies or turns over.
class Tilt {
 public:
  Tilt(const MixerOptions& options, FastRandom& random) {
    const double heading_rad = random.Uniform(0, 2 * std::numbers::pi);
    axis_ = {std::cos(heading_rad), 0, std::sin(heading_rad)};
    angle_deg_ = random.Uniform(options.tilt_deg);
    if (random.Chance(options.tilt_turning)) {
      deg_per_s_ = random.Gauss(0, options.tilt_turning_deg_s);
    }
  }
  void Apply(double time_s, BodyFrame& frame) const {
    const Quaternion turn =
        FromAxisAngle(axis_, kRadiansPerDegree * (angle_deg_ + deg_per_s_ * time_s));
    frame.world_from_pelvis = turn * frame.world_from_pelvis;
  }

 private:
  Vec3d axis_;
  double angle_deg_ = 0, deg_per_s_ = 0;
};

// Small smooth turns of every joint, and flexions of knees and elbows.
class Bends {
 public:
  Bends(double constant_deg, double moving_deg, const MixerOptions& options, FastRandom& random)
      : most_knee_rad_(options.bends.most_knee_deg * kRadiansPerDegree),
        most_elbow_rad_(options.bends.most_elbow_deg * kRadiansPerDegree) {
    const auto turn = [&](const std::array<double, 2>& factors) {
      return Turn(factors[0] * constant_deg, factors[1] * moving_deg, options.sway_hz, random);
    };
    const auto flexion = [&](const std::array<double, 2>& factors) {
      const double mean_deg = random.Gauss(0, factors[0] * constant_deg);
      return Sway(mean_deg, factors[1] * moving_deg, options.sway_hz, random);
    };
    pelvis_.emplace(turn(options.bends.pelvis));
    chest_.emplace(turn(options.bends.chest));
    head_.emplace(turn(options.bends.head));
    for (size_t s = 0; s < 2; ++s) {
      arms_.push_back(turn(options.bends.arms));
      legs_.push_back(turn(options.bends.legs));
      knees_.push_back(flexion(options.bends.knees));
      elbows_.push_back(flexion(options.bends.elbows));
    }
  }
  void Apply(double time_s, BodyFrame& frame) const {
    frame.world_from_pelvis = frame.world_from_pelvis * pelvis_->At(time_s);
    frame.pelvis_from_chest = frame.pelvis_from_chest * chest_->At(time_s);
    frame.chest_from_head = frame.chest_from_head * head_->At(time_s);
    for (size_t s = 0; s < 2; ++s) {
      const Quaternion arm = arms_[s].At(time_s), leg = legs_[s].At(time_s);
      frame.upper_arm[s] = Rotate(arm, frame.upper_arm[s]);
      frame.forearm[s] = Rotate(arm, frame.forearm[s]);
      frame.thigh[s] = Rotate(leg, frame.thigh[s]);
      frame.shank[s] = Rotate(leg, frame.shank[s]);
      Flex(frame.thigh[s], frame.shank[s], {1, 0, 0}, kRadiansPerDegree * knees_[s].At(time_s),
           most_knee_rad_);
      Flex(frame.upper_arm[s], frame.forearm[s], {-1, 0, 0},
           kRadiansPerDegree * elbows_[s].At(time_s), most_elbow_rad_);
    }
  }

 private:
  double most_knee_rad_, most_elbow_rad_;
  std::optional<Turn> pelvis_, chest_, head_;
  std::vector<Turn> arms_, legs_;
  std::vector<Sway> knees_, elbows_;
};

void TakeUpperBody(const BodyFrame& from, BodyFrame& frame) {
  frame.trunk = from.trunk;
  frame.spine = from.spine;
  frame.pelvis_from_chest = from.pelvis_from_chest;
  frame.neck = from.neck;
  frame.chest_from_head = from.chest_from_head;
  frame.shoulder = from.shoulder;
  frame.upper_arm = from.upper_arm;
  frame.forearm = from.forearm;
}

}  // namespace

BodyShape RandomShape(const BodyOptions& options, FastRandom& random) {
  const double variation = options.variation;
  const auto factor = [&](double deviation) {
    return std::clamp(1 + variation * random.Gauss(0, deviation), options.deviation.least,
                      options.deviation.most);
  };
  const auto of_rig = [&](const Range& range) {
    return 1 + variation * (random.Uniform(range) - 1);
  };
  BodyShape shape = options.rest;
  const double size = factor(options.size);
  const double legs = size * factor(options.legs), arms = size * factor(options.arms);
  shape.half_hips *= size * factor(options.half_hips);
  shape.thigh *= legs * factor(options.thigh);
  shape.shank *= legs * factor(options.shank);
  const double trunk = size * factor(options.trunk);
  shape.trunk *= trunk * of_rig(options.trunk_of_rig);
  shape.neck *= size * factor(options.neck);
  shape.shoulder *= size * of_rig(options.shoulder_of_rig);
  shape.upper_arm *= arms * of_rig(options.upper_arm_of_rig);
  shape.forearm *= arms * of_rig(options.forearm_of_rig);
  const double follows = options.head_follows_size;
  shape.head = (1 - follows + follows * size) * factor(options.head);
  const auto& deviation_m = options.head_points_m;
  for (Vec3d& point : shape.head_points) {
    point =
        point + variation * Vec3d{random.Gauss(0, deviation_m[0]), random.Gauss(0, deviation_m[1]),
                                  random.Gauss(0, deviation_m[2])};
  }
  return shape;
}

MixedMotion MixMotion(std::span<const BodyMotion> clips, int64_t frames,
                      const MixerOptions& options, FastRandom& random) {
  MixedMotion motion;
  motion.fps = random.Chance(options.near_30_fps) ? random.Uniform(options.fps_near_30)
                                                  : random.LogUniform(options.fps);
  motion.shape = RandomShape(options.body, random);
  const double duration_s = static_cast<double>(frames) / motion.fps;

  const Player legs(clips, options, random);
  std::optional<Player> upper;
  if (random.Chance(options.combine)) upper.emplace(clips, options, random);
  const double straighter_rad = random.Chance(options.straighten)
                                    ? kRadiansPerDegree * random.Uniform(options.straighten_deg)
                                    : 0;
  std::optional<Bends> bends;
  if (random.Chance(options.bend)) {
    const double size = random.Chance(options.bends.small) ? 1 : options.bends.large_factor;
    const double moving_deg = size * random.Uniform(options.bends.moving_deg);
    const double constant_deg = size * random.Uniform(options.bends.constant_deg);
    bends.emplace(constant_deg, moving_deg, options, random);
  }
  std::array<std::optional<FreeArm>, 2> arms;
  for (size_t s = 0; s < 2; ++s) {
    if (random.Chance(options.free_arms)) {
      arms[s].emplace(s == 0 ? 1 : -1, duration_s, options, random);
    }
  }
  std::optional<FreeLegs> free_legs;
  if (random.Chance(options.free_legs)) free_legs.emplace(duration_s, options, random);
  std::optional<Seat> seat;
  if (random.Chance(options.seats)) seat.emplace(duration_s, options.seat, random);
  std::optional<Reach> reach;
  if (random.Chance(options.reaches)) reach.emplace(duration_s, options.reach, random);
  std::optional<FreeTrunk> trunk;
  if (random.Chance(options.free_trunk)) trunk.emplace(duration_s, options, random);
  std::optional<Tilt> tilt;
  if (random.Chance(options.tilt)) tilt.emplace(options, random);

  for (int64_t t = 0; t < frames; ++t) {
    const double time_s = static_cast<double>(t) / motion.fps;
    BodyFrame frame = legs.At(time_s);
    if (upper) TakeUpperBody(upper->At(time_s), frame);
    if (straighter_rad > 0) {
      StraightenKnees(straighter_rad, options.straighten_fades_deg, frame);
    }
    if (free_legs) free_legs->Apply(time_s, frame);
    if (trunk) trunk->Apply(time_s, frame);
    if (seat) seat->Apply(time_s, frame);
    for (size_t s = 0; s < 2; ++s) {
      if (arms[s]) arms[s]->Apply(time_s, frame.upper_arm[s], frame.forearm[s]);
    }
    if (reach) reach->Apply(time_s, motion.shape, frame);
    if (bends) bends->Apply(time_s, frame);
    if (tilt) tilt->Apply(time_s, frame);
    motion.frames.push_back(frame);
  }
  return motion;
}

}  // namespace videopose::internal
