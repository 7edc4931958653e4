// What somebody wears, as a histogram of colours: tells people apart after they crossed.

#ifndef VIDEOPOSE_TRACK_CLOTHING_H_
#define VIDEOPOSE_TRACK_CLOTHING_H_

#include <array>
#include <span>

#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose {

// Shares of the colours on the trunk and on the thighs: per part four greys from black to white,
// then eight hues, each dark and bright. A part's shares sum to 1, or to 0 where it lies outside
// the picture.
struct Clothing {
  static constexpr int kParts = 2;
  static constexpr int kColours = 4 + 2 * 8;
  std::array<std::array<float, kColours>, kParts> shares{};
};

// landmarks: BlazePose's 33.
Clothing ClothingOf(const Image& image, std::span<const Landmark> landmarks);

// Bhattacharyya's coefficient sum sqrt(p q), the mean over the parts that both have: 0 nothing in
// common, 1 the same; -1 where there is nothing to compare.
float Similarity(const Clothing& a, const Clothing& b);

// Moves `mean` towards `seen` by `weight`; a part that one lacks is taken from the other.
void Blend(const Clothing& seen, float weight, Clothing& mean);

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_CLOTHING_H_
