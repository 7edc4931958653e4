// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/lift_accuracy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"

namespace videopose::internal::lift_accuracy_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kLifter = SourceFile("models/lifter.bin");
const fs::path kSet = TestData("golden/lift_eval.npz");
const fs::path kPeople = TestData("golden/lift_eval2.npz");

Tensor Wave(std::vector<int64_t> shape, float scale) {
  Tensor tensor(std::move(shape));
  for (size_t i = 0; i < tensor.values.size(); ++i) {
    tensor.values[i] = scale * (1 + std::sin(0.37F * static_cast<float>(i)));
  }
  return tensor;
}

struct EvaluationSet {
  Tensor clean = Wave({2, 5, 17, 2}, 300), noisy = Wave({2, 5, 17, 2}, 310);
  Tensor pose = Wave({2, 5, 17, 3}, 1), width = Wave({2}, 700);
  Tensor valid;  // empty: the file has none

  fs::path Write() const {
    fs::path path = TestFolder() / "set.npz";
    NpzWriter file(path);
    file.Add("keypoints_clean", MakeNpy(clean));
    file.Add("keypoints_noisy", MakeNpy(noisy));
    file.Add("pose", MakeNpy(pose));
    file.Add("width_px", MakeNpy(width));
    file.Add("height_px", MakeNpy(Wave({2}, 500)));
    file.Add("fps", MakeNpy(Wave({2}, 30)));
    if (valid.size() > 0) file.Add("valid", MakeNpy(valid));
    file.Close();
    return path;
  }
  std::string Error() const {
    try {
      MeasureLiftAccuracy(Write(), Lifter::Load(kLifter));
    } catch (const videopose::Error& error) {
      return error.what();
    }
    return "";
  }
};

// The shipped models: models/README.md states these numbers.
TEST(LiftAccuracy, OfTheShippedModelsIsWhatTheDocsSay) {
  struct Stated {
    const char* file;
    double clean_mm[3], noisy_mm[3];  // MPJPE, PA-MPJPE, MPJVE
  };
  for (const Stated& stated :
       {Stated{"lifter.bin", {61.7, 47.6, 5.3}, {65.0, 49.8, 7.1}},
        Stated{"lifter_causal.bin", {67.3, 52.8, 5.9}, {71.1, 54.8, 10.6}}}) {
    const LiftAccuracy found =
        MeasureLiftAccuracy(kPeople, Lifter::Load(SourceFile("models") / stated.file));
    EXPECT_EQ(found.sequences, 65);
    EXPECT_EQ(found.frames, 120);
    constexpr double kRounding_mm = 0.06;
    EXPECT_NEAR(1000 * found.clean.joints.mpjpe, stated.clean_mm[0], kRounding_mm) << stated.file;
    EXPECT_NEAR(1000 * found.clean.joints.p_mpjpe, stated.clean_mm[1], kRounding_mm) << stated.file;
    EXPECT_NEAR(1000 * found.clean.joints.mpjve, stated.clean_mm[2], kRounding_mm) << stated.file;
    EXPECT_NEAR(1000 * found.noisy.joints.mpjpe, stated.noisy_mm[0], kRounding_mm) << stated.file;
    EXPECT_NEAR(1000 * found.noisy.joints.p_mpjpe, stated.noisy_mm[1], kRounding_mm) << stated.file;
    EXPECT_NEAR(1000 * found.noisy.joints.mpjve, stated.noisy_mm[2], kRounding_mm) << stated.file;
    if (std::string_view(stated.file) != "lifter.bin") continue;
    // docs/evaluation.md.
    constexpr std::array<double, 5> kKneeBias_deg = {2.7, -3.6, -12.4, -11.0, -15.4};
    for (size_t band = 0; band < kKneeBias_deg.size(); ++band) {
      EXPECT_NEAR(found.clean.knee_bias[band].mean_deg, kKneeBias_deg[band], kRounding_mm) << band;
    }
    ASSERT_TRUE(found.noisy_feet.has_value());
    EXPECT_NEAR(1000 * found.noisy_feet->heel, 24.0, kRounding_mm);
    EXPECT_NEAR(1000 * found.noisy_feet->toe, 38.6, kRounding_mm);
    EXPECT_NEAR(found.noisy_feet->dorsiflexion_deg, 8.4, kRounding_mm);
  }
}

TEST(LiftAccuracy, DoesNotDependOnWhereTheRootStands) {
  const Lifter lifter = Lifter::Load(kLifter);
  EvaluationSet set;
  const LiftAccuracy before = MeasureLiftAccuracy(set.Write(), lifter);
  for (float& value : set.pose.values) value += 2;
  const LiftAccuracy moved = MeasureLiftAccuracy(set.Write(), lifter);
  EXPECT_GT(before.clean.joints.mpjpe, 0);
  EXPECT_NEAR(moved.clean.joints.mpjpe, before.clean.joints.mpjpe, 1e-5);
  EXPECT_NE(before.clean.joints.mpjpe, before.noisy.joints.mpjpe);
}

TEST(LiftAccuracy, MeasuresOnlyWhatIsValid) {
  const Lifter lifter = Lifter::Load(kLifter);
  EvaluationSet set;
  const LiftAccuracy whole = MeasureLiftAccuracy(set.Write(), lifter);
  set.valid = Tensor({2, 5, 17});
  std::ranges::fill(set.valid.values, 1.0F);
  EXPECT_EQ(MeasureLiftAccuracy(set.Write(), lifter).clean, whole.clean);

  // What is not valid may be anything.
  constexpr size_t kJoint = 16;
  set.valid.values[kJoint] = 0;
  set.pose.values[3 * kJoint] = NAN;
  const LiftAccuracy without = MeasureLiftAccuracy(set.Write(), lifter);
  EXPECT_TRUE(std::isfinite(without.clean.joints.mpjpe));
  EXPECT_NE(without.clean.joints.mpjpe, whole.clean.joints.mpjpe);
  EXPECT_EQ(without.clean.frames, 10);

  set.valid = Tensor({2, 5}, {0, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  EXPECT_EQ(MeasureLiftAccuracy(set.Write(), lifter).clean.frames, 9);
  set.valid = Tensor({2, 4});
  EXPECT_THAT(set.Error(), HasSubstr("valid: (2, 4), expected (2, 5) or (2, 5, 17)"));
}

TEST(LiftAccuracy, RefusesOtherFiles) {
  EXPECT_EQ(EvaluationSet().Error(), "");
  EvaluationSet other_joints, other_frames, not_finite, no_size;
  other_joints.pose = Wave({2, 5, 16, 3}, 1);
  other_frames.noisy = Wave({2, 6, 17, 2}, 1);
  not_finite.clean.values[7] = NAN;
  no_size.width.values[1] = 0;
  EXPECT_THAT(other_joints.Error(), HasSubstr("pose: expected (sequences, frames, 17, 3)"));
  EXPECT_THAT(other_frames.Error(), HasSubstr("keypoints_noisy: (2, 6, 17, 2), but pose is"));
  EXPECT_THAT(not_finite.Error(), HasSubstr("keypoints_clean: holds nan"));
  EXPECT_THAT(no_size.Error(), HasSubstr("width_px: 0 is no size"));
  EXPECT_THROW(MeasureLiftAccuracy(kLifter, Lifter::Load(kLifter)), Error);
}

}  // namespace videopose::internal::lift_accuracy_test
