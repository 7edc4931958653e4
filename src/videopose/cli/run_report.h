// SPDX-License-Identifier: Apache-2.0

// Text and JSON about the network and the results of `videopose run`.

#ifndef VIDEOPOSE_CLI_RUN_REPORT_H_
#define VIDEOPOSE_CLI_RUN_REPORT_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "videopose/lift/architecture.h"
#include "videopose/train/epoch_record.h"
#include "videopose/train/evaluate.h"

namespace videopose::internal {

// "widths 3,3,3 (27 frames), 1024 channels, 8561715 parameters"
std::string DescribeNetwork(const TemporalArchitecture& network);

// For --report.
struct RunReport {
  TemporalArchitecture network;
  int64_t test_frames = 0;
  std::optional<int64_t> train_frames, unlabeled_frames;
  std::vector<EpochRecord> epochs;
  std::vector<Evaluation> evaluations;
};

// As JSON, atomically. Throws Error, e.g. on a full disk.
void WriteRunReport(const std::filesystem::path& path, const RunReport& report);

// One line for each epoch of a training: a heading, then the rows. Both end with a newline.
std::string EpochTableHeading(bool evaluated, bool semi_supervised);
std::string EpochTableRow(const EpochRecord& record);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RUN_REPORT_H_
