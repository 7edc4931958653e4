// SPDX-License-Identifier: Apache-2.0

#include "videopose/prepare/humaneva_frames.h"

namespace videopose::internal {

std::span<const HumanEvaRecording> HumanEvaRecordings() {
  // From the synchronisation files and the partition that HumanEva distributes.
  static constexpr std::array<HumanEvaRecording, 15> kRecordings = {{
      {"S1", "Walking 1", {82, 81, 82}, {590, 1203}, {5, 590}},
      {"S1", "Jog 1", {51, 51, 50}, {367, 740}, {5, 367}},
      {"S1", "ThrowCatch 1", {61, 61, 60}, {473, 945}, {5, 473}},
      {"S1", "Gestures 1", {45, 45, 44}, {395, 801}, {5, 395}},
      {"S1", "Box 1", {57, 57, 56}, {385, 789}, {5, 385}},
      {"S2", "Walking 1", {115, 115, 114}, {438, 876}, {5, 438}},
      {"S2", "Jog 1", {100, 100, 99}, {398, 795}, {5, 398}},
      {"S2", "ThrowCatch 1", {127, 127, 127}, {550, 1128}, {5, 550}},
      {"S2", "Gestures 1", {122, 122, 121}, {500, 901}, {5, 500}},
      {"S2", "Box 1", {119, 119, 117}, {382, 734}, {5, 382}},
      {"S3", "Walking 1", {80, 80, 80}, {448, 939}, {5, 448}},
      {"S3", "Jog 1", {65, 65, 65}, {401, 842}, {5, 401}},
      {"S3", "ThrowCatch 1", {79, 79, 79}, {493, 1027}, {5, 493}},
      {"S3", "Gestures 1", {83, 83, 82}, {533, 1102}, {5, 533}},
      {"S3", "Box 1", {1, 1, 1}, {512, 1021}, {5, 512}},
  }};
  return kRecordings;
}

const HumanEvaRecording* FindHumanEvaRecording(std::string_view subject, std::string_view action) {
  for (const HumanEvaRecording& recording : HumanEvaRecordings()) {
    if (recording.subject == subject && recording.action == action) return &recording;
  }
  return nullptr;
}

}  // namespace videopose::internal
