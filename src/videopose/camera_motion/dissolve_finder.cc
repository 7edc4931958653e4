// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/dissolve_finder.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "videopose/camera_motion/grey_matrix.h"
#include "videopose/camera_motion/same_place.h"

namespace videopose::internal {
namespace {

constexpr int kThumbnailWidth_px = 64, kThumbnailHeight_px = 36;
// Lengths that are tried, in frames, and how many frames in between are looked at.
constexpr int kLengths[] = {96, 72, 54, 40, 30, 22, 16, 12, 9, 6};
constexpr int kBetween = 5;
constexpr double kLeastChange = 12;    // mean absolute, grey values
constexpr double kUnexplained = 0.15;  // of the change
constexpr double kUneven = 0.2;        // of the way from a to b
// The dissolve is over when a frame changes by less than this share of what its frames did.
constexpr double kAtRest = 0.4;
constexpr double kClearContrast = 12;
constexpr double kBlack = 24, kWhite = 232;  // mean grey values

std::vector<float> Thumbnail(const SmallImage& image) {
  cv::Mat small;
  cv::resize(GreyMatrix(image), small, {kThumbnailWidth_px, kThumbnailHeight_px}, 0, 0,
             cv::INTER_AREA);
  return {small.begin<uint8_t>(), small.end<uint8_t>()};
}

double MeanDifference(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::abs(b[i] - a[i]);
  return sum / static_cast<double>(a.size());
}

double MeanOf(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// m is about a + u (b - a), with a u near the expected one.
bool IsBetween(const std::vector<float>& a, const std::vector<float>& m,
               const std::vector<float>& b, double expected_u, double change) {
  double along = 0, length = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double way = b[i] - a[i];
    along += (m[i] - a[i]) * way;
    length += way * way;
  }
  const double u = along / length;
  if (std::abs(u - expected_u) > kUneven) return false;
  double unexplained = 0;
  for (size_t i = 0; i < a.size(); ++i) unexplained += std::abs(m[i] - a[i] - u * (b[i] - a[i]));
  return unexplained < kUnexplained * change * static_cast<double>(a.size());
}

}  // namespace

void DissolveFinder::Reset() { *this = {}; }

std::optional<int> DissolveFinder::Push(const SmallImage& frame, double contrast) {
  seen_.push_back({.image = frame, .thumbnail = Thumbnail(frame), .contrast = contrast});
  if (seen_.size() > kLongest + 1) seen_.pop_front();
  if (const std::optional<int> fade = EndOfFade()) return fade;
  const std::optional<Mixture> found = FindMixture();
  if (mixture_) {
    ++mixture_->length;
    if (!found || mixture_->length >= kLongest || IsAtRest(*mixture_)) {
      seen_.erase(seen_.begin(), seen_.end() - 1);
      return std::exchange(mixture_, std::nullopt)->length;
    }
    if (found->length > mixture_->length) mixture_ = found;
    return std::nullopt;
  }
  if (!found) return std::nullopt;
  const SmallImage& first = seen_[seen_.size() - 1 - static_cast<size_t>(found->length)].image;
  if (ShareFound(first, frame) < kOtherPlace) mixture_ = found;
  return std::nullopt;
}

std::optional<DissolveFinder::Mixture> DissolveFinder::FindMixture() const {
  const Seen& last = seen_.back();
  if (last.contrast < kClearContrast) return std::nullopt;
  for (const int length : kLengths) {
    if (length >= std::ssize(seen_)) continue;
    const auto begin = seen_.end() - 1 - length;
    if (begin->contrast < kClearContrast) continue;
    const double change = MeanDifference(begin->thumbnail, last.thumbnail);
    if (change < kLeastChange) continue;
    bool is_mixture = true;
    for (int i = 1; is_mixture && i <= kBetween; ++i) {
      const int at = (2 * i * length + kBetween + 1) / (2 * (kBetween + 1));
      is_mixture = IsBetween(begin->thumbnail, begin[at].thumbnail, last.thumbnail,
                             static_cast<double>(at) / length, change);
    }
    if (is_mixture) return Mixture{length, change};
  }
  return std::nullopt;
}

bool DissolveFinder::IsAtRest(const Mixture& mixture) const {
  const double step = MeanDifference(seen_[seen_.size() - 2].thumbnail, seen_.back().thumbnail);
  return step < kAtRest * mixture.change / mixture.length;
}

std::optional<int> DissolveFinder::EndOfFade() {
  const Seen& now = seen_.back();
  ++since_clear_;
  if (now.contrast < kClearContrast) {
    const double mean = MeanOf(now.thumbnail);
    was_blank_ = was_blank_ || (now.contrast < kBlankContrast && (mean < kBlack || mean > kWhite));
    return std::nullopt;
  }
  const bool is_other = was_blank_ && clear_ && ShareFound(*clear_, now.image) < kOtherPlace;
  const int length = since_clear_ - 1;
  clear_ = now.image;
  since_clear_ = 0;
  was_blank_ = false;
  return is_other ? std::optional(length) : std::nullopt;
}

}  // namespace videopose::internal
