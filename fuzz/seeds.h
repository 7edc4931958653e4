// SPDX-License-Identifier: Apache-2.0

// Valid inputs, which a fuzzer changes: small files of tests/data, and what our own writers make.

#ifndef VIDEOPOSE_FUZZ_SEEDS_H_
#define VIDEOPOSE_FUZZ_SEEDS_H_

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/formats/file_formats.h"

namespace videopose::internal {

using Seeds = std::vector<std::string>;

// A folder of this process, removed at its end.
std::filesystem::path SeedFolder();

// The first files of a folder of tests/data that are not too long.
Seeds FilesIn(const char* path, size_t most = 4);
// Zip archives of tests/data, as they are and as members.
Seeds ZipSeeds(std::initializer_list<const char*> paths);

Seeds NpySeeds();
Seeds PickleSeeds();
Seeds TorchSeeds();  // a network of one channel
Seeds MatSeeds();
Seeds Hdf5Seeds();
Seeds ArchiveSeeds();
Seeds MotionSeeds(const FileFormat& format);  // a small clip of our own
Seeds KeypointSeeds(std::string_view format);
Seeds ConfigSeeds();
Seeds CalibrationSeeds();
Seeds TfliteSeeds();
Seeds NumberSeeds();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_FUZZ_SEEDS_H_
