// SPDX-License-Identifier: Apache-2.0

// Folders for the files that tests write. Every process has a root of its own under the system's
// folder for temporary files, so tests can run beside each other; it is removed when the process
// ends.

#ifndef VIDEOPOSE_TESTS_SUPPORT_TEST_FOLDER_H_
#define VIDEOPOSE_TESTS_SUPPORT_TEST_FOLDER_H_

#include <filesystem>
#include <string_view>

namespace videopose::internal {

// The running test's folder, empty at first. Outside of a test (set-up of a whole suite, static
// objects) it is one for the whole program.
std::filesystem::path TestFolder();

// A folder of this name in the running test's, made empty.
std::filesystem::path EmptyFolder(std::string_view name);

// For what several tests share and a static object keeps.
std::filesystem::path ProgramFolder();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TESTS_SUPPORT_TEST_FOLDER_H_
