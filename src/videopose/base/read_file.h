// SPDX-License-Identifier: Apache-2.0

// Whole files in memory. Whatever the system has against it (no such file, no rights, a folder, a
// disk that fails) is an Error with the file and the system's reason.

#ifndef VIDEOPOSE_BASE_READ_FILE_H_
#define VIDEOPOSE_BASE_READ_FILE_H_

#include <cstddef>
#include <filesystem>
#include <string>

namespace videopose::internal {

std::string ReadFile(const std::filesystem::path& path);

// The first `bytes`, or all of a shorter file.
std::string ReadBeginning(const std::filesystem::path& path, size_t bytes);

// What may be unpacked from a file of so many bytes: small ones of ours, of many people who are
// mostly unseen, grow to a hundred times their size, but none that is not malicious to more.
double MostBytesFrom(double file_bytes);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_READ_FILE_H_
