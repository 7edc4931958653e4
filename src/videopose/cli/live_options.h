// SPDX-License-Identifier: Apache-2.0

// Options of the commands that lift frame by frame: `live` and `bench lift-accuracy`.

#ifndef VIDEOPOSE_CLI_LIVE_OPTIONS_H_
#define VIDEOPOSE_CLI_LIVE_OPTIONS_H_

#include <optional>

#include "videopose/lift/stream_weights.h"

namespace CLI {
class App;
}

namespace videopose::internal {

// --weights; left empty where it is not given. `precision` must stay where it is.
void AddWeightsOption(CLI::App& app, std::optional<WeightPrecision>& precision);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_LIVE_OPTIONS_H_
