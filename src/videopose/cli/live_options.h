// SPDX-License-Identifier: Apache-2.0

// Options of the commands that lift frame by frame: `live` and `bench lift-accuracy`.

#ifndef VIDEOPOSE_CLI_LIVE_OPTIONS_H_
#define VIDEOPOSE_CLI_LIVE_OPTIONS_H_

#include <functional>

#include "videopose/lift/stream_weights.h"

namespace CLI {
class App;
}

namespace videopose::internal {

// --weights; `set` is called where it is given.
void AddWeightsOption(CLI::App& app, std::function<void(WeightPrecision)> set);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_LIVE_OPTIONS_H_
