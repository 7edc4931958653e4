// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/cli/run_arguments.h"
#include "videopose/cli/usage_error.h"
#include "videopose/config/options_file.h"

namespace videopose::internal::run_flags_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

RunOptions Parse(const std::vector<std::string>& arguments) {
  RunOptions options;
  CLI::App app;
  AddRunFlags(app, options);
  std::vector<std::string> words = TranslateRunArguments(app, arguments);
  std::reverse(words.begin(), words.end());
  app.parse(std::move(words));
  return options;
}

std::string UsageMessage(const std::vector<std::string>& arguments) {
  try {
    CheckRunOptions(Parse(arguments));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "(no usage error)";
}

// As VideoPose3D's command line has them.
TEST(RunFlags, DefaultsAreTheReferences) {
  const RunOptions options = Parse({});
  EXPECT_EQ(options.data.dataset.name, "h36m");
  EXPECT_EQ(options.data.dataset.keypoints, "cpn_ft_h36m_dbb");
  EXPECT_EQ(options.data.dataset.data_dir, "data");
  EXPECT_THAT(options.data.train_subjects, ElementsAre("S1", "S5", "S6", "S7", "S8"));
  EXPECT_THAT(options.data.test_subjects, ElementsAre("S9", "S11"));
  EXPECT_THAT(options.data.unlabeled_subjects, IsEmpty());
  EXPECT_THAT(options.data.action_prefixes, IsEmpty());
  EXPECT_EQ(options.training.checkpoints.folder, "checkpoint");
  EXPECT_EQ(options.training.checkpoints.frequency, 10);
  EXPECT_EQ(options.training.optimisation.stride, 1);
  EXPECT_EQ(options.training.optimisation.epochs, 60);
  EXPECT_EQ(options.training.optimisation.batch_size, 1024);
  EXPECT_EQ(options.training.network.dropout, 0.25);
  EXPECT_EQ(options.training.optimisation.learning_rate, 0.001);
  EXPECT_EQ(options.training.optimisation.lr_decay, 0.95);
  EXPECT_FALSE(options.training.network.widths.has_value()) << "3,3,3, or the checkpoint's";
  EXPECT_FALSE(options.training.network.channels.has_value()) << "1024, or the checkpoint's";
  EXPECT_EQ(options.data.subset, 1);
  EXPECT_EQ(options.data.downsample, 1);
  EXPECT_EQ(options.training.semi_supervised.warmup_epochs, 1);
  EXPECT_EQ(options.rendering.clip.camera, 0);
  EXPECT_EQ(options.rendering.drawing.skip_frames, 0);
  EXPECT_EQ(options.rendering.drawing.bitrate_kbps, 3000);
  EXPECT_FALSE(options.rendering.drawing.limit_frames.has_value());
  EXPECT_EQ(options.rendering.drawing.downsample, 1);
  EXPECT_EQ(options.rendering.drawing.height_px, 500);
  EXPECT_TRUE(
      options.evaluation.average_flip && options.training.optimisation.mirror &&
      options.training.optimisation.optimized && options.training.checkpoints.evaluate_epochs &&
      options.training.semi_supervised.bone_length_term &&
      options.training.semi_supervised.projection_term && options.rendering.drawing.ground_truth);
  EXPECT_FALSE(options.training.network.causal || options.training.network.dense ||
               options.rendering.render || options.evaluation.by_subject ||
               options.training.semi_supervised.linear_projection ||
               options.evaluation.training_curves);
  EXPECT_EQ(UsageMessage({}), "(no usage error)");
}

TEST(RunFlags, SingleDashWordsAndTheirLongNamesAreTheSame) {
  for (const bool is_short : {true, false}) {
    const auto name = [&](const char* word, const char* full) { return is_short ? word : full; };
    const RunOptions options = Parse({name("-d", "--dataset"),
                                      "custom",
                                      name("-k", "--keypoints"),
                                      "mine",
                                      name("-str", "--subjects-train"),
                                      "a,b",
                                      name("-ste", "--subjects-test"),
                                      "c",
                                      name("-sun", "--subjects-unlabeled"),
                                      "d,e",
                                      name("-a", "--actions"),
                                      "Walk,Sit",
                                      name("-c", "--checkpoint"),
                                      "dir",
                                      name("-r", "--resume"),
                                      "r.bin",
                                      name("-s", "--stride"),
                                      "4",
                                      name("-e", "--epochs"),
                                      "7",
                                      name("-b", "--batch-size"),
                                      "64",
                                      name("-drop", "--dropout"),
                                      "0.5",
                                      name("-lr", "--learning-rate"),
                                      "1e-4",
                                      name("-lrd", "--lr-decay"),
                                      "0.9",
                                      name("-no-da", "--no-data-augmentation"),
                                      name("-no-tta", "--no-test-time-augmentation"),
                                      name("-arc", "--architecture"),
                                      "3,5",
                                      name("-ch", "--channels"),
                                      "48"});
    EXPECT_EQ(options.data.dataset.name, "custom");
    EXPECT_EQ(options.data.dataset.keypoints, "mine");
    EXPECT_THAT(options.data.train_subjects, ElementsAre("a", "b"));
    EXPECT_THAT(options.data.test_subjects, ElementsAre("c"));
    EXPECT_THAT(options.data.unlabeled_subjects, ElementsAre("d", "e"));
    EXPECT_THAT(options.data.action_prefixes, ElementsAre("Walk", "Sit"));
    EXPECT_EQ(options.training.checkpoints.folder, "dir");
    EXPECT_EQ(options.training.checkpoints.resume, "r.bin");
    EXPECT_EQ(options.training.optimisation.stride, 4);
    EXPECT_EQ(options.training.optimisation.epochs, 7);
    EXPECT_EQ(options.training.optimisation.batch_size, 64);
    EXPECT_EQ(options.training.network.dropout, 0.5);
    EXPECT_EQ(options.training.optimisation.learning_rate, 1e-4);
    EXPECT_EQ(options.training.optimisation.lr_decay, 0.9);
    EXPECT_FALSE(options.training.optimisation.mirror);
    EXPECT_FALSE(options.evaluation.average_flip);
    EXPECT_THAT(*options.training.network.widths, ElementsAre(3, 5));
    EXPECT_EQ(options.training.network.channels, 48);
  }
}

TEST(RunFlags, ReadsWordsAsArgparseDoes) {
  EXPECT_EQ(Parse({"-ch=48"}).training.network.channels, 48);
  EXPECT_EQ(Parse({"-e80"}).training.optimisation.epochs, 80);
  EXPECT_EQ(Parse({"-e=80"}).training.optimisation.epochs, 80);
  EXPECT_EQ(Parse({"--epochs=80"}).training.optimisation.epochs, 80);
  EXPECT_EQ(Parse({"--epo", "80"}).training.optimisation.epochs, 80) << "a unique beginning";
  EXPECT_EQ(Parse({"--viz-sub", "Validate/S2"}).rendering.clip.subject, "Validate/S2");
  EXPECT_EQ(Parse({"--viz-action", "Walking 1 chunk0"}).rendering.clip.action, "Walking 1 chunk0");
  EXPECT_EQ(Parse({"--viz-action=-odd"}).rendering.clip.action, "-odd");
  EXPECT_EQ(Parse({"--viz-action", "- odd one"}).rendering.clip.action, "- odd one")
      << "not an option";
  EXPECT_EQ(Parse({"-e", "1", "-e", "2"}).training.optimisation.epochs, 2) << "the last counts";
  EXPECT_FALSE(Parse({"--viz-limit", "-1"}).rendering.drawing.limit_frames.has_value());
  EXPECT_EQ(Parse({"--viz-limit", "60"}).rendering.drawing.limit_frames, 60);
  EXPECT_THAT(Parse({"-sun", ""}).data.unlabeled_subjects, IsEmpty());
  EXPECT_THAT(Parse({"-a", "*"}).data.action_prefixes, IsEmpty());
  EXPECT_EQ(Parse({"--viz-size", "3"}).rendering.drawing.height_px, 300);
}

TEST(RunFlags, WhatIsNotClearIsRefused) {
  EXPECT_THAT(UsageMessage({"--subjects", "S1"}),
              AllOf(HasSubstr("--subjects-train"), HasSubstr("--subjects-unlabeled")));
  EXPECT_THAT(UsageMessage({"-arc"}), HasSubstr("-arc needs a value"));
  EXPECT_THAT(UsageMessage({"-arc", "--causal"}), HasSubstr("-arc needs a value"));
  EXPECT_THAT(UsageMessage({"--causal=yes"}), HasSubstr("--causal takes no value"));
  EXPECT_THROW(Parse({"-xyz"}), CLI::ExtrasError);
  EXPECT_THROW(Parse({"--unknown"}), CLI::ExtrasError);
  EXPECT_THROW(Parse({"-ch", "many"}), CLI::ValidationError);
}

TEST(RunOptions, ValuesThatMakeNoSenseAreNamed) {
  EXPECT_THAT(UsageMessage({"-arc", "3,4"}), AllOf(HasSubstr("3,4"), HasSubstr("odd")));
  EXPECT_THAT(UsageMessage({"-arc", "3,-1"}), HasSubstr("-1 is not"));
  EXPECT_THAT(UsageMessage({"-drop", "1"}), HasSubstr("--dropout 1"));
  EXPECT_THAT(UsageMessage({"-drop", "nan"}), HasSubstr("--dropout nan"));
  EXPECT_THAT(UsageMessage({"-b", "0"}), HasSubstr("--batch-size 0"));
  EXPECT_THAT(UsageMessage({"-b", "2", "-s", "3"}), HasSubstr("stride 3"));
  EXPECT_THAT(UsageMessage({"-r", "a", "--evaluate", "b"}), HasSubstr("--resume"));
  EXPECT_THAT(UsageMessage({"--export-training-curves", "--no-eval"}), HasSubstr("--no-eval"));
  EXPECT_THAT(UsageMessage({"--render"}), HasSubstr("--viz-subject"));
  EXPECT_THAT(UsageMessage({"--render", "--viz-subject", "S1", "--viz-action", "Walking"}),
              HasSubstr("--viz-output"));
}

TEST(RunConfig, FlagsWinOverTheFile) {
  const std::string path = TestFolder() / "config.yaml";
  std::ofstream(path) << "network: {architecture: 3,5,3, channels: 48}\n"
                         "optimisation: {epochs: 7, mirror: false}\n"
                         "augmentation:\n  motion: {combine: 0.1, arm: {roll_deg: [-10, 10]}}\n";
  const RunOptions options = Parse({"-e", "9", "--config", path});
  EXPECT_THAT(*options.training.network.widths, ElementsAre(3, 5, 3));
  EXPECT_EQ(options.training.network.channels, 48);
  EXPECT_EQ(options.training.optimisation.epochs, 9) << "wherever the flag stands";
  EXPECT_FALSE(options.training.optimisation.mirror);
  EXPECT_EQ(options.augmentation.synthesis.motion.combine, 0.1);
  EXPECT_EQ(options.augmentation.synthesis.motion.arm.roll_deg, (Range{-10, 10}));
}

TEST(RunConfig, UnknownKeysAreRefusedWithTheNearest) {
  const std::string path = TestFolder() / "config.yaml";
  std::ofstream(path) << "network:\n  chanels: 48\n";
  try {
    Parse({"--config", path});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("config.yaml: line 2"), HasSubstr("network.chanels"),
                                    HasSubstr("network.channels")));
  }
}

TEST(RunConfig, AnyOptionCanBeSetByItsKey) {
  const RunOptions options = Parse({"--set",
                                    "augmentation.detection.hardness=[1,1,1,1,1,1,1,1,1,"
                                    "1,1,1,1,1,1,1,2]",
                                    "--set", "data.train_subjects=S1,S5"});
  EXPECT_EQ(options.augmentation.synthesis.detection.hardness[16], 2);
  EXPECT_THAT(options.data.train_subjects, ElementsAre("S1", "S5"));
  EXPECT_THROW(Parse({"--set", "network.chanels=3"}), CLI::ValidationError);
  EXPECT_THROW(Parse({"--set", "network.channels"}), CLI::ValidationError);
}

TEST(RunConfig, FoldersOfMotionCaptureHaveWeights) {
  const std::vector<MocapFolder> mocap =
      Parse({"-d", "mocap", "--mocap-dir", "a", "--mocap-dir", "b:2.5"}).augmentation.mocap;
  EXPECT_THAT(mocap, ElementsAre(MocapFolder{.dir = "a"}, MocapFolder{.dir = "b", .weight = 2.5}));
  const std::string path = TestFolder() / "config.yaml";
  std::ofstream(path) << "augmentation:\n  mocap: [{dir: c, map: c.json, weight: 3}, {dir: d}]\n";
  EXPECT_THAT(
      Parse({"--config", path}).augmentation.mocap,
      ElementsAre(MocapFolder{.dir = "c", .map = "c.json", .weight = 3}, MocapFolder{.dir = "d"}));
}

// What --print-config prints is a file for --config, with the same options.
TEST(RunConfig, WrittenOptionsAreReadBack) {
  RunOptions options =
      Parse({"-arc", "3,5", "-ch", "48", "--no-eval", "--viz-limit", "7", "-a", "*", "--mocap-dir",
             "a:2", "--mocap-arms", "0.3", "--precision", "bf16"});
  const std::string written = WriteOptions(OptionTable(options), /*with_help=*/true);
  RunOptions read;
  ReadOptions(written, "written", OptionTable(read));
  EXPECT_EQ(WriteOptions(OptionTable(read), /*with_help=*/true), written);
  EXPECT_EQ(read.augmentation.synthesis.motion.free_arms, 0.3);
  EXPECT_EQ(read.rendering.drawing.limit_frames, 7);
}

TEST(RunOptions, ErrorsNameFlagAndKey) {
  EXPECT_EQ(UsageMessage({"-drop", "1"}),
            "videopose run: --dropout 1: expected at least 0 and below 1 (network.dropout)");
  EXPECT_THAT(UsageMessage({"--set", "augmentation.motion.mirror=2"}),
              HasSubstr("videopose run: augmentation.motion.mirror 2: expected"));
  EXPECT_THAT(UsageMessage({"--keep-best", "--no-eval"}), HasSubstr("--no-eval"));
}

}  // namespace videopose::internal::run_flags_test
