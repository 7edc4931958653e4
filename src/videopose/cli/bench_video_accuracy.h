// SPDX-License-Identifier: Apache-2.0

// videopose bench video-accuracy, and the columns that it shares with bench lift-accuracy.

#ifndef VIDEOPOSE_CLI_BENCH_VIDEO_ACCURACY_H_
#define VIDEOPOSE_CLI_BENCH_VIDEO_ACCURACY_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "videopose/metrics.h"

namespace CLI {
class App;
}

namespace videopose::internal {

std::function<int()> ConfigureBenchVideo(CLI::App& app);

// The limbs' errors, mm and degrees: a table's columns.
std::string LimbErrorHeading();
std::string LimbErrorText(const BodyErrors& errors);

// Tables with a row for each of the errors: of joints, left and right together, in mm; of how much
// more knees and elbows are bent than the truth, by how much that is bent.
using NamedErrors = std::vector<std::pair<std::string, BodyErrors>>;
std::string JointErrorTable(const NamedErrors& rows);
std::string FlexionBiasTable(const NamedErrors& rows);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_BENCH_VIDEO_ACCURACY_H_
