// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <new>

#include "support/test_data.h"
#include "videopose/base/error.h"
#include "videopose/lift.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/lift_stage.h"
#include "videopose/lift/test_weights.h"

namespace {
std::atomic<int64_t> allocations{0};

void* CountedAllocation(size_t size, size_t alignment) {
  ++allocations;
  const size_t rounded = (size + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
}  // namespace

// All of this test program's allocations are counted. Inlined, they look mismatched to GCC 12.
[[gnu::noinline]] void* operator new(size_t size) {
  return CountedAllocation(size, alignof(std::max_align_t));
}
[[gnu::noinline]] void* operator new(size_t size, std::align_val_t alignment) {
  return CountedAllocation(size, static_cast<size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t /*size*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t /*size*/,
                                       std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

namespace videopose::internal::streaming_lifter_test {

using testing::HasSubstr;

const std::filesystem::path kModel = SourceFile("models/lifter.bin");

PersonKeypoints SwayingPerson(int64_t frame_count, int seed = 0) {
  PersonKeypoints person{.id = seed + 1, .keypoints = {frame_count, Coco17().joint_count()}};
  for (int64_t t = 0; t < frame_count; ++t) {
    for (int j = 0; j < 17; ++j) {
      const float phase = static_cast<float>(t) * 0.2F + static_cast<float>(j + seed);
      person.at(t, j) = {300.0F + 40 * std::sin(phase) + static_cast<float>(j % 2) * 60,
                         100.0F + 15 * static_cast<float>(j) + 5 * std::cos(phase), 0.9F};
    }
  }
  return person;
}

KeypointSequence Sequence(std::vector<PersonKeypoints> people) {
  KeypointSequence keypoints{.layout = Coco17(), .fps = 25, .width_px = 640, .height_px = 480};
  keypoints.frame_count = people[0].keypoints.frame_count();
  keypoints.people = std::move(people);
  return keypoints;
}

LiftCheckpoint RandomCheckpoint(bool causal, bool with_trajectory) {
  RandomValues random(31);
  TemporalArchitecture architecture{.widths = {3, 3},
                                    .channels = 32,
                                    .input_channels = 34,
                                    .output_channels = 51,
                                    .causal = causal};
  LiftCheckpoint checkpoint{.pose = RandomWeights(random, architecture)};
  architecture.output_channels = 3;
  if (with_trajectory) checkpoint.trajectory = RandomWeights(random, architecture);
  return checkpoint;
}

double LargestDifference(const Motion& a, const Motion& b) {
  double largest = 0;
  EXPECT_EQ(a.people.size(), b.people.size());
  for (size_t p = 0; p < a.people.size(); ++p) {
    EXPECT_EQ(a.people[p].joints_in_cam.size(), b.people[p].joints_in_cam.size());
    for (size_t i = 0; i < a.people[p].joints_in_cam.size(); ++i) {
      const Vec3f x = a.people[p].joints_in_cam[i], y = b.people[p].joints_in_cam[i];
      EXPECT_EQ(IsFinite(x), IsFinite(y)) << i;
      if (IsFinite(x)) largest = std::max<double>(largest, Norm(x - y));
    }
  }
  return largest;
}

// Both round at 2^-24 of the terms in every layer, in another order.
constexpr double kSameUpToRounding_m = 1e-5;

TEST(StreamingLifter, IsTheLifterFrameByFrame) {
  const Lifter offline = Lifter::Load(kModel);
  const auto expect_same = [&](const KeypointSequence& keypoints, bool flip) {
    StreamingLifter streaming =
        StreamingLifter::Load(kModel, {.width_px = 640,
                                       .height_px = 480,
                                       .average_flip = flip,
                                       .max_people = static_cast<int>(keypoints.people.size())});
    EXPECT_EQ(streaming.lookahead(), 40);
    // Holes are filled in the same way for both: what follows them is known.
    const GapFiller filler(offline.FillerOptions(InfoOf(keypoints)));
    EXPECT_LT(LargestDifference(LiftClip(keypoints, filler, LiftStage(std::move(streaming))),
                                offline.Lift(keypoints, {.average_flip = flip})),
              kSameUpToRounding_m)
        << keypoints.frame_count << " frames";
  };
  for (const int64_t frames : {1, 40, 82}) expect_same(Sequence({SwayingPerson(frames)}), true);
  KeypointSequence keypoints = Sequence({SwayingPerson(100), SwayingPerson(100, 4)});
  for (int64_t t = 60; t < 75; ++t) {  // one is gone for a while
    for (Keypoint& point : keypoints.people[1].frame(t)) point.score = 0;
  }
  expect_same(keypoints, false);
}

TEST(StreamingLifter, PosesComeLateByTheLookAheadAndTheRestAtTheEnd) {
  const LiftCheckpoint checkpoint = RandomCheckpoint(false, true);
  for (const int64_t lookahead : {4, 3, 0}) {
    StreamingLifter lifter(checkpoint, {.width_px = 640, .height_px = 480, .lookahead = lookahead});
    for (int round = 0; round < 2; ++round) {  // the slot can be used again
      const PersonKeypoints person = SwayingPerson(10, round);
      std::vector<StreamedPose> poses;
      for (int64_t t = 0; t < 10; ++t) {
        const StreamedKeypoints frame{.slot = 0, .keypoints = person.frame(t)};
        lifter.Push({&frame, 1}, poses);
        EXPECT_EQ(std::ssize(poses), std::max<int64_t>(0, t + 1 - lookahead));
      }
      lifter.End(0, poses);
      ASSERT_EQ(poses.size(), 10U);
      for (int64_t t = 0; t < 10; ++t) {
        EXPECT_EQ(poses[static_cast<size_t>(t)].frame, t);
        EXPECT_TRUE(IsFinite(poses[static_cast<size_t>(t)].root_in_cam));
      }
      lifter.End(0, poses);
      EXPECT_EQ(poses.size(), 10U) << "no person there";
    }
  }
  StreamingLifter causal(RandomCheckpoint(true, false), {.width_px = 640, .height_px = 480});
  EXPECT_EQ(causal.lookahead(), 0);
}

TEST(StreamingLifter, SeveralPeopleAtOnceAreLiftedAsIfAlone) {
  const LiftCheckpoint checkpoint = RandomCheckpoint(false, false);
  const StreamingLifterOptions options{
      .width_px = 640, .height_px = 480, .lookahead = 2, .max_people = 3};
  StreamingLifter together(checkpoint, options);
  std::vector<StreamedPose> mixed[3], poses;
  std::vector<PersonKeypoints> people;
  for (int p = 0; p < 3; ++p) people.push_back(SwayingPerson(30, 3 * p));
  for (int64_t t = 0; t < 30; ++t) {
    std::vector<StreamedKeypoints> frame;
    for (int p = 0; p < 3; ++p) {  // they come one after the other
      if (t >= 5 * p) {
        frame.push_back({.slot = p, .keypoints = people[static_cast<size_t>(p)].frame(t - 5 * p)});
      }
    }
    poses.clear();
    together.Push(frame, poses);
    for (const StreamedPose& pose : poses) mixed[pose.slot].push_back(pose);
  }
  for (int p = 0; p < 3; ++p) {
    StreamingLifter alone(checkpoint, options);
    poses.clear();
    for (int64_t t = 0; t < 30 - 5 * p; ++t) {
      const StreamedKeypoints frame{.slot = 0,
                                    .keypoints = people[static_cast<size_t>(p)].frame(t)};
      alone.Push({&frame, 1}, poses);
    }
    ASSERT_EQ(poses.size(), mixed[p].size());
    for (size_t i = 0; i < poses.size(); ++i) {
      EXPECT_EQ(poses[i].joints_in_cam, mixed[p][i].joints_in_cam) << "bit for bit";
    }
  }
}

TEST(StreamingLifter, AllocatesNothingFrameByFrame) {
  const LiftCheckpoint checkpoint = RandomCheckpoint(false, true);
  StreamingLifter lifter(checkpoint,
                         {.width_px = 640, .height_px = 480, .lookahead = 1, .max_people = 2});
  const PersonKeypoints people[] = {SwayingPerson(200), SwayingPerson(200, 3)};
  std::vector<StreamedPose> poses;
  poses.reserve(16);
  int64_t before = 0;
  for (int64_t t = 0; t < 200; ++t) {
    if (t == 50) before = allocations;  // what the first use of tables and libraries takes is over
    poses.clear();
    const StreamedKeypoints frame[] = {{.slot = 0, .keypoints = people[0].frame(t)},
                                       {.slot = 1, .keypoints = people[1].frame(t)}};
    lifter.Push(std::span(frame).first(t % 50 < 25 ? 1 : 2), poses);
    if (t % 50 == 49) lifter.End(1, poses);
  }
  EXPECT_EQ(allocations - before, 0);
  EXPECT_GT(before, 0) << "the counter counts";
}

TEST(StreamingLifter, RefusesWhatTheModelHasNot) {
  const auto message = [](int64_t lookahead) -> std::string {
    try {
      StreamingLifter::Load(kModel, {.lookahead = lookahead});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message(41), HasSubstr("0 to 40"));
  EXPECT_THAT(message(-1), HasSubstr("0 to 40"));
  EXPECT_THROW(StreamingLifter::Load("nothing.bin", {}), Error);
  // Other joints of the same number would be taken for COCO's.
  KeypointSequence others = Sequence({SwayingPerson(3)});
  others.layout = Human36m17Keypoints();
  EXPECT_THROW(StreamingLifter::Load(kModel, {.width_px = 640, .height_px = 480}).Lift(others),
               Error);
}

// Rounded weights of the included model: within half a millimetre.
TEST(StreamingLifter, FewerBitsAreEnough) {
  const KeypointSequence keypoints = Sequence({SwayingPerson(60)});
  const Motion whole = StreamingLifter::Load(kModel, {}).Lift(keypoints);
  for (const auto precision : {WeightPrecision::kBFloat16, WeightPrecision::kInt8}) {
    const Motion rounded = StreamingLifter::Load(kModel, {.precision = precision}).Lift(keypoints);
    double sum = 0;
    for (size_t i = 0; i < whole.people[0].joints_in_cam.size(); ++i) {
      sum += Norm(whole.people[0].joints_in_cam[i] - rounded.people[0].joints_in_cam[i]);
    }
    EXPECT_LT(sum / static_cast<double>(whole.people[0].joints_in_cam.size()), 0.6e-3);
  }
}

}  // namespace videopose::internal::streaming_lifter_test
