#include "videopose/cli/summary.h"

#include <fmt/format.h>

#include <algorithm>

namespace videopose {
namespace {

int64_t FramesWithAnybody(const KeypointSequence& keypoints) {
  int64_t count = 0;
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    count += std::any_of(
        keypoints.people.begin(), keypoints.people.end(),
        [&](const PersonKeypoints& p) { return IsSeen(p.frame(t, keypoints.joint_count())); });
  }
  return count;
}

int64_t PeopleSeen(const KeypointSequence& keypoints) {
  return std::count_if(
      keypoints.people.begin(), keypoints.people.end(),
      [&](const PersonKeypoints& p) { return !SeenRanges(p, keypoints.joint_count()).empty(); });
}

}  // namespace

std::string FormatSummary(const KeypointSequence& keypoints, double elapsed_s,
                          const std::vector<std::filesystem::path>& files) {
  const int64_t people = PeopleSeen(keypoints);
  const double length_s =
      keypoints.fps > 0 ? static_cast<double>(keypoints.frame_count) / keypoints.fps : 0;
  std::string text = fmt::format("{} frames, ", keypoints.frame_count);
  if (people == 0) {
    text += "nobody seen";
  } else {
    text += fmt::format("{} {} seen in {} of them", people, people == 1 ? "person" : "people",
                        FramesWithAnybody(keypoints));
  }
  text += fmt::format(", {:.1f} s ({:.2g} x real time)", elapsed_s,
                      length_s / std::max(elapsed_s, 1e-3));
  for (const std::filesystem::path& file : files) text += fmt::format("\nwrote {}", file.string());
  return text + "\n";
}

void PrintSummary(const KeypointSequence& keypoints, double elapsed_s,
                  const std::vector<std::filesystem::path>& files) {
  fmt::print("{}", FormatSummary(keypoints, elapsed_s, files));
}

void PrintDamage(const std::string& damage) {
  if (!damage.empty()) fmt::print(stderr, "videopose: {}\n", damage);
}

}  // namespace videopose
