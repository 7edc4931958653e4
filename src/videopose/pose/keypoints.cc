#include "videopose/pose/keypoints.h"

#include <algorithm>

namespace videopose {
namespace {

constexpr int kLandmarkCount = 33;

float Mix(float a, float b, float weight_of_b) { return a + (b - a) * weight_of_b; }

}  // namespace

bool IsSeen(std::span<const Keypoint> frame) {
  return std::any_of(frame.begin(), frame.end(), [](const Keypoint& k) { return k.score > 0; });
}

std::vector<FrameRange> SeenRanges(const PersonKeypoints& person, int joint_count) {
  std::vector<FrameRange> ranges;
  const int64_t frame_count = static_cast<int64_t>(person.keypoints.size()) / joint_count;
  for (int64_t t = 0; t < frame_count; ++t) {
    if (!IsSeen(person.frame(t, joint_count))) continue;
    if (!ranges.empty() && ranges.back().end == t) {
      ++ranges.back().end;
    } else {
      ranges.push_back({t, t + 1});
    }
  }
  return ranges;
}

void FillShortGaps(PersonKeypoints& person, int joint_count, int64_t longest_gap_frames) {
  const std::vector<FrameRange> ranges = SeenRanges(person, joint_count);
  for (size_t i = 1; i < ranges.size(); ++i) {
    const int64_t before = ranges[i - 1].end - 1;
    const int64_t after = ranges[i].begin;
    if (after - before - 1 > longest_gap_frames) continue;
    for (int64_t t = before + 1; t < after; ++t) {
      const float weight = static_cast<float>(t - before) / static_cast<float>(after - before);
      for (int j = 0; j < joint_count; ++j) {
        const Keypoint& a = person.frame(before, joint_count)[static_cast<size_t>(j)];
        const Keypoint& b = person.frame(after, joint_count)[static_cast<size_t>(j)];
        // A joint that only one side saw has one place to be; one that neither saw stays unseen.
        const float shift = b.score <= 0 ? 0 : a.score <= 0 ? 1 : weight;
        const float score = a.score <= 0   ? b.score
                            : b.score <= 0 ? a.score
                                           : std::min(a.score, b.score);
        person.frame(t, joint_count)[static_cast<size_t>(j)] = {
            Mix(a.x_px, b.x_px, shift), Mix(a.y_px, b.y_px, shift), score / 2};
      }
      if (person.landmarks.empty()) continue;
      for (int k = 0; k < kLandmarkCount; ++k) {
        const auto at = [&](int64_t frame) -> Landmark& {
          return person.landmarks[static_cast<size_t>(frame * kLandmarkCount + k)];
        };
        const Landmark &a = at(before), &b = at(after);
        at(t) = {Mix(a.x_px, b.x_px, weight), Mix(a.y_px, b.y_px, weight),
                 Mix(a.z_px, b.z_px, weight), std::min(a.visibility, b.visibility) / 2};
      }
    }
  }
}

}  // namespace videopose
