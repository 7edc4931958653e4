// The closing lines of a command.

#ifndef VIDEOPOSE_CLI_SUMMARY_H_
#define VIDEOPOSE_CLI_SUMMARY_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/pose/keypoints.h"

namespace videopose {

// "230 frames, 1 person seen in 228 of them, 5.1 s (1.5 x real time)", and what was written.
std::string FormatSummary(const KeypointSequence& keypoints, double elapsed_s,
                          const std::vector<std::filesystem::path>& files);
void PrintSummary(const KeypointSequence& keypoints, double elapsed_s,
                  const std::vector<std::filesystem::path>& files);

// A warning on stderr, if there is one.
void PrintDamage(const std::string& damage);

}  // namespace videopose

#endif  // VIDEOPOSE_CLI_SUMMARY_H_
