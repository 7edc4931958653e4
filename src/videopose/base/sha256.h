// SPDX-License-Identifier: Apache-2.0

// SHA-256 of files, to tell whether a downloaded file is the one we know.

#ifndef VIDEOPOSE_BASE_SHA256_H_
#define VIDEOPOSE_BASE_SHA256_H_

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace videopose::internal {

// 64 lower-case hexadecimal digits.
std::string Sha256(std::span<const uint8_t> bytes);

// Reads the file piece by piece. Throws Error if it cannot be read.
std::string Sha256OfFile(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_SHA256_H_
