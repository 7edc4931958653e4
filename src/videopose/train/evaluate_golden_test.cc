// SPDX-License-Identifier: Apache-2.0

// Every evaluation and export of the reference, reproduced. The numbers differ by the order of
// float additions in the network's GEMMs only.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/test_data.h"
#include "videopose/arrays/npy.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/geometry/screen.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/person_input.h"
#include "videopose/nn/test_devices.h"
#include "videopose/train/evaluate.h"
#include "videopose/train/test_one_thread.h"

namespace videopose::internal::evaluate_golden_test {

constexpr double kToleranceMm = 0.01;  // asked for; measured: below 0.001
constexpr double kToleranceMetres = 1e-5;

// The flags of a golden command line that matter here, with the reference's defaults.
struct Command {
  DatasetOptions data{.data_dir = TestData("golden/data")};
  std::vector<std::string> test_subjects = {"S9", "S11"};
  std::vector<std::string> action_prefixes;
  TemporalModelOptions model{.expected_widths = std::vector<int>{3, 3, 3}, .expected_channels = 48};
  std::string checkpoint_dir, checkpoint;
  bool by_subject = false, average_flip = true;
  int downsample = 1;
  std::string viz_subject, viz_action;
  int viz_camera = 0;

  std::filesystem::path checkpoint_path() const {
    return TestData("golden") / (checkpoint_dir + "/" + checkpoint);
  }
};

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> parts;
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

Command Parse(const std::string& arguments) {
  Command command;
  std::istringstream stream(arguments);
  std::string flag;
  const auto next = [&] {
    std::string value;
    stream >> std::quoted(value);
    return value;
  };
  while (stream >> flag) {
    if (flag == "-k") command.data.keypoints = next();
    if (flag == "-d") command.data.name = next();
    if (flag == "-ste") command.test_subjects = SplitAtCommas(next());
    if (flag == "-a") command.action_prefixes = SplitAtCommas(next());
    if (flag == "-c") command.checkpoint_dir = next();
    if (flag == "--evaluate") command.checkpoint = next();
    if (flag == "--causal") command.model.causal = true;
    if (flag == "--dense") command.model.dense = true;
    if (flag == "--by-subject") command.by_subject = true;
    if (flag == "-no-tta") command.average_flip = false;
    if (flag == "--downsample") command.downsample = std::stoi(next());
    if (flag == "--viz-subject") command.viz_subject = next();
    if (flag == "--viz-action") command.viz_action = next();
    if (flag == "--viz-camera") command.viz_camera = std::stoi(next());
    if (flag == "-arc") {
      command.model.expected_widths.emplace();
      for (const std::string& width : SplitAtCommas(next())) {
        command.model.expected_widths->push_back(std::stoi(width));
      }
    }
  }
  return command;
}

nlohmann::json ReadExpected(const std::string& name) {
  std::ifstream file(TestData("golden") / ("expected/" + name + ".json"));
  return nlohmann::json::parse(file);
}

void ExpectErrors(const PoseErrors& mm, const nlohmann::json& expected, double tolerance,
                  double velocity_tolerance) {
  EXPECT_NEAR(mm.mpjpe, expected["mpjpe"].get<double>(), tolerance);
  EXPECT_NEAR(mm.p_mpjpe, expected["p_mpjpe"].get<double>(), tolerance);
  EXPECT_NEAR(mm.n_mpjpe, expected["n_mpjpe"].get<double>(), tolerance);
  EXPECT_NEAR(mm.mpjve, expected["mpjve"].get<double>(), velocity_tolerance);
}

class GoldenEvaluation : public testing::TestWithParam<std::tuple<std::string, TestDevice>> {};

TEST_P(GoldenEvaluation, IsReproduced) {
  const auto& [name, device] = GetParam();
  const nlohmann::json expected = ReadExpected(name);
  const Command command = Parse(expected["arguments"]);
  const Dataset dataset(command.data);
  const LiftCheckpoint checkpoint = ReadLiftCheckpoint(command.checkpoint_path(), command.model);
  CheckModelFits(checkpoint, dataset, "model");
  const std::vector<Sequence> sequences = dataset.Load({.subjects = command.test_subjects,
                                                        .action_prefixes = command.action_prefixes,
                                                        .downsample = command.downsample});
  int64_t frames = 0;
  for (const Sequence& sequence : sequences) frames += sequence.frame_count();
  EXPECT_EQ(frames, expected["test_frames"]);
  EXPECT_EQ(checkpoint.pose.architecture.receptive_field(), expected["receptive_field"]);
  EXPECT_EQ(checkpoint.pose.architecture.parameter_count(), expected["parameters"]);

  const std::vector<Evaluation> evaluations =
      Evaluate(TemporalModel(checkpoint.pose, device.get()), SymmetryOf(dataset), sequences,
               {.average_flip = command.average_flip, .by_subject = command.by_subject});
  ASSERT_EQ(evaluations.size(), expected["evaluations"].size());
  for (size_t i = 0; i < evaluations.size(); ++i) {
    const nlohmann::json& of_subject = expected["evaluations"][i];
    const Evaluation& evaluation = evaluations[i];
    EXPECT_EQ(evaluation.subject, command.by_subject ? of_subject["subject"] : "");
    ASSERT_EQ(evaluation.actions.size(), of_subject["actions"].size());
    for (const ActionErrors& action : evaluation.actions) {
      SCOPED_TRACE(evaluation.subject + " " + action.action);
      ASSERT_TRUE(of_subject["actions"].contains(action.action));
      ExpectErrors(action.errors_mm, of_subject["actions"][action.action], kToleranceMm,
                   kToleranceMm);
    }
    // The reference prints averages with one decimal, MPJVE with two.
    ExpectErrors(evaluation.average_mm, of_subject["average"], 0.05 + kToleranceMm,
                 0.005 + kToleranceMm);
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenEvaluation,
                         testing::Combine(testing::Values("eval_333", "eval_33333",
                                                          "eval_333_bysubject_down",
                                                          "eval_333_notta_actions", "eval_353",
                                                          "eval_causal", "eval_dense", "eval_he"),
                                          AllDevices()),
                         NameAndDevice([](const std::string& name) { return name; }));

TEST(GoldenModels, OneForOtherDataIsRefusedInWords) {
  const LiftCheckpoint checkpoint = ReadLiftCheckpoint(TestData("golden/ck_he/epoch_1.bin"));
  const Dataset dataset({.data_dir = TestData("golden/data")});
  try {
    CheckModelFits(checkpoint, dataset, "x.bin");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), "x.bin: predicts 15 joints; h36m has 17");
  }
  LiftCheckpoint narrow = checkpoint;
  narrow.pose.architecture.input_channels = 32;
  EXPECT_THROW(CheckModelFits(narrow, dataset, "x.bin"), Error);
}

TEST(RelativeToPerson, IsWhatTheLifterMakesOfPixels) {
  constexpr float kWidth = 640, kHeight = 360;
  std::vector<Keypoint> frame;
  Tensor screen({1, 17, 3});
  for (int k = 0; k < 17; ++k) {
    const auto i = static_cast<float>(k);
    frame.push_back({200 + 7 * i, 100 + i * i, k == 3 ? 0 : 0.5F});
    const Vec2f point = ScreenFromPixel({frame.back().x_px, frame.back().y_px}, kWidth, kHeight);
    std::copy_n(std::array{point.x, point.y, frame.back().score}.begin(), 3, screen.data() + 3 * k);
  }
  std::vector<float> expected(kPersonInputValues);
  PersonInputRow(frame, kWidth, kHeight, expected);
  const Tensor rows = RelativeToPerson(LifterInput::kPerson, screen, 0).rows;
  ASSERT_EQ(rows.shape, (std::vector<int64_t>{1, kPersonInputPoints, 3}));
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(rows.values[i], expected[i], 1e-4) << i;

  const double focal_px = DefaultFocalPx(640, 360);
  const Quaternion view_from_cam = RayInputRow(frame, {640, 360, focal_px}, expected);
  const InputTrack rays = RelativeToPerson(LifterInput::kRays, screen, focal_px / 320);
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(rays.rows.values[i], expected[i], 1e-4) << i;
  }
  EXPECT_NEAR(rays.view_from_cam.at(0).w, view_from_cam.w, 1e-6);
}

TEST(GoldenModels, OneRelativeToThePersonWantsCocosKeypoints) {
  const LiftCheckpoint ours = ReadLiftCheckpoint(SourceFile("models/lifter.bin"));
  const Dataset truth({.data_dir = TestData("golden/data"), .keypoints = "gt"});
  EXPECT_THROW(CheckModelFits(ours, truth, "lifter.bin"), Error);
}

struct Export {
  std::string command, array;
};
class GoldenExport : public testing::TestWithParam<std::tuple<Export, TestDevice>> {};

TEST_P(GoldenExport, IsReproduced) {
  const auto& [golden, on] = GetParam();
  Device& device = on.get();
  const nlohmann::json json = ReadExpected(golden.command);
  const Command command = Parse(json["arguments"]);
  const Dataset dataset(command.data);
  const LiftCheckpoint checkpoint = ReadLiftCheckpoint(command.checkpoint_path(), command.model);
  const Sequence sequence =
      dataset.LoadOne(command.viz_subject, command.viz_action, command.viz_camera);
  // Rendering makes the rendered subject the test subject.
  int64_t frames = 0;
  for (const Sequence& test : dataset.Load({.subjects = {command.viz_subject}})) {
    frames += test.frame_count();
  }
  EXPECT_EQ(frames, json["test_frames"]);

  Tensor predicted =
      PredictPoses(TemporalModel(checkpoint.pose, device), sequence.keypoints, SymmetryOf(dataset));
  if (!sequence.has_poses() && checkpoint.trajectory) {
    AddRoots(PredictPoses(TemporalModel(*checkpoint.trajectory, device), sequence.keypoints,
                          RootSymmetryOf(dataset)),
             predicted);
  }
  const Tensor expected = ToTensor<float>(
      ReadNpy(TestData("golden") / ("expected/" + golden.array + ".npy")), golden.array);
  ASSERT_EQ(predicted.shape, expected.shape);
  for (size_t i = 0; i < expected.values.size(); ++i) {
    ASSERT_NEAR(predicted.values[i], expected.values[i], kToleranceMetres) << "value " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, GoldenExport,
    testing::Combine(testing::Values(Export{"export_h36m", "export_h36m"},
                                     Export{"export_he_unlabeled", "export_he"},
                                     Export{"export_custom_traj", "export_custom"}),
                     AllDevices()),
    NameAndDevice([](const Export& golden) { return golden.array; }));

// After its fourth epoch the reference measured the network, without flipping, on the half of S1
// that it had trained on. This tests which frames these are.
class GoldenSubset : public DeviceTest {};
INSTANTIATE_TEST_SUITE_P(On, GoldenSubset, AllDevices(), kDeviceName);

TEST_P(GoldenSubset, TheSameFramesAreUsed) {
  const nlohmann::json expected = ReadExpected("train_semi");
  const Dataset dataset({.data_dir = TestData("golden/data"), .keypoints = "gt"});
  const LiftCheckpoint checkpoint =
      ReadLiftCheckpoint(TestData("golden/out_train_semi/epoch_4.bin"));
  const TemporalModel model(checkpoint.pose, device()),
      trajectory_model(*checkpoint.trajectory, device());
  int64_t frames = 0;
  double pose_error = 0, root_error = 0;
  for (const Sequence& sequence : dataset.Load({.subjects = {"S1"}, .subset = 0.5})) {
    const auto of_sequence = static_cast<double>(sequence.frame_count());
    frames += sequence.frame_count();
    const Tensor poses =
        PredictPoses(model, sequence.keypoints, SymmetryOf(dataset), {.average_flip = false});
    pose_error += of_sequence * MeasurePoseErrors(poses, sequence.poses).mpjpe;
    const Tensor roots = PredictPoses(trajectory_model, sequence.keypoints, RootSymmetryOf(dataset),
                                      {.average_flip = false});
    root_error +=
        of_sequence * MeasurePoseErrors(roots, Tensor(roots.shape, sequence.roots.values)).mpjpe;
  }
  EXPECT_EQ(frames, expected["train_frames"]);
  const nlohmann::json& last_epoch = expected["epochs"].back();
  const double mm_per_sum = 1000 / static_cast<double>(frames);
  // Relative, of a mean over float sums.
  EXPECT_NEAR(pose_error * mm_per_sum / last_epoch["3d_eval"].get<double>(), 1, 2e-6);
  EXPECT_NEAR(root_error * mm_per_sum / last_epoch["traj_eval"].get<double>(), 1, 2e-6);
}

TEST(GoldenLosses, AreReproduced) {
  const NpzReader file(TestData("golden/expected/losses.npz"));
  const PoseErrors errors =
      MeasurePoseErrors(file.ReadTensor<float>("predicted"), file.ReadTensor<float>("target"));
  constexpr double kFloatRounding = 1e-6;
  EXPECT_NEAR(errors.mpjpe, file.ReadScalar<float>("mpjpe"), kFloatRounding);
  EXPECT_NEAR(errors.p_mpjpe, file.ReadScalar<float>("p_mpjpe"), kFloatRounding);
  EXPECT_NEAR(errors.n_mpjpe, file.ReadScalar<float>("n_mpjpe"), kFloatRounding);
  EXPECT_NEAR(errors.mpjve, file.ReadScalar<float>("mpjve"), kFloatRounding);
}

}  // namespace videopose::internal::evaluate_golden_test
