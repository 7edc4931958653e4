// SPDX-License-Identifier: Apache-2.0

// Which part of a data set a training or an evaluation uses.

#ifndef VIDEOPOSE_DATA_DATA_OPTIONS_H_
#define VIDEOPOSE_DATA_DATA_OPTIONS_H_

#include <string>
#include <vector>

#include "videopose/config/options.h"
#include "videopose/data/dataset.h"

namespace videopose::internal {

struct DataOptions {
  DatasetOptions dataset;
  std::vector<std::string> train_subjects = {"S1", "S5", "S6", "S7", "S8"};
  std::vector<std::string> test_subjects = {"S9", "S11"};
  // Any: semi-supervised. If the unlabelled part is the user's videos, which of them.
  std::vector<std::string> unlabeled_subjects;
  std::vector<std::string> action_prefixes;  // empty: all actions
  double subset = 1;                         // part of each training sequence
  int downsample = 1;                        // of all: every so many frames

  void Describe(OptionTable& table);
  // Throws OptionError.
  void Check() const;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_DATA_OPTIONS_H_
