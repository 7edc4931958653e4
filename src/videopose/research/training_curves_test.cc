// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/training_curves.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::training_curves_test {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<EpochRecord> Epochs(int64_t first, int64_t last, bool semi) {
  std::vector<EpochRecord> records;
  for (int64_t epoch = first; epoch <= last; ++epoch) {
    const double fall = std::exp(-0.1 * static_cast<double>(epoch));
    EpochRecord record{.epoch = epoch, .train_mm = 40 + 30 * fall};
    record.poses = {.train_mm = 30 + 30 * fall, .valid_mm = 50 + 20 * fall};
    if (semi) record.semi = {90 * fall, 120 * fall, 0.01 * fall, 0.02 * fall, 0.03 * fall};
    records.push_back(record);
  }
  return records;
}

std::set<std::string> WrittenFor(const std::vector<EpochRecord>& records) {
  const fs::path folder = EmptyFolder("training_curves");
  ExportTrainingCurves(folder, records);
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    EXPECT_GT(entry.file_size(), 1000U) << entry.path();
    names.insert(entry.path().filename());
  }
  return names;
}

TEST(TrainingCurves, BeginWithTheFourthEpoch) {
  EXPECT_THAT(WrittenFor({}), IsEmpty());
  EXPECT_THAT(WrittenFor(Epochs(1, 3, false)), IsEmpty());
  EXPECT_THAT(WrittenFor(Epochs(1, 4, false)), ElementsAre("loss_3d.png", "loss_3d.svg"));
  EXPECT_THAT(WrittenFor(Epochs(31, 33, false)), ElementsAre("loss_3d.png", "loss_3d.svg"));
}

TEST(TrainingCurves, SemiSupervisedHaveThree) {
  EXPECT_THAT(WrittenFor(Epochs(1, 20, true)),
              ElementsAre("loss_2d.png", "loss_2d.svg", "loss_3d.png", "loss_3d.svg",
                          "loss_traj.png", "loss_traj.svg"));
}

TEST(TrainingCurves, EpochsWithoutEvaluationLeaveGaps) {
  std::vector<EpochRecord> records = Epochs(4, 6, true);
  records[0].poses.reset();
  records[0].semi.reset();
  EXPECT_EQ(WrittenFor(records).size(), 6U);
  for (EpochRecord& record : records) record.poses.reset();
  records[2].semi.reset();
  EXPECT_THAT(WrittenFor(records), ElementsAre("loss_3d.png", "loss_3d.svg"));
}

TEST(TrainingCurves, SayWhenTheFolderIsNotThere) {
  EXPECT_THROW(ExportTrainingCurves(TestFolder() / "no such folder", Epochs(1, 5, false)), Error);
}

}  // namespace videopose::internal::training_curves_test
