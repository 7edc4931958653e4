#include <algorithm>

#include "videopose/pose.h"

namespace videopose {
namespace {

float Mix(float a, float b, float weight_of_b) { return a + (b - a) * weight_of_b; }

}  // namespace

bool IsSeen(std::span<const Keypoint> frame) {
  return std::any_of(frame.begin(), frame.end(), [](const Keypoint& k) { return k.score > 0; });
}

std::vector<FrameRange> SeenRanges(const PersonKeypoints& person) {
  std::vector<FrameRange> ranges;
  for (int64_t t = 0; t < person.keypoints.frame_count(); ++t) {
    if (!IsSeen(person.frame(t))) continue;
    if (!ranges.empty() && ranges.back().end == t) {
      ++ranges.back().end;
    } else {
      ranges.push_back({t, t + 1});
    }
  }
  return ranges;
}

void FillShortGaps(PersonKeypoints& person, int64_t longest_gap_frames) {
  const std::vector<FrameRange> ranges = SeenRanges(person);
  for (size_t i = 1; i < ranges.size(); ++i) {
    const int64_t before = ranges[i - 1].end - 1;
    const int64_t after = ranges[i].begin;
    if (after - before - 1 > longest_gap_frames) continue;
    for (int64_t t = before + 1; t < after; ++t) {
      const float weight = static_cast<float>(t - before) / static_cast<float>(after - before);
      for (int j = 0; j < person.keypoints.joint_count(); ++j) {
        const Keypoint& a = person.keypoints.at(before, j);
        const Keypoint& b = person.keypoints.at(after, j);
        // A joint seen on one side only takes that position; one seen on neither stays unseen.
        const float shift = b.score <= 0 ? 0 : a.score <= 0 ? 1 : weight;
        const float score = a.score <= 0   ? b.score
                            : b.score <= 0 ? a.score
                                           : std::min(a.score, b.score);
        person.keypoints.at(t, j) = {Mix(a.x_px, b.x_px, shift), Mix(a.y_px, b.y_px, shift),
                                     score / 2};
      }
      for (int k = 0; k < person.landmarks.joint_count(); ++k) {
        const Landmark &a = person.landmarks.at(before, k), &b = person.landmarks.at(after, k);
        person.landmarks.at(t, k) = {Mix(a.x_px, b.x_px, weight), Mix(a.y_px, b.y_px, weight),
                                     Mix(a.z_px, b.z_px, weight),
                                     std::min(a.visibility, b.visibility) / 2};
      }
    }
  }
}

}  // namespace videopose
