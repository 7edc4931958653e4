// SPDX-License-Identifier: Apache-2.0

// Results as Open Sound Control 1.0, for engines and Blender add-ons that receive it. First a
// packet about the frame, then bundles with the joints of one person each:
//
//   /videopose/frame ,ifi                     number, seconds, how many people
//   /videopose/ID/joints/right_knee ,fff      metres, camera frame, relative to the hip
//   /videopose/ID/world/right_knee ,fff       metres in the world, z up

#ifndef VIDEOPOSE_LIVE_OSC_H_
#define VIDEOPOSE_LIVE_OSC_H_

#include <string>
#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

// Each fits into one packet of any network (1500 bytes).
std::vector<std::string> OscPackets(const PeopleInFrame& frame);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIVE_OSC_H_
