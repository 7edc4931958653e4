// SPDX-License-Identifier: Apache-2.0

// The closing lines of a command.

#ifndef VIDEOPOSE_CLI_SUMMARY_H_
#define VIDEOPOSE_CLI_SUMMARY_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/detect.h"
#include "videopose/ground.h"
#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose::internal {

// "230 frames, 1 person seen in 228 of them, 5.1 s (1.5 x real time)", and what was written.
std::string FormatSummary(const KeypointSequence& keypoints, double elapsed_s,
                          const std::vector<std::filesystem::path>& files);
void PrintSummary(const KeypointSequence& keypoints, double elapsed_s,
                  const std::vector<std::filesystem::path>& files);

// A table of people: when seen, height in the image, mean confidence. `tracks`: of
// `keypoints.people`.
std::string FormatPeople(const std::vector<TrackSummary>& tracks,
                         const KeypointSequence& keypoints);

// "ground: camera 1.52 m over the floor, looking down by 4 degrees, focal length 1234 px", and how
// to say the lens where it was assumed; without a camera the rung of the ladder that was reached.
std::string FormatGround(const Motion& motion, const GroundOptions& options);

// One line where a person in `file` has an impossible height, so that its unit of length will not
// be that of its format (LengthUnitOf_m), in which it was read; else empty.
std::string SizeWarning(const Motion& motion, const std::filesystem::path& file,
                        double length_unit_m);

// "rate: taken at 240 frames a second, played at 30: ..."; empty where a video plays as it was
// taken.
std::string FormatCaptureRate(const VideoInfo& video);

// A warning on stderr, if there is one.
void PrintDecodeWarnings(const std::string& warnings);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_SUMMARY_H_
