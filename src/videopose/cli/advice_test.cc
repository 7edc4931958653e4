// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/advice.h"

#include <gtest/gtest.h>

namespace videopose::internal::advice_test {

TEST(AdviceTest, TheFlagThatHelpsFollowsTheText) {
  EXPECT_EQ(WithAdvice(Error("a.npz: is there already", ErrorCode::kAlreadyExists,
                             {.file = "a.npz", .option = "force"})),
            "a.npz: is there already; --force replaces it");
  EXPECT_EQ(WithAdvice(Error("x.tflite: the model file is missing in /m", ErrorCode::kModelMissing,
                             {.option = "models_dir"})),
            "x.tflite: the model file is missing in /m; run: videopose models fetch");
}

TEST(AdviceTest, MissingAxesTestClipsAndMapsHaveAFlag) {
  const auto advised = [](const char* option) {
    return WithAdvice(Error("x", ErrorCode::kInvalidArgument, {.option = option}));
  };
  EXPECT_EQ(advised("axes"), "x; --truth-axes AXES says it");
  EXPECT_EQ(advised("checkpoints.evaluate_epochs"),
            "x; --no-eval trains without, --mocap-test or --subjects-test names some");
  EXPECT_EQ(advised("mocap_map"), "x; give one with --mocap-map FILE");
}

TEST(AdviceTest, TheCommandThatHelpsFollowsTheText) {
  EXPECT_EQ(
      WithAdvice(Error("a.npz: keypoints (COCO), no poses; lift them first", ErrorCode::kMismatch,
                       {.expected = "poses", .found = "keypoints"})),
      "a.npz: keypoints (COCO), no poses; lift them first: videopose lift makes poses of them");
  EXPECT_EQ(WithAdvice(Error("keypoints for h36m in data: none", ErrorCode::kFileNotFound,
                             {.option = "keypoints"})),
            "keypoints for h36m in data: none; 'videopose prepare' makes them");
  EXPECT_EQ(WithAdvice(Error("a.npz: no sizes", ErrorCode::kWrongFormat, {.option = "keypoints"})),
            "a.npz: no sizes; make the file with 'videopose prepare custom'");
  EXPECT_EQ(WithAdvice(Error("no network for keypoints is named", ErrorCode::kInvalidArgument,
                             {.option = "keypoints"})),
            "no network for keypoints is named");
}

TEST(AdviceTest, ALimitIsToBeRaisedByAFactorOfFour) {
  EXPECT_EQ(WithAdvice(Error("bomb.zip: a file: more than 1 GiB", ErrorCode::kLimit,
                             {.expected = "1", .option = "max_unpacked_gib"})),
            "bomb.zip: a file: more than 1 GiB; --max-unpacked-gib 4 raises both limits");
}

TEST(AdviceTest, NothingIsAddedWhereThereIsNoFlag) {
  EXPECT_EQ(WithAdvice(Error("a.mp4: no such file")), "a.mp4: no such file");
  EXPECT_EQ(WithAdvice(Error("x", ErrorCode::kOther, {.option = "no_such_option"})), "x");
  EXPECT_EQ(WithAdvice(Error("x", ErrorCode::kInvalidArgument, {.option = "layout"})),
            "x; leave --layout out");
  EXPECT_EQ(FlagOf("fps"), "--fps N");
  EXPECT_EQ(FlagOf("no_such_option"), "");
}

}  // namespace videopose::internal::advice_test
