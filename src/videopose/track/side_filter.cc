// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/side_filter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace videopose::internal {
namespace {

// Chosen on motion capture (exchanges of 1 to 40 frames; spins) and on four real clips. Costs are
// shares of the body's size.
constexpr double kVelocity = 0.8;  // share of the last step's velocity that is expected to go on
constexpr double kMostCost = 0.5;  // of a joint
constexpr double kChange = 0.004, kChangeByNoise = 1;
constexpr double kLeavingOut = 0.004, kLeavingOutByNoise = 1;  // a frame
constexpr double kOneOfTwo = 0.5;  // arms or legs alone: half of the evidence, half of the price
constexpr double kExchangedPerS = 0.05;
constexpr double kEndsExchanged = 1;  // at a run's beginning and end
constexpr double kSureStep_s = 0.04;  // over longer steps a quick turn looks like a swap
constexpr double kLook = 0.5, kMostOfLook = 0.005;
constexpr double kDoubt = 0.005;
constexpr double kLongestStep_s = 0.25, kLongestBlend_s = 0.1;
constexpr size_t kMostLeftOut = 25;  // at very high frame rates, to bound the work
constexpr double kScaleMemory_s = 0.5, kNoiseMemory_s = 0.5;
constexpr double kFirstNoise = 0.015, kLeastNoise = 0.0005;
constexpr double kJoints = 12;
constexpr double kImpossible = std::numeric_limits<double>::infinity();
constexpr double kRounding_s = 1e-6;

Vec2d PlaceOf(const Keypoint& p) {
  return {static_cast<double>(p.x_px), static_cast<double>(p.y_px)};
}

bool AreSeen(const std::array<Keypoint, 2>& pair) { return IsSeen(pair[0]) && IsSeen(pair[1]); }

}  // namespace

Exchanged LimbsOf(std::string_view joint_name) {
  const auto is_any = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) {
      return joint_name.find(word) != std::string_view::npos;
    });
  };
  if (is_any({"hip", "knee", "ankle", "heel", "foot", "toe"})) return kLegsExchanged;
  if (is_any({"shoulder", "elbow", "wrist", "pinky", "index", "thumb"})) return kArmsExchanged;
  return kAllExchanged;
}

SideFilter::SideFilter(const KeypointLayout& layout) : noise_(kFirstNoise) {
  constexpr std::array<const char*, kPairs> kNames = {"shoulder", "elbow", "wrist",
                                                      "hip",      "knee",  "ankle"};
  for (size_t i = 0; i < kPairs; ++i) {
    joints_[i] = {layout.IndexOf(std::string("left_") + kNames[i]),
                  layout.IndexOf(std::string("right_") + kNames[i])};
  }
}

bool SideFilter::BreaksOff(double time_s) const {
  return !frames_.empty() && time_s - frames_.back().time_s > kLongestStep_s + kRounding_s;
}

SideFilter::Frame SideFilter::MakeFrame(double time_s, std::span<const Keypoint> keypoints) const {
  Frame frame{.time_s = time_s, .limbs = {}};
  for (size_t i = 0; i < kPairs && !keypoints.empty(); ++i) {
    for (const size_t side : {0, 1}) {
      if (joints_[i][side] < 0) continue;
      frame.limbs[i][side] = keypoints[static_cast<size_t>(joints_[i][side])];
    }
  }
  return frame;
}

// The diagonal of the box around the limbs, over about the last half second.
void SideFilter::FollowScale(const Frame& now) {
  Vec2d least = {kImpossible, kImpossible}, most = {-kImpossible, -kImpossible};
  for (const auto& pair : now.limbs) {
    for (const Keypoint& point : pair) {
      if (!IsSeen(point)) continue;
      const Vec2d at = PlaceOf(point);
      least = {std::min(least.x, at.x), std::min(least.y, at.y)};
      most = {std::max(most.x, at.x), std::max(most.y, at.y)};
    }
  }
  if (!(most.x >= least.x)) return;
  const double step_s = frames_.empty() ? kImpossible : now.time_s - frames_.back().time_s;
  scale_px_ +=
      (1 - std::exp(-step_s / kScaleMemory_s)) * (std::max(1.0, Norm(most - least)) - scale_px_);
}

// A running median of what a step costs that exchanges nothing: changes themselves leave no trace.
void SideFilter::FollowNoise(const Frame& now) {
  if (frames_.size() < 2) return;
  double cost = 0;
  for (const int limbs : {0, 1}) {
    cost +=
        CostOfMotion(now, false, frames_.back(), false, &frames_[frames_.size() - 2], false, limbs);
  }
  const double step = 1 + (now.time_s - frames_.back().time_s) / kNoiseMemory_s;
  noise_ = std::max(kLeastNoise, cost > noise_ ? noise_ * step : noise_ / step);
}

double SideFilter::OffBy(Vec2d off_px) const {
  return std::min(Norm(off_px) / scale_px_, kMostCost) / kJoints;
}

double SideFilter::CostOfMotion(const Frame& now, bool is_now, const Frame& from, bool was_from,
                                const Frame* first, bool was_first, int limbs) const {
  const double ratio =
      first == nullptr ? 0 : (now.time_s - from.time_s) / (from.time_s - first->time_s);
  double cost = 0;
  const size_t begin = limbs == 0 ? 0 : kPairs / 2;
  for (size_t i = begin; i < begin + kPairs / 2; ++i) {
    if (!AreSeen(now.limbs[i]) || !AreSeen(from.limbs[i])) continue;
    const bool has_velocity = first != nullptr && AreSeen(first->limbs[i]);
    for (const size_t side : {0, 1}) {
      const auto at = [&](const Frame& frame, bool is_exchanged) {
        return PlaceOf(frame.limbs[i][is_exchanged ? 1 - side : side]);
      };
      Vec2d expected = at(from, was_from);
      if (has_velocity) {
        expected = expected + kVelocity * ratio * (expected - at(*first, was_first));
      }
      cost += OffBy(at(now, is_now) - expected);
    }
  }
  return cost;
}

// Of the frames left out before `now`, for limbs that change, or that only move on from one end to
// the other.
double SideFilter::CostOfBlend(const Frame& now, size_t left_out, bool is_change, int limbs) const {
  const size_t pairs = kPairs / 2, begin = limbs == 0 ? 0 : pairs;
  const size_t from = frames_.size() - 1 - left_out;
  double cost = 0;
  for (size_t k = from + 1; k < frames_.size(); ++k) {
    const double u =
        (frames_[k].time_s - frames_[from].time_s) / (now.time_s - frames_[from].time_s);
    // Half of the way from the middle of a pair to its left joint, expected and seen.
    std::array<Vec2d, kPairs / 2> expected, seen, middle;
    double along = 0, squared = 0;
    for (size_t i = 0; i < pairs; ++i) {
      const auto &a = frames_[from].limbs[begin + i], &b = now.limbs[begin + i],
                 &at = frames_[k].limbs[begin + i];
      if (!AreSeen(a) || !AreSeen(b) || !AreSeen(at)) continue;
      const size_t left = is_change ? 1 : 0;
      const auto between = [&](size_t side) {
        return (1 - u) * PlaceOf(a[side]) + u * PlaceOf(b[side == 0 ? left : 1 - left]);
      };
      expected[i] = 0.5 * (between(0) - between(1));
      seen[i] = 0.5 * (PlaceOf(at[0]) - PlaceOf(at[1]));
      middle[i] = 0.5 * (PlaceOf(at[0]) + PlaceOf(at[1]) - between(0) - between(1));
      along += Dot(seen[i], expected[i]);
      squared += Dot(expected[i], expected[i]);
    }
    const double blend = is_change ? (squared > 0 ? std::clamp(along / squared, -1.0, 1.0) : 0) : 1;
    for (size_t i = 0; i < pairs; ++i) {
      const Vec2d off = seen[i] - blend * expected[i];
      cost += OffBy(middle[i] + off) + OffBy(middle[i] - off);
    }
  }
  return cost;
}

// By limbs, and whether they are exchanged now. Only the difference counts: another look need not
// agree in the places.
std::array<std::array<double, 2>, 2> SideFilter::CostsOfLook(const Frame& now,
                                                             const Frame& look) const {
  std::array<std::array<double, 2>, 2> costs{};
  for (size_t i = 0; i < kPairs; ++i) {
    if (!AreSeen(now.limbs[i]) || !AreSeen(look.limbs[i])) continue;
    for (const size_t is_exchanged : {0, 1}) {
      for (const size_t side : {0, 1}) {
        costs[2 * i / kPairs][is_exchanged] +=
            OffBy(PlaceOf(now.limbs[i][side ^ is_exchanged]) - PlaceOf(look.limbs[i][side]));
      }
    }
  }
  for (auto& of_limbs : costs) {
    const double difference = of_limbs[1] - of_limbs[0];
    of_limbs = {std::clamp(-kLook * difference, 0.0, kMostOfLook),
                std::clamp(kLook * difference, 0.0, kMostOfLook)};
  }
  return costs;
}

// Arrives from the frame before, or from one further back with `left_out` frames in between.
void SideFilter::Step(size_t left_out, Frame& now) const {
  const size_t at = frames_.size() - 1 - left_out;
  const Frame& from = frames_[at];
  const double step_s = (now.time_s - from.time_s) / static_cast<double>(left_out + 1);
  const double price_of_change =
      std::max(1.0, step_s / kSureStep_s) *
      (kChange + kChangeByNoise * noise_ +
       static_cast<double>(left_out) * (kLeavingOut + kLeavingOutByNoise * noise_));
  // What is far away may be farther off.
  const double reach = 1 + static_cast<double>(left_out) / 2;
  std::array<std::array<double, 2>, 2> blend{};  // by limbs, and whether they change
  for (const int limbs : {0, 1}) {
    for (const int is_change : {0, 1}) {
      if (left_out > 0) blend[limbs][is_change] = CostOfBlend(now, left_out, is_change != 0, limbs);
    }
  }
  std::array<double, kExchangedStates> so_far;
  for (Exchanged state = 0; state < kExchangedStates; ++state) {
    so_far[state] = kImpossible;
    for (const auto& of_before : now.costs) {
      so_far[state] = std::min(so_far[state], of_before[state]);
    }
  }
  for (Exchanged was = 0; was < kExchangedStates; ++was) {
    for (Exchanged state = 0; state < kExchangedStates; ++state) {
      const auto change = static_cast<Exchanged>(was ^ state);
      if (left_out > 0 && change == kNoneExchanged) continue;
      double price = blend[0][change & 1] + blend[1][change >> 1];
      if (change != kNoneExchanged) {
        price += (change == kAllExchanged ? 1 : kOneOfTwo) * price_of_change;
      }
      if (state != kNoneExchanged) price += kExchangedPerS * (now.time_s - from.time_s);
      const uint8_t before = left_out > 0 ? kLeftOut : was;
      for (uint8_t earlier = 0; earlier <= kExchangedStates; ++earlier) {
        double cost = from.costs[earlier][was] + price;
        // Motion only adds to it.
        if (cost >= (left_out > 0 ? so_far[state] : now.costs[before][state])) continue;
        const Origin& origin = from.origins[earlier][was];
        const Frame* first = origin.frames_back == 0 ? nullptr : &frames_[at - origin.frames_back];
        for (const int limbs : {0, 1}) {
          cost += CostOfMotion(now, state >> limbs & 1, from, was >> limbs & 1, first,
                               origin.node.state >> limbs & 1, limbs) /
                  reach;
        }
        if (cost >= now.costs[before][state]) continue;
        now.costs[before][state] = cost;
        now.origins[before][state] = {static_cast<uint8_t>(left_out + 1), {earlier, was}};
      }
    }
  }
}

SideFilter::OfNodes<SideFilter::Origin> SideFilter::Push(
    double time_s, std::span<const Keypoint> keypoints,
    std::span<const std::vector<Keypoint>> other_looks) {
  if (BreaksOff(time_s)) frames_.clear();
  Frame now = MakeFrame(time_s, keypoints);
  FollowScale(now);
  for (auto& of_before : now.costs) of_before.fill(kImpossible);
  if (frames_.empty()) {
    noise_ = kFirstNoise;
    now.costs[kLeftOut] = {0, kEndsExchanged, kEndsExchanged, kEndsExchanged};
  } else {
    FollowNoise(now);
    Step(0, now);
    const double longest_s = kLongestBlend_s + kRounding_s;
    for (size_t left_out = 1; left_out + 1 < frames_.size() && left_out <= kMostLeftOut;
         ++left_out) {
      const double span_s = time_s - frames_[frames_.size() - 1 - left_out].time_s;
      const auto share = static_cast<double>(left_out) / static_cast<double>(left_out + 1);
      if (share * span_s > longest_s) break;
      Step(left_out, now);
    }
  }
  for (const std::vector<Keypoint>& look : other_looks) {
    const auto costs = CostsOfLook(now, MakeFrame(time_s, look));
    for (auto& of_before : now.costs) {
      for (Exchanged state = 0; state < kExchangedStates; ++state) {
        of_before[state] += costs[0][state & 1] + costs[1][state >> 1];
      }
    }
  }
  frames_.push_back(now);
  // Blends may follow each other, and each with the frames around it may take 0.2 s.
  while (frames_.size() > 3 && frames_[1].time_s < time_s - 5 * kLongestBlend_s) {
    frames_.pop_front();
  }
  return now.origins;
}

SideFilter::Node SideFilter::Likeliest(bool ends_here) const {
  Node likeliest;
  double least = kImpossible;
  for (uint8_t before = 0; before <= kExchangedStates; ++before) {
    for (Exchanged state = 0; state < kExchangedStates; ++state) {
      double cost = frames_.back().costs[before][state];
      if (ends_here && state != kNoneExchanged) cost += kEndsExchanged;
      if (cost >= least) continue;
      least = cost;
      likeliest = {before, state};
    }
  }
  return likeliest;
}

bool SideFilter::IsDoubtful() const {
  double none = kImpossible, other = kImpossible;
  for (const auto& of_before : frames_.back().costs) {
    none = std::min(none, of_before[kNoneExchanged]);
    other = std::min(other, *std::min_element(of_before.begin() + 1, of_before.end()));
  }
  return other < none + kDoubt;
}

}  // namespace videopose::internal
