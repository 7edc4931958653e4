// SPDX-License-Identifier: Apache-2.0

// The identities from frame to frame, where a file does not say.

#ifndef VIDEOPOSE_IMPORT_TRACKS_H_
#define VIDEOPOSE_IMPORT_TRACKS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "videopose/import/detections.h"

namespace videopose::internal {

struct AssignedTracks {
  std::vector<std::optional<int64_t>> of_detections;  // none: left out
  std::string note;  // what was decided against the file, a line; empty: nothing
};

// A track of each detection, which stand in the order of their frames; the same points in all.
//
// The file's own, if every detection has one. Where a track is in a frame twice, the detection that
// is more similar to the track's last one is it, and the other is left out; but where more than one
// frame and a twentieth of all have such, tracks are none. Else detections
// are joined to the people seen up to a second or so before, the most similar first:
//   similarity = mean over joints seen in both of exp(-d^2 / (2 (0.2 s)^2 n)),
// d: the distance, s: the square root of the area of the box round the person, n: how many frames
// lie between (COCO's object keypoint similarity, with one wide tolerance for all joints). A
// detection similar to no person (below 0.1) is new. Numbered from 1 in the order of first
// appearance. Throws Error, with `what`, for more people in a frame than an image can hold.
AssignedTracks AssignTracks(std::span<const Detection> detections, const std::string& what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_TRACKS_H_
