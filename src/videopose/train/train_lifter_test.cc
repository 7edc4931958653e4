// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base.h"
#include "videopose/data.h"

namespace videopose::internal::train_lifter_test {

using ::testing::HasSubstr;

TrainOptions Small(const std::string& folder) {
  TrainOptions options;
  options.dataset = {.data_dir = TestData("golden/data"), .name = "h36m", .keypoints = "gt"};
  options.train_subjects = {"S1"};
  options.test_subjects = {"S9"};
  options.widths = {3, 3};
  options.channels = 16;
  options.epochs = 1;
  options.batch_size = 128;
  options.checkpoint_dir = EmptyFolder(folder);
  return options;
}

TEST(TrainLifter, ConfigMakesItSemiSupervised) {
  TrainOptions options = Small("train_lifter");
  EXPECT_FALSE(TrainLifter(options).at(0).semi);
  options.config = "data: {unlabeled_subjects: [S5]}\nsemi_supervised: {warmup_epochs: 0}\n";
  const std::vector<EpochRecord> records = TrainLifter(options);
  ASSERT_EQ(records.size(), 1U);
  ASSERT_TRUE(records[0].semi);
  EXPECT_GT(records[0].semi->unlabeled_screen, 0);
}

TEST(TrainLifter, ConfigThatMakesNoSenseIsRefused) {
  TrainOptions options = Small("train_lifter");
  options.config = "network: {chanels: 3}";
  EXPECT_THAT(ErrorOf([&] { TrainLifter(options); }), HasSubstr("chanels"));
  options.config = "network: {dropout: 2}";
  EXPECT_THAT(ErrorOf([&] { TrainLifter(options); }), HasSubstr("network.dropout"));
  options.config = "data: {dataset: mocap}";
  EXPECT_THAT(ErrorOf([&] { TrainLifter(options); }), HasSubstr("augmentation.mocap"));
}

TEST(TrainLifter, ErrorsHaveCodes) {
  TrainOptions options = Small("train_lifter");
  const auto code_of = [&](const char* config) {
    options.config = config;
    return CodeOf([&] { TrainLifter(options); });
  };
  EXPECT_EQ(code_of("network: {"), ErrorCode::kWrongFormat);
  EXPECT_EQ(code_of("network: {chanels: 3}"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of("network: {dropout: 2}"), ErrorCode::kInvalidArgument);
}

}  // namespace videopose::internal::train_lifter_test
