// SPDX-License-Identifier: Apache-2.0

// Descriptions of the data sets that `run` reads, for `videopose info`.

#ifndef VIDEOPOSE_CLI_DATASET_INFO_H_
#define VIDEOPOSE_CLI_DATASET_INFO_H_

#include <string>

#include "videopose/arrays/npz.h"

namespace videopose::internal {

// Whether these are arrays of such a set.
bool IsDataset(const NpzReader& npz);
// Subjects, actions, cameras, frames and ranges of data_3d_* and data_2d_*.
std::string DescribeDataset(const NpzReader& npz);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_DATASET_INFO_H_
