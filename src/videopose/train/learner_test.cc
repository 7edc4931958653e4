// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/learner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "videopose/train/projection.h"
#include "videopose/train/reference_model.h"
#include "videopose/train/test_one_thread.h"

namespace videopose::internal::learner_test {

constexpr int64_t kWindows = 64;

TrainableModel MakeModel(uint32_t seed, int output_channels) {
  RandomState random(seed);
  const TemporalArchitecture architecture{
      .widths = {3, 3}, .channels = 32, .input_channels = 6, .output_channels = output_channels};
  return {InitialWeights(architecture, random), {.strided = true, .dropout = 0}};
}

// Three joints in front of the camera, seen for nine frames without moving.
WindowBatch MakeBatch(uint32_t seed, bool with_poses) {
  RandomState random(seed);
  WindowBatch batch{.windows = kWindows};
  for (int64_t w = 0; w < kWindows; ++w) {
    std::vector<float> root(3), pose(9), points(9), screen(6);
    const std::vector<float> camera = {2, 2, 0, 0, -0.2F, 0.2F, 0, 0, 0};
    for (float& v : root) v = static_cast<float>(random.NextDouble() - 0.5);
    root[2] += 4;
    for (size_t i = 0; i < 9; ++i) {
      pose[i] = i < 3 ? 0 : static_cast<float>(random.NextDouble() - 0.5);
      points[i] = pose[i] + root[i % 3];
    }
    Project<float>(points, camera, 3, {}, screen);
    for (int t = 0; t < 9; ++t) {
      batch.keypoints.insert(batch.keypoints.end(), screen.begin(), screen.end());
    }
    batch.intrinsics.insert(batch.intrinsics.end(), camera.begin(), camera.end());
    if (!with_poses) continue;
    batch.poses.insert(batch.poses.end(), pose.begin(), pose.end());
    batch.roots.insert(batch.roots.end(), root.begin(), root.end());
  }
  return batch;
}

const LearnerOptions kOptions{.parents = {-1, 0, 1}};

TEST(Learner, SupervisedLossFalls) {
  const OneThread one_thread;
  Learner learner(MakeModel(1, 9), std::nullopt, kOptions);
  const WindowBatch batch = MakeBatch(1, true);
  const StepLosses first = learner.Step(batch, 0.01);
  StepLosses last;
  for (int i = 0; i < 200; ++i) last = learner.Step(batch, 0.01);
  EXPECT_LT(last.pose, first.pose / 5);
  EXPECT_EQ(last.trajectory, 0);
  EXPECT_EQ(last.projection, 0);
  EXPECT_THROW(learner.Step(batch, batch, 0.01), std::logic_error);
}

TEST(Learner, EveryTermOfSemiSupervisionFalls) {
  const OneThread one_thread;
  Learner learner(MakeModel(1, 9), MakeModel(2, 3), kOptions);
  const WindowBatch labeled = MakeBatch(1, true), unlabeled = MakeBatch(2, false);
  const StepLosses first = learner.Step(labeled, unlabeled, 0.01);
  StepLosses last;
  for (int i = 0; i < 300; ++i) last = learner.Step(labeled, unlabeled, 0.01);
  EXPECT_LT(last.pose, first.pose / 5);
  EXPECT_LT(last.trajectory, first.trajectory / 5);
  EXPECT_LT(last.projection, first.projection / 5);
  EXPECT_LT(last.bones, first.bones / 2);
}

// The unlabelled part changes the gradient only if its terms are enabled.
TEST(Learner, UnlabeledTermsCanBeLeftOut) {
  const WindowBatch labeled = MakeBatch(1, true), unlabeled = MakeBatch(2, false);
  const auto step = [&](bool project, bool bones) {
    Learner learner(MakeModel(1, 9), MakeModel(2, 3),
                    {.project = project, .compare_bones = bones, .parents = kOptions.parents});
    const StepLosses losses = learner.Step(labeled, unlabeled, 0.01);
    EXPECT_EQ(losses.projection > 0, project);
    EXPECT_EQ(losses.bones > 0, bones);
    const auto gradient = learner.pose().gradient();
    return std::vector<float>(gradient.begin(), gradient.end());
  };
  const auto neither = step(false, false);
  EXPECT_NE(neither, step(true, false));
  EXPECT_NE(neither, step(false, true));
}

// The projection loss ignores joints without a keypoint.
TEST(Learner, OnlyJointsWithKeypointsAreProjected) {
  const WindowBatch labeled = MakeBatch(1, true), unlabeled = MakeBatch(2, false);
  const auto bias_gradient = [&](bool project) {
    Learner learner(MakeModel(1, 9), MakeModel(2, 3),
                    {.project = project, .compare_bones = false, .joint_keypoints = {{1, 2}}});
    learner.Step(labeled, unlabeled, 0.01);
    const ParameterSlot& bias = learner.pose().layout().shrink_bias;
    const auto gradient = learner.pose().gradient().subspan(bias.offset, bias.size());
    return std::vector<float>(gradient.begin(), gradient.end());
  };
  const std::vector<float> without = bias_gradient(false), with = bias_gradient(true);
  ASSERT_EQ(with.size(), 9U);
  for (size_t i = 0; i < 9; ++i) {
    if (i / 3 == 1) {
      EXPECT_NE(with[i], without[i]);
    } else {
      EXPECT_EQ(with[i], without[i]);
    }
  }
}

// The reference implementation of a step's loss, for its gradient: in double, frame by frame, joint
// by joint.
class ReferenceStep {
 public:
  ReferenceStep(Learner& learner, const LearnerOptions& options, const WindowBatch& labeled,
                const WindowBatch& unlabeled)
      : pose(ReferenceOf(learner.pose(), labeled.windows + unlabeled.windows)),
        trajectory(ReferenceOf(*learner.trajectory(), labeled.windows + unlabeled.windows)),
        options_(options),
        labeled_(labeled),
        unlabeled_(unlabeled),
        input_(labeled.keypoints) {
    input_.insert(input_.end(), unlabeled.keypoints.begin(), unlabeled.keypoints.end());
  }

  double Loss() const {
    const std::vector<double> poses = pose.Forward(input_), roots = trajectory.Forward(input_);
    const auto joints = static_cast<int64_t>(options_.parents.size());
    double loss = 0;
    std::vector<std::vector<double>> mean_bones;
    for (const bool is_labeled : {true, false}) {
      const WindowBatch& batch = is_labeled ? labeled_ : unlabeled_;
      const auto first = is_labeled ? 0 : labeled_.windows, frames = batch.windows;
      std::vector<double>& bones = mean_bones.emplace_back(options_.parents.size());
      for (int64_t t = 0; t < frames; ++t) {
        const double* root = &roots[static_cast<size_t>((first + t) * 3)];
        const double* pose_of_frame = &poses[static_cast<size_t>((first + t) * joints * 3)];
        const auto share = 1.0 / static_cast<double>(frames);
        if (is_labeled) {
          const float* truth = &batch.roots[static_cast<size_t>(t * 3)];
          loss += share * Distance(root, truth, 3) / static_cast<double>(truth[2]);
          for (int64_t j = 0; j < joints; ++j) {
            loss += share / static_cast<double>(joints) *
                    Distance(pose_of_frame + j * 3,
                             &batch.poses[static_cast<size_t>((t * joints + j) * 3)], 3);
          }
        } else {
          for (const JointKeypoint& pair : options_.joint_keypoints) {
            std::vector<double> point(3), screen(2);
            for (int i = 0; i < 3; ++i) {
              point[static_cast<size_t>(i)] = pose_of_frame[pair.joint * 3 + i] + root[i];
            }
            const float* camera = &batch.intrinsics[static_cast<size_t>(t * kIntrinsicsSize)];
            Project<double>(point, std::vector<double>(camera, camera + kIntrinsicsSize), 1,
                            {.linear = options_.linear_projection}, screen);
            const auto keypoint = static_cast<size_t>((t * 9 + 4) * 6 + pair.keypoint * 2);
            loss += share / static_cast<double>(options_.joint_keypoints.size()) *
                    Distance(screen.data(), &batch.keypoints[keypoint], 2);
          }
        }
        for (int64_t j = 1; j < joints; ++j) {
          const double* parent = pose_of_frame + options_.parents[static_cast<size_t>(j)] * 3;
          bones[static_cast<size_t>(j)] += share * Distance(pose_of_frame + j * 3, parent, 3);
        }
      }
    }
    for (size_t j = 1; j < options_.parents.size(); ++j) {
      loss += std::abs(mean_bones[0][j] - mean_bones[1][j]) / static_cast<double>(joints - 1);
    }
    return loss;
  }

  ReferenceModel pose, trajectory;

 private:
  template <typename T>
  static double Distance(const double* a, const T* b, int size) {
    double sum = 0;
    for (int i = 0; i < size; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(sum);
  }

  static ReferenceModel ReferenceOf(TrainableModel& model, int64_t windows) {
    ReferenceModel reference{.options = {.strided = true, .dropout = 0.2F},
                             .architecture = model.architecture(),
                             .batch = windows};
    reference.parameters.assign(model.parameters().begin(), model.parameters().end());
    return reference;
  }

  LearnerOptions options_;
  const WindowBatch &labeled_, &unlabeled_;
  std::vector<float> input_;
};

// All terms together, through both networks: the gradient of each weight is the slope of their sum.
TEST(Learner, GradientOfTheWholeStepAgreesWithDifferences) {
  const OneThread one_thread;
  const WindowBatch labeled = MakeBatch(1, true), unlabeled = MakeBatch(2, false);
  const std::vector<std::vector<JointKeypoint>> projected = {{{0, 0}, {1, 1}, {2, 2}},
                                                             {{2, 0}, {1, 2}}};
  for (const auto& joint_keypoints : projected) {
    const LearnerOptions options{.linear_projection = joint_keypoints.size() == 2,
                                 .parents = kOptions.parents,
                                 .joint_keypoints = joint_keypoints};
    const auto make = [](uint32_t seed, int output_channels) {
      RandomState random(seed);
      const TemporalArchitecture architecture{
          .widths = {3, 3}, .channels = 8, .input_channels = 6, .output_channels = output_channels};
      TrainableModel model(InitialWeights(architecture, random),
                           {.strided = true, .dropout = 0.2F});
      // In front of the camera, where a person is after the warm-up.
      if (output_channels == 3) model.parameters()[model.layout().shrink_bias.offset + 2] = 4;
      return model;
    };
    Learner learner(make(1, 9), make(2, 3), options);
    ReferenceStep reference(learner, options, labeled, unlabeled);
    const StepLosses losses = learner.Step(labeled, unlabeled, 0);  // changes nothing
    EXPECT_NEAR(losses.pose + losses.trajectory + losses.projection + losses.bones,
                reference.Loss(), 1e-5);
    RandomState random(5);
    for (const bool is_pose : {true, false}) {
      TrainableModel& model = is_pose ? learner.pose() : *learner.trajectory();
      std::vector<double>& parameters =
          (is_pose ? reference.pose : reference.trajectory).parameters;
      constexpr double kStep = 1e-7;
      double largest = 0;
      for (int check = 0; check < 60; ++check) {
        const auto at =
            static_cast<size_t>(random.NextInterval(static_cast<uint32_t>(parameters.size() - 1)));
        const double before = parameters[at];
        parameters[at] = before + kStep;
        const double above = reference.Loss();
        parameters[at] = before - kStep;
        const double slope = (above - reference.Loss()) / (2 * kStep);
        parameters[at] = before;
        largest = std::max(largest, std::abs(slope));
        // The step's sums are in float; gradients are of size 0.01 to 1.
        EXPECT_NEAR(model.gradient()[at], slope, 2e-5 + 1e-3 * std::abs(slope))
            << (is_pose ? "pose" : "trajectory") << ", parameter " << at;
      }
      EXPECT_GT(largest, 0.01);
    }
  }
}

TEST(Learner, MomentumReachesBothModels) {
  Learner learner(MakeModel(1, 9), MakeModel(2, 3), kOptions);
  learner.SetMomentum(0.01);
  EXPECT_EQ(learner.pose().momentum(), 0.01);
  EXPECT_EQ(learner.trajectory()->momentum(), 0.01);
}

}  // namespace videopose::internal::learner_test
