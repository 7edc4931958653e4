// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <random>

#include "support/test_data.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/lift.h"

namespace videopose::internal::lifter_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kGolden = TestData("golden");
const fs::path kModel = SourceFile("models/lifter.bin");

const Lifter& DefaultLifter() {
  static const Lifter lifter = Lifter::Load(kModel);
  return lifter;
}

// A person in the middle of the image whose joints sway.
PersonKeypoints SwayingPerson(int64_t frame_count, int seed = 0) {
  PersonKeypoints person{.id = seed + 1, .keypoints = {frame_count, Coco17().joint_count()}};
  for (int64_t t = 0; t < frame_count; ++t) {
    for (int j = 0; j < Coco17().joint_count(); ++j) {
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

// Frames [begin, end) of a sequence as one of its own.
KeypointSequence Cut(const KeypointSequence& keypoints, int64_t begin, int64_t end) {
  KeypointSequence cut = keypoints;
  cut.frame_count = end - begin;
  for (PersonKeypoints& person : cut.people) {
    person.keypoints.ResizeFrames(end);
    person.keypoints.EraseFrames(0, begin);
  }
  return cut;
}

// Metres; NaN only matches NaN.
void ExpectNear(std::span<const Vec3f> actual, std::span<const Vec3f> expected, float tolerance_m) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_EQ(IsFinite(actual[i]), IsFinite(expected[i])) << i;
    if (IsFinite(actual[i])) {
      ASSERT_LT(Norm(actual[i] - expected[i]), tolerance_m) << i;
    }
  }
}

// Sums are taken in another order where the same rows go through in other pieces.
constexpr float kSameUpToRounding_m = 1e-5F;

TEST(Lifter, DefaultModel) {
  EXPECT_EQ(DefaultLifter().receptive_field(), 81);
  EXPECT_EQ(DefaultLifter().input_joint_count(), 17);
  EXPECT_EQ(DefaultLifter().skeleton(), Human36m17());
}

TEST(Lifter, MotionHasTheShapeOfTheKeypoints) {
  const KeypointSequence keypoints = Sequence({SwayingPerson(40, 0), SwayingPerson(40, 5)});
  const Motion motion = DefaultLifter().Lift(keypoints);
  EXPECT_EQ(motion.skeleton, Human36m17());
  EXPECT_EQ(motion.fps, 25);
  EXPECT_EQ(motion.width_px, 640);
  EXPECT_EQ(motion.height_px, 480);
  EXPECT_EQ(motion.frame_count, 40);
  ASSERT_EQ(motion.people.size(), 2U);
  EXPECT_EQ(motion.people[0].id, 1);
  EXPECT_EQ(motion.people[1].id, 6);
  for (const PersonMotion& person : motion.people) {
    ASSERT_EQ(person.joints_in_cam.size(), 40U * 17);
    EXPECT_TRUE(person.root_in_cam.empty());
    for (int64_t t = 0; t < 40; ++t) {
      ASSERT_TRUE(person.has_pose(t));
      EXPECT_EQ(person.frame(t)[0], (Vec3f{0, 0, 0}));
      EXPECT_LT(Norm(person.frame(t)[10]), 2.0F);
    }
  }
  EXPECT_GT(Norm(motion.people[0].frame(9)[13] - motion.people[1].frame(9)[13]), 1e-3F);
}

// A gap of a second at 25 frames a second: no poses in it, but those beside it know both sides.
TEST(Lifter, LongGapsHaveNoPoseAndDoNotSplitTheirContext) {
  KeypointSequence keypoints = Sequence({SwayingPerson(60)});
  for (int64_t t = 20; t < 45; ++t) {
    for (Keypoint& point : keypoints.people[0].frame(t)) point.score = 0;
  }
  const PersonMotion motion = DefaultLifter().Lift(keypoints).people[0];
  for (int64_t t = 0; t < 60; ++t) EXPECT_EQ(motion.has_pose(t), t < 20 || t >= 45) << t;
  const PersonMotion first = DefaultLifter().Lift(Cut(keypoints, 0, 20)).people[0];
  EXPECT_GT(Norm(motion.at(19, 13) - first.at(19, 13)), 1e-4F) << "the other side counts";
}

TEST(Lifter, ShortGapsAreFilledAndLifted) {
  KeypointSequence keypoints = Sequence({SwayingPerson(60)});
  const PersonMotion whole = DefaultLifter().Lift(keypoints).people[0];
  for (const int64_t t : {7, 20, 21, 40}) {
    std::ranges::fill(keypoints.people[0].frame(t), Keypoint{});
  }
  const PersonMotion filled = DefaultLifter().Lift(keypoints).people[0];
  for (int64_t t = 0; t < 60; ++t) {
    ASSERT_TRUE(filled.has_pose(t)) << t;
    EXPECT_LT(Norm(filled.at(t, 13) - whole.at(t, 13)), 0.05F) << t;
  }
}

TEST(Lifter, PeopleAreLiftedAsIfAlone) {
  KeypointSequence keypoints =
      Sequence({SwayingPerson(120, 0), SwayingPerson(120, 3), SwayingPerson(120, 9)});
  for (int64_t t = 0; t < 120; ++t) {  // one comes later, one is gone for a while
    for (int j = 0; j < 17; ++j) {
      if (t < 7) keypoints.people[1].at(t, j).score = 0;
      if (t > 40 && t < 90) keypoints.people[2].at(t, j).score = 0;
    }
  }
  for (const bool average_flip : {false, true}) {
    const LiftOptions options{.average_flip = average_flip};
    const Motion together = DefaultLifter().Lift(keypoints, options);
    for (size_t i = 0; i < 3; ++i) {
      const Motion alone = DefaultLifter().Lift(Sequence({keypoints.people[i]}), options);
      EXPECT_EQ(together.people[i].id, alone.people[0].id);
      ExpectNear(together.people[i].joints_in_cam, alone.people[0].joints_in_cam,
                 kSameUpToRounding_m);
    }
  }
}

TEST(Lifter, NoPersonSeenIsNoPose) {
  KeypointSequence keypoints = Sequence({SwayingPerson(5)});
  for (Keypoint& point : keypoints.people[0].keypoints) point.score = 0;
  const Motion motion = DefaultLifter().Lift(keypoints);
  for (const Vec3f& joint : motion.people[0].joints_in_cam) EXPECT_FALSE(IsFinite(joint));
  keypoints.people.clear();
  EXPECT_TRUE(DefaultLifter().Lift(keypoints).people.empty());
}

TEST(Lifter, UnseenPointsNeverReachTheNetwork) {
  KeypointSequence keypoints = Sequence({SwayingPerson(30)});
  keypoints.people[0].frame(10)[9].score = 0;
  const Motion expected = DefaultLifter().Lift(keypoints);
  keypoints.people[0].frame(10)[9] = {1e9F, std::numeric_limits<float>::quiet_NaN(), 0};
  ExpectNear(DefaultLifter().Lift(keypoints).people[0].joints_in_cam,
             expected.people[0].joints_in_cam, kSameUpToRounding_m);
}

// With flip averaging the lifter does to the mirrored person what it did to the person.
TEST(Lifter, MirroredPersonHasMirroredPose) {
  const KeypointSequence keypoints = Sequence({SwayingPerson(30)});
  KeypointSequence mirrored = keypoints;
  for (int64_t t = 0; t < 30; ++t) {
    for (int j = 0; j < 17; ++j) {
      Keypoint point = keypoints.people[0].frame(t)[static_cast<size_t>(Coco17().mirrored(j))];
      point.x_px = 640 - point.x_px;
      mirrored.people[0].at(t, j) = point;
    }
  }
  const Motion motion = DefaultLifter().Lift(keypoints);
  std::vector<Vec3f> expected(30 * 17);
  for (int64_t t = 0; t < 30; ++t) {
    for (int j = 0; j < 17; ++j) {
      const auto other = static_cast<size_t>(Human36m17().mirrored(j));
      const Vec3f joint = motion.people[0].frame(t)[other];
      expected[static_cast<size_t>(t * 17 + j)] = {-joint.x, joint.y, joint.z};
    }
  }
  ExpectNear(DefaultLifter().Lift(mirrored).people[0].joints_in_cam, expected, 1e-4F);
  // ... which a single pass does not.
  const LiftOptions once{.average_flip = false};
  const Vec3f plain = DefaultLifter().Lift(keypoints, once).people[0].frame(15)[13];
  EXPECT_GT(Norm(plain - motion.people[0].frame(15)[13]), 1e-3F);
}

TEST(Lifter, ReportsProgressAndStops) {
  const KeypointSequence keypoints = Sequence({SwayingPerson(4500)});
  std::vector<int64_t> done;
  LiftOptions options;
  options.monitor.on_progress = [&](const Progress& progress) {
    EXPECT_EQ(progress.stage, "lift");
    EXPECT_EQ(progress.total, 4500);
    done.push_back(progress.done);
  };
  (void)DefaultLifter().Lift(keypoints, options);
  EXPECT_GT(done.size(), 4U);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.front(), 0);
  EXPECT_EQ(done.back(), 4500);
  const std::atomic<bool> stop = true;
  EXPECT_THROW(DefaultLifter().Lift(keypoints, {.monitor = {.stop_requested = &stop}}), Cancelled);
}

TEST(Lifter, RefusesOtherLayoutsAndUnknownSizes) {
  KeypointSequence keypoints{.layout = BlazePose33(), .width_px = 640, .height_px = 480};
  try {
    (void)DefaultLifter().Lift(keypoints);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("takes 17 joints a frame"));
    EXPECT_THAT(error.what(), HasSubstr("have 33"));
    EXPECT_EQ(error.code(), ErrorCode::kMismatch);
  }
  keypoints.layout = Coco17();
  keypoints.width_px = 0;
  EXPECT_THROW((void)DefaultLifter().Lift(keypoints), Error);
}

TEST(Lifter, RefusesModelsOfOtherSkeletons) {
  try {
    (void)Lifter::Load(kGolden / "ck_he/epoch_1.bin");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("makes 15 joints"));
  }
}

TEST(Lifter, CausalModelsDoNotLookAhead) {
  const Lifter lifter = Lifter::Load(kGolden / "ck_causal/epoch_1.bin", {.causal = true});
  const KeypointSequence keypoints = Sequence({SwayingPerson(50)});
  const Motion whole = lifter.Lift(keypoints);
  const Motion beginning = lifter.Lift(Cut(keypoints, 0, 30));
  ExpectNear(std::span<const Vec3f>(whole.people[0].joints_in_cam).first(30 * 17),
             beginning.people[0].joints_in_cam, kSameUpToRounding_m);
}

TEST(Lifter, TrajectoryModelGivesTheRoot) {
  const Lifter lifter = Lifter::Load(kGolden / "out_train_semi/epoch_4.bin");
  const Motion motion = lifter.Lift(Sequence({SwayingPerson(12)}));
  ASSERT_EQ(motion.people[0].root_in_cam.size(), 12U);
  for (const Vec3f& root : motion.people[0].root_in_cam) EXPECT_TRUE(IsFinite(root));
}

}  // namespace videopose::internal::lifter_test
