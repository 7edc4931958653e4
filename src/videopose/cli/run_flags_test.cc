#include "videopose/cli/run_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "videopose/base/error.h"
#include "videopose/cli/run_words.h"
#include "videopose/cli/usage_error.h"

namespace videopose {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

RunOptions Parse(const std::vector<std::string>& arguments) {
  RunOptions options;
  CLI::App app;
  AddRunFlags(app, options);
  std::vector<std::string> words = TranslateRunWords(app, arguments);
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

// reference.md, section 8.
TEST(RunFlags, DefaultsAreTheReferences) {
  const RunOptions options = Parse({});
  EXPECT_EQ(options.data.name, "h36m");
  EXPECT_EQ(options.data.keypoints, "cpn_ft_h36m_dbb");
  EXPECT_EQ(options.data.data_dir, "data");
  EXPECT_THAT(options.train_subjects, ElementsAre("S1", "S5", "S6", "S7", "S8"));
  EXPECT_THAT(options.test_subjects, ElementsAre("S9", "S11"));
  EXPECT_THAT(options.unlabeled_subjects, IsEmpty());
  EXPECT_THAT(options.action_prefixes, IsEmpty());
  EXPECT_EQ(options.checkpoint_dir, "checkpoint");
  EXPECT_EQ(options.checkpoint_frequency, 10);
  EXPECT_EQ(options.stride, 1);
  EXPECT_EQ(options.epochs, 60);
  EXPECT_EQ(options.batch_size, 1024);
  EXPECT_EQ(options.dropout, 0.25);
  EXPECT_EQ(options.learning_rate, 0.001);
  EXPECT_EQ(options.lr_decay, 0.95);
  EXPECT_THAT(options.widths, ElementsAre(3, 3, 3));
  EXPECT_EQ(options.channels, 1024);
  EXPECT_EQ(options.subset, 1);
  EXPECT_EQ(options.downsample, 1);
  EXPECT_EQ(options.warmup_epochs, 1);
  EXPECT_EQ(options.clip.camera, 0);
  EXPECT_EQ(options.picture.skip_frames, 0);
  EXPECT_EQ(options.picture.bitrate_kbps, 3000);
  EXPECT_FALSE(options.picture.limit_frames.has_value());
  EXPECT_EQ(options.picture.downsample, 1);
  EXPECT_EQ(options.picture.height_px, 500);
  EXPECT_TRUE(options.test_augmentation && options.train_augmentation && options.optimized &&
              options.evaluate_epochs && options.bone_length_term && options.projection_term &&
              options.picture.ground_truth);
  EXPECT_FALSE(options.causal || options.dense || options.render || options.by_subject ||
               options.linear_projection || options.export_training_curves);
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
    EXPECT_EQ(options.data.name, "custom");
    EXPECT_EQ(options.data.keypoints, "mine");
    EXPECT_THAT(options.train_subjects, ElementsAre("a", "b"));
    EXPECT_THAT(options.test_subjects, ElementsAre("c"));
    EXPECT_THAT(options.unlabeled_subjects, ElementsAre("d", "e"));
    EXPECT_THAT(options.action_prefixes, ElementsAre("Walk", "Sit"));
    EXPECT_EQ(options.checkpoint_dir, "dir");
    EXPECT_EQ(options.resume, "r.bin");
    EXPECT_EQ(options.stride, 4);
    EXPECT_EQ(options.epochs, 7);
    EXPECT_EQ(options.batch_size, 64);
    EXPECT_EQ(options.dropout, 0.5);
    EXPECT_EQ(options.learning_rate, 1e-4);
    EXPECT_EQ(options.lr_decay, 0.9);
    EXPECT_FALSE(options.train_augmentation);
    EXPECT_FALSE(options.test_augmentation);
    EXPECT_THAT(options.widths, ElementsAre(3, 5));
    EXPECT_EQ(options.channels, 48);
    EXPECT_TRUE(options.widths_given && options.channels_given);
  }
}

TEST(RunFlags, ReadsWordsAsArgparseDoes) {
  EXPECT_EQ(Parse({"-ch=48"}).channels, 48);
  EXPECT_EQ(Parse({"-e80"}).epochs, 80);
  EXPECT_EQ(Parse({"-e=80"}).epochs, 80);
  EXPECT_EQ(Parse({"--epochs=80"}).epochs, 80);
  EXPECT_EQ(Parse({"--epo", "80"}).epochs, 80) << "a unique beginning";
  EXPECT_EQ(Parse({"--viz-sub", "Validate/S2"}).clip.subject, "Validate/S2");
  EXPECT_EQ(Parse({"--viz-action", "Walking 1 chunk0"}).clip.action, "Walking 1 chunk0");
  EXPECT_EQ(Parse({"--viz-action=-odd"}).clip.action, "-odd");
  EXPECT_EQ(Parse({"--viz-action", "- odd one"}).clip.action, "- odd one") << "not an option";
  EXPECT_EQ(Parse({"-e", "1", "-e", "2"}).epochs, 2) << "the last counts";
  EXPECT_FALSE(Parse({"--viz-limit", "-1"}).picture.limit_frames.has_value());
  EXPECT_EQ(Parse({"--viz-limit", "60"}).picture.limit_frames, 60);
  EXPECT_THAT(Parse({"-sun", ""}).unlabeled_subjects, IsEmpty());
  EXPECT_THAT(Parse({"-a", "*"}).action_prefixes, IsEmpty());
  EXPECT_EQ(Parse({"--viz-size", "3"}).picture.height_px, 300);
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
  EXPECT_THAT(UsageMessage({"-b", "2", "-s", "3"}), HasSubstr("--stride 3"));
  EXPECT_THAT(UsageMessage({"-r", "a", "--evaluate", "b"}), HasSubstr("--resume"));
  EXPECT_THAT(UsageMessage({"--export-training-curves", "--no-eval"}), HasSubstr("--no-eval"));
  EXPECT_THAT(UsageMessage({"--render"}), HasSubstr("--viz-subject"));
  EXPECT_THAT(UsageMessage({"--render", "--viz-subject", "S1", "--viz-action", "Walking"}),
              HasSubstr("--viz-output"));
}

}  // namespace
}  // namespace videopose
