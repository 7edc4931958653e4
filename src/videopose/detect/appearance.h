// SPDX-License-Identifier: Apache-2.0

// An appearance descriptor: colour histograms of trunk and thighs, by which people are told apart
// after they crossed.

#ifndef VIDEOPOSE_DETECT_APPEARANCE_H_
#define VIDEOPOSE_DETECT_APPEARANCE_H_

#include <span>

#include "videopose/detect.h"
#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose::internal {

// keypoints: COCO's 17.
Appearance AppearanceOf(const Image& image, std::span<const Keypoint> keypoints);

// Bhattacharyya's coefficient sum sqrt(p q), the mean over the parts that both have: 0 nothing in
// common, 1 the same; -1 where there is nothing to compare.
float SimilarityOf(const Appearance& a, const Appearance& b);

// Moves `mean` towards `seen` by `weight`; a part that one lacks is taken from the other.
void Blend(const Appearance& seen, float weight, Appearance& mean);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_APPEARANCE_H_
