// SPDX-License-Identifier: Apache-2.0

// The people in a frame as one line of JSON, for programs that read the standard output, UDP
// packets or the page:
//
//   {"frame":12,"time_s":0.4,"delay_ms":8.1,"dropped":0,"width_px":640,"height_px":480,"people":[
//    {"id":1,"keypoints":[[x, y, score], ... 17],"joints":[[x, y, z], ... 17],"root":[x, y, z],
//     "world":[[x, y, z], ... 17]}]}
//
// keypoints: COCO's order, pixels. joints: Human3.6M's, metres, camera frame (x right, y down, z
// forward), relative to the hip; root: the hip in the camera frame; world: the joints in the world,
// z up, the floor at 0. Each only where known. Before "people", where the camera moves,
// "view_rotation", "view_zoom", "camera_rotation", "camera_position" and "focal_px", as files have
// them; "begins_scene":true in the first frame after a cut, or after a camera was lost.
// A single line, without its end.

#ifndef VIDEOPOSE_LIVE_JSON_LINE_H_
#define VIDEOPOSE_LIVE_JSON_LINE_H_

#include <string>

#include "videopose/engine/frame.h"
#include "videopose/pose.h"

namespace videopose::internal {

// delay_ms: from the frame's arrival to its result.
std::string JsonLine(const Frame& frame, const PeopleInFrame& people, double delay_ms);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIVE_JSON_LINE_H_
