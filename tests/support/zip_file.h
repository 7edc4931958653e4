// SPDX-License-Identifier: Apache-2.0

// Zip archives byte by byte: valid ones, and such as no program writes.

#ifndef VIDEOPOSE_TESTS_SUPPORT_ZIP_FILE_H_
#define VIDEOPOSE_TESTS_SUPPORT_ZIP_FILE_H_

#include <string>
#include <utility>
#include <vector>

namespace videopose::internal {

// Of names and contents, not compressed. `aliases` are further names of the last one: entries that
// share its bytes.
std::string ZipFile(const std::vector<std::pair<std::string, std::string>>& members,
                    const std::vector<std::string>& aliases = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TESTS_SUPPORT_ZIP_FILE_H_
