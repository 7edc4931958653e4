// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/side_corrector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "support/test_data.h"
#include "videopose/arrays/npz.h"
#include "videopose/motion_files/bvh.h"

namespace videopose::internal::side_corrector_test {

constexpr size_t kLimbJoints = 12;  // Coco17's from the shoulders on: left, right, left, ...
using Body = std::array<Vec3d, kLimbJoints>;  // metres, camera frame
using Body2d = std::array<Vec2d, kLimbJoints>;

struct Motion3d {
  double fps = 0;
  std::vector<Body> bodies;
};

struct Track {
  double fps = 0;
  std::vector<Body2d> frames;
};

template <typename Joints>
Joints Between(const Joints& a, const Joints& b, double u) {
  Joints between;
  for (size_t j = 0; j < kLimbJoints; ++j) between[j] = (1 - u) * a[j] + u * b[j];
  return between;
}

Motion3d Resampled(const Motion3d& motion, double fps) {
  Motion3d out{.fps = fps, .bodies = {}};
  for (double at = 0; at < static_cast<double>(motion.bodies.size() - 1); at += motion.fps / fps) {
    const auto t = static_cast<size_t>(at);
    out.bodies.push_back(
        Between(motion.bodies[t], motion.bodies[t + 1], at - static_cast<double>(t)));
  }
  return out;
}

Track Seen(const Motion3d& motion) {
  constexpr double kFocal_px = 1500;
  Track track{.fps = motion.fps, .frames = {}};
  for (const Body& body : motion.bodies) {
    Body2d& frame = track.frames.emplace_back();
    for (size_t j = 0; j < kLimbJoints; ++j) {
      frame[j] = {kFocal_px * body[j].x / body[j].z, kFocal_px * body[j].y / body[j].z};
    }
  }
  return track;
}

// The evaluation set's motion: other people and clips than the constants were chosen on.
std::vector<Motion3d> EvaluationMotion() {
  constexpr std::array<int64_t, kLimbJoints> kOfHuman36m = {11, 14, 12, 15, 13, 16,
                                                            4,  1,  5,  2,  6,  3};
  const Tensor poses = NpzReader(TestData("golden/lift_eval2.npz")).ReadTensor<float>("pose");
  std::vector<Motion3d> motions;
  const int64_t frames = poses.shape[1];
  for (int64_t n = 0; n < poses.shape[0]; ++n) {
    Motion3d& motion = motions.emplace_back(Motion3d{.fps = 30, .bodies = {}});
    for (int64_t t = 0; t < frames; ++t) {
      Body& body = motion.bodies.emplace_back();
      for (size_t j = 0; j < kLimbJoints; ++j) {
        const float* p = poses.data() + ((n * frames + t) * 17 + kOfHuman36m[j]) * 3;
        body[j] = {static_cast<double>(p[0]), static_cast<double>(p[1]), static_cast<double>(p[2])};
      }
    }
  }
  return motions;
}

// Every fourth file of the shared motion capture, up to six seconds of each, each seen from
// another side.
std::vector<Motion3d> MotionCapture() {
  constexpr std::array<const char*, 6> kParts = {"shoulder", "elbow", "wrist",
                                                 "hip",      "knee",  "ankle"};
  constexpr size_t kEvery = 4;
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::recursive_directory_iterator(SharedFile("mocap2"))) {
    if (file.path().extension() == ".bvh") files.push_back(file.path());
  }
  std::ranges::sort(files);
  std::vector<Motion3d> motions;
  for (size_t i = 0; i < files.size(); i += kEvery) {
    const BvhClip clip = ReadBvh(files[i]);
    const auto azimuth = static_cast<double>(i);
    Motion3d& motion = motions.emplace_back(Motion3d{.fps = 1 / clip.frame_time_s, .bodies = {}});
    const int64_t frames = std::min(clip.frame_count, static_cast<int64_t>(6 * motion.fps));
    for (int64_t t = 0; t < frames; ++t) {
      const std::vector<Rigid3d> joints = PlaceJoints(clip, t);
      Body& body = motion.bodies.emplace_back();
      for (size_t j = 0; j < kLimbJoints; ++j) {
        const std::string name = std::string(j % 2 == 0 ? "left_" : "right_") + kParts[j / 2];
        const auto [x, y, z] = 0.01 * joints[static_cast<size_t>(clip.IndexOf(name))].translation;
        body[j] = {x * std::cos(azimuth) + z * std::sin(azimuth), -y,
                   z * std::cos(azimuth) - x * std::sin(azimuth)};
      }
    }
    const Vec3d first = motion.bodies[0][6];
    for (Body& body : motion.bodies) {
      for (Vec3d& joint : body) joint = joint - first + Vec3d{0, 0, 9};
    }
  }
  return motions;
}

// The body turns on the spot, besides what it does.
Motion3d Spinning(Motion3d motion, double degrees_per_s, double begin_s, double end_s) {
  constexpr double kRise_s = 0.2;
  double angle = 0;
  for (size_t t = 0; t < motion.bodies.size(); ++t) {
    const double time_s = static_cast<double>(t) / motion.fps;
    const double share = std::clamp((time_s - begin_s) / kRise_s, 0.0, 1.0) *
                         std::clamp((end_s - time_s) / kRise_s, 0.0, 1.0);
    angle += share * degrees_per_s / motion.fps * std::numbers::pi / 180;
    Body& body = motion.bodies[t];
    const Vec3d middle = 0.5 * (body[6] + body[7]);
    for (Vec3d& joint : body) {
      const Vec3d d = joint - middle;
      joint = middle + Vec3d{d.x * std::cos(angle) + d.z * std::sin(angle), d.y,
                             d.z * std::cos(angle) - d.x * std::sin(angle)};
    }
  }
  return motion;
}

Exchanged LimbsOfJoint(size_t j) { return j < 6 ? kArmsExchanged : kLegsExchanged; }

// What a detector does to frames [begin, end), with so many frames before and after them in which
// it cannot decide.
struct Swap {
  Exchanged limbs = kAllExchanged;
  int64_t begin = 0, end = 0, blended = 0;

  double Share(int64_t t) const {
    const auto steps = static_cast<double>(blended + 1);
    return std::clamp(std::min(static_cast<double>(t - begin + blended + 1) / steps,
                               static_cast<double>(end + blended - t) / steps),
                      0.0, 1.0);
  }
};

Track Swapped(Track track, const Swap& swap) {
  for (int64_t t = 0; t < std::ssize(track.frames); ++t) {
    Body2d& frame = track.frames[static_cast<size_t>(t)];
    const Body2d before = frame;
    for (size_t j = 0; j < kLimbJoints; ++j) {
      if ((swap.limbs & LimbsOfJoint(j)) == 0) continue;
      frame[j] = before[j] + swap.Share(t) * (before[j ^ 1] - before[j]);
    }
  }
  return track;
}

DetectedPerson PersonOf(const Body2d& body, int track_id) {
  DetectedPerson person{.track_id = track_id};
  person.keypoints.resize(17);
  for (size_t j = 0; j < kLimbJoints; ++j) {
    person.keypoints[5 + j] = {static_cast<float>(body[j].x), static_cast<float>(body[j].y), 0.9F};
  }
  return person;
}

std::vector<Detections> Corrected(const std::vector<Track>& tracks,
                                  std::optional<int64_t> lookahead = std::nullopt) {
  SideCorrector corrector({.lookahead = lookahead});
  std::vector<Detections> out;
  for (size_t t = 0; t < tracks[0].frames.size(); ++t) {
    Detections frame{.index = static_cast<int64_t>(t),
                     .time_s = static_cast<double>(t) / tracks[0].fps,
                     .people = {}};
    for (size_t i = 0; i < tracks.size(); ++i) {
      frame.people.push_back(PersonOf(tracks[i].frames[t], static_cast<int>(i)));
    }
    corrector.Push(std::move(frame), out);
  }
  corrector.Flush(out);
  EXPECT_EQ(out.size(), tracks[0].frames.size());
  return out;
}

// What became of a person's frame: the worst of its limbs.
enum class Outcome { kRight, kLeftOut, kWrong };

Outcome OutcomeOf(const DetectedPerson& person, const Body2d& truth) {
  Outcome worst = Outcome::kRight;
  for (size_t j = 0; j < kLimbJoints; ++j) {
    const Keypoint& point = person.keypoints[5 + j];
    if (point.score == 0) {
      worst = std::max(worst, Outcome::kLeftOut);
    } else if (std::hypot(static_cast<double>(point.x_px) - truth[j].x,
                          static_cast<double>(point.y_px) - truth[j].y) > 1) {
      return Outcome::kWrong;
    }
  }
  return worst;
}

struct Rates {
  int64_t wrong = 0, mended = 0;           // frames whose sides were exchanged
  int64_t right = 0, touched = 0;          // frames that were right
  int64_t blended = 0, left_as_wrong = 0;  // frames that were a blend

  void operator+=(const Rates& other) {
    wrong += other.wrong;
    mended += other.mended;
    right += other.right;
    touched += other.touched;
    blended += other.blended;
    left_as_wrong += other.left_as_wrong;
  }

  double mended_share() const { return static_cast<double>(mended) / static_cast<double>(wrong); }
  double touched_share() const { return static_cast<double>(touched) / static_cast<double>(right); }
  double bridged_share() const {
    return 1 - static_cast<double>(left_as_wrong) / static_cast<double>(blended);
  }
};

// Each motion with one swap of 1 to 40 frames.
Rates RatesOf(const std::vector<Motion3d>& motions, double fps, int64_t blended, uint32_t seed,
              std::optional<int64_t> lookahead = std::nullopt) {
  std::mt19937 random(seed);
  Rates rates;
  for (const Motion3d& motion : motions) {
    const Track truth = Seen(Resampled(motion, fps));
    const auto frames = std::ssize(truth.frames);
    Swap swap{.limbs = static_cast<Exchanged>(1 + random() % 3), .blended = blended};
    const auto length = static_cast<int64_t>(1 + random() % 40);
    const int64_t room = frames - length - 2 * blended - 6;
    if (room < 1) continue;
    swap.begin = 3 + blended + static_cast<int64_t>(random() % static_cast<uint64_t>(room));
    swap.end = swap.begin + length;
    const std::vector<Detections> out = Corrected({Swapped(truth, swap)}, lookahead);
    for (int64_t t = 0; t < frames; ++t) {
      const auto at = static_cast<size_t>(t);
      const Outcome outcome = OutcomeOf(out[at].people[0], truth.frames[at]);
      const double share = swap.Share(t);
      if (share == 0) {
        ++rates.right;
        if (outcome != Outcome::kRight) ++rates.touched;
      } else if (share == 1) {
        ++rates.wrong;
        if (outcome != Outcome::kWrong) ++rates.mended;
      } else {
        ++rates.blended;
        if (outcome == Outcome::kWrong) ++rates.left_as_wrong;
      }
    }
  }
  return rates;
}

// The share of clips in which a frame is touched although none is wrong, percent.
double FalseEvents(const std::vector<Track>& tracks,
                   std::optional<int64_t> lookahead = std::nullopt) {
  int64_t clips = 0;
  for (const Track& track : tracks) {
    const std::vector<Detections> out = Corrected({track}, lookahead);
    for (size_t t = 0; t < out.size(); ++t) {
      if (OutcomeOf(out[t].people[0], track.frames[t]) == Outcome::kRight) continue;
      ++clips;
      break;
    }
  }
  return 100 * static_cast<double>(clips) / static_cast<double>(tracks.size());
}

std::vector<Track> Spins(const std::vector<Motion3d>& motions, double fps) {
  std::mt19937 random(9);
  std::uniform_real_distribution<double> speed(180, 1080), begin_s(0, 1), length_s(0.5, 3);
  std::vector<Track> tracks;
  for (const Motion3d& motion : motions) {
    const double sign = random() % 2 == 0 ? 1 : -1, from_s = begin_s(random);
    tracks.push_back(Seen(
        Spinning(Resampled(motion, fps), sign * speed(random), from_s, from_s + length_s(random))));
  }
  return tracks;
}

// Of the motion at several frame rates. The constants in the code were chosen on motion capture
// like this, at 25, 30 and 60 frames a second.
void ExpectMends(const std::vector<Motion3d>& motions) {
  constexpr std::array kFps = {25.0, 30.0, 50.0, 60.0};
  double false_events = 0, in_spins = 0;
  Rates sudden, causal, blended;
  for (const double fps : kFps) {
    std::vector<Track> clean;
    for (const Motion3d& motion : motions) clean.push_back(Seen(Resampled(motion, fps)));
    false_events += FalseEvents(clean) / kFps.size();
    in_spins += FalseEvents(Spins(motions, fps)) / kFps.size();
    sudden += RatesOf(motions, fps, 0, 1);
    causal += RatesOf(motions, fps, 0, 2, 0);
    blended += RatesOf(motions, fps, 1, 3);
  }
  EXPECT_LE(false_events, 1);
  EXPECT_LE(in_spins, 1);
  EXPECT_GE(sudden.mended_share(), 0.98);
  EXPECT_LT(sudden.touched_share(), 0.001);
  EXPECT_GE(causal.mended_share(), 0.97);
  EXPECT_LT(causal.touched_share(), 0.005);
  // What is still out of reach: legs that cross slowly look like legs that are blended.
  EXPECT_GE(blended.mended_share(), 0.89);
  EXPECT_LT(blended.touched_share(), 0.001);
  EXPECT_GE(blended.bridged_share(), 0.91);
}

TEST(SideCorrector, MendsTheEvaluationSetsMotion) { ExpectMends(EvaluationMotion()); }

TEST(SideCorrector, MendsMotionCapture) {
  SKIP_WITHOUT_SHARED("mocap2");
  ExpectMends(MotionCapture());
}

// Two bodies pass through each other; the sides of one are swapped meanwhile.
TEST(SideCorrector, PeopleWhoCrossKeepTheirSides) {
  const std::vector<Motion3d> motions = EvaluationMotion();
  Track a = Seen(motions[0]), b = Seen(motions[1]);
  for (size_t t = 0; t < a.frames.size(); ++t) {
    const double x_px = 8 * (static_cast<double>(t) - 60);
    const Vec2d of_a = a.frames[t][6], of_b = b.frames[t][6];
    for (Vec2d& at : a.frames[t]) at = at - of_a + Vec2d{x_px, 0};
    for (Vec2d& at : b.frames[t]) at = at - of_b + Vec2d{-x_px, 0};
  }
  const Swap swap{.limbs = kAllExchanged, .begin = 50, .end = 72};
  for (const std::optional<int64_t> lookahead : {std::optional<int64_t>(), {0}}) {
    const std::vector<Detections> out = Corrected({Swapped(a, swap), b}, lookahead);
    for (size_t t = 0; t < out.size(); ++t) {
      EXPECT_EQ(OutcomeOf(out[t].people[0], a.frames[t]), Outcome::kRight) << t;
      EXPECT_EQ(OutcomeOf(out[t].people[1], b.frames[t]), Outcome::kRight) << t;
    }
  }
}

// Exactly what has a side is exchanged, extra points with it.
TEST(SideCorrector, ExchangesAllPointsOfTheLimbs) {
  const Track truth = Seen(EvaluationMotion()[0]);
  const Track seen = Swapped(truth, {.limbs = kLegsExchanged, .begin = 40, .end = 60});
  SideCorrector corrector({});
  std::vector<Detections> out;
  for (size_t t = 0; t < seen.frames.size(); ++t) {
    DetectedPerson person = PersonOf(seen.frames[t], 1);
    for (int k = 0; k < kLandmarks; ++k) {
      person.extra_points.push_back({.x_px = static_cast<float>(k), .score = 1});
    }
    corrector.Push({.index = static_cast<int64_t>(t),
                    .time_s = static_cast<double>(t) / seen.fps,
                    .people = {person}},
                   out);
  }
  corrector.Flush(out);
  for (const size_t t : {39, 50, 60}) {
    for (int k = 0; k < kLandmarks; ++k) {
      const bool is_of_leg = k >= 23;
      const int expected = t == 50 && is_of_leg ? BlazePose33().mirrored(k) : k;
      EXPECT_EQ(out[t].people[0].extra_points[static_cast<size_t>(k)].x_px,
                static_cast<float>(expected))
          << t;
    }
  }
}

// A swap that begins while a body is out of sight cannot be seen, but other looks tell.
TEST(SideCorrector, OtherLooksAnchorTheSides) {
  const Track truth = Seen(EvaluationMotion()[0]);
  // From the middle on everything is exchanged, for the rest of the clip.
  const Track seen = Swapped(truth, {.limbs = kAllExchanged, .begin = 60, .end = 1000});
  for (const bool looks_again : {false, true}) {
    SideCorrector corrector({.lookahead = 0});
    std::vector<Detections> out;
    for (size_t t = 40; t < seen.frames.size(); ++t) {
      if (t >= 50 && t < 62) continue;
      DetectedPerson person = PersonOf(seen.frames[t], 1);
      if (looks_again) person.other_looks = {PersonOf(truth.frames[t], 1).keypoints};
      corrector.Push({.index = static_cast<int64_t>(t),
                      .time_s = static_cast<double>(t) / seen.fps,
                      .people = {person}},
                     out);
    }
    EXPECT_EQ(OutcomeOf(out[9].people[0], truth.frames[49]), Outcome::kRight);
    EXPECT_EQ(OutcomeOf(out.back().people[0], truth.frames.back()),
              looks_again ? Outcome::kRight : Outcome::kWrong);
  }
}

}  // namespace videopose::internal::side_corrector_test
