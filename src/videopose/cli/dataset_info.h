// What `videopose info` says of data sets, raw and converted.

#ifndef VIDEOPOSE_CLI_DATASET_INFO_H_
#define VIDEOPOSE_CLI_DATASET_INFO_H_

#include <filesystem>
#include <string>

#include "videopose/io/npz.h"

namespace videopose {

// Whether these are arrays of a data set that `run` reads.
bool IsDataset(const NpzReader& npz);
// Subjects, actions, cameras, frames and ranges of data_3d_* and data_2d_*.
std::string DescribeDataset(const NpzReader& npz);

std::string DescribeCdf(const std::filesystem::path& path);
std::string DescribeMat(const std::filesystem::path& path);
std::string DescribeHdf5(const std::filesystem::path& path);
// How many files of which kind are in it.
std::string DescribeArchive(const std::filesystem::path& path);

}  // namespace videopose

#endif  // VIDEOPOSE_CLI_DATASET_INFO_H_
