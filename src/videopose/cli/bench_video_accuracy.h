// SPDX-License-Identifier: Apache-2.0

// videopose bench video-accuracy, and the columns that it shares with bench lift-accuracy.

#ifndef VIDEOPOSE_CLI_BENCH_VIDEO_ACCURACY_H_
#define VIDEOPOSE_CLI_BENCH_VIDEO_ACCURACY_H_

#include <functional>
#include <string>

#include "videopose/metrics.h"

namespace CLI {
class App;
}

namespace videopose::internal {

std::function<int()> ConfigureBenchVideo(CLI::App& app);

// The limbs' errors, mm and degrees: a table's columns.
std::string LimbErrorHeading();
std::string LimbErrorText(const BodyErrors& errors);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_BENCH_VIDEO_ACCURACY_H_
