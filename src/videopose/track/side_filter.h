// SPDX-License-Identifier: Apache-2.0

// Whether a detector exchanged left and right of a body, or of its arms or legs alone, judged from
// frame to frame: a hidden Markov model of second order. Joints move on as they moved before, and
// sides are rarely exchanged. Each frame costs
//
//   mean over the limbs' 12 joints of min(|x_t - (x_u + v q (x_u - x_w))| / s, c)
//   + the same of |x_t - y_t|, as far as states differ in it, of each other look y
//   + a price for each change, and for time spent exchanged
//
// with x exchanged as the state says, u the frame before and w the one before that, q the ratio of
// the time steps, and s the body's size. At a change a few frames may be left out in which both
// sides are blended: (a + b) / 2 +- f (a - b) / 2, where a and b are the joints of a pair; these
// cost their distance from that. Prices grow with the noise of the keypoints.
//
// Followed forwards it judges each frame by the past; traced back from the end
// (track/side_corrector.h), by the whole run.

#ifndef VIDEOPOSE_TRACK_SIDE_FILTER_H_
#define VIDEOPOSE_TRACK_SIDE_FILTER_H_

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose::internal {

// What is exchanged, as bits.
using Exchanged = uint8_t;
inline constexpr Exchanged kNoneExchanged = 0, kArmsExchanged = 1, kLegsExchanged = 2,
                           kAllExchanged = 3;
inline constexpr Exchanged kExchangedStates = 4;

// The limbs that a joint of this name belongs to: kArmsExchanged, kLegsExchanged, or (eyes, ears)
// kAllExchanged.
Exchanged LimbsOf(std::string_view joint_name);

class SideFilter {
 public:
  // What the likeliest course before a frame depends on: the state in it, and the state in the
  // frame before, or kLeftOut where that was a blend, or where there was none.
  static constexpr uint8_t kLeftOut = kExchangedStates;
  struct Node {
    uint8_t before = kLeftOut;
    Exchanged state = kNoneExchanged;
  };
  template <typename T>
  using OfNodes = std::array<std::array<T, kExchangedStates>, kExchangedStates + 1>;
  // The node that a node's likeliest course came through; frames between are left out.
  struct Origin {
    uint8_t frames_back = 0;
    Node node;
  };

  explicit SideFilter(const KeypointLayout& layout = Coco17());

  // A frame so much later begins a new run: it is not compared with those before.
  bool BreaksOff(double time_s) const;
  // The next frame's keypoints, and those of other looks at the body.
  OfNodes<Origin> Push(double time_s, std::span<const Keypoint> keypoints,
                       std::span<const std::vector<Keypoint>> other_looks);

  // The likeliest node of the last frame, judged by the past. `ends_here`: no run ends exchanged.
  Node Likeliest(bool ends_here = false) const;
  // Whether any other state than kNoneExchanged is as likely.
  bool IsDoubtful() const;

 private:
  static constexpr size_t kPairs = 6;  // shoulders, elbows, wrists; hips, knees, ankles

  struct Frame {
    double time_s = 0;
    std::array<std::array<Keypoint, 2>, kPairs> limbs;  // left, right
    OfNodes<double> costs{};
    OfNodes<Origin> origins{};
  };

  Frame MakeFrame(double time_s, std::span<const Keypoint> keypoints) const;
  void FollowScale(const Frame& now);
  void FollowNoise(const Frame& now);
  void Step(size_t left_out, Frame& now) const;
  // Limbs: 0 the arms, 1 the legs.
  double CostOfMotion(const Frame& now, bool is_now, const Frame& from, bool was_from,
                      const Frame* first, bool was_first, int limbs) const;
  double CostOfBlend(const Frame& now, size_t left_out, bool is_change, int limbs) const;
  std::array<std::array<double, 2>, 2> CostsOfLook(const Frame& now, const Frame& look) const;
  double OffBy(Vec2d off_px) const;

  std::array<std::array<int, 2>, kPairs> joints_;  // of the layout; -1: none
  std::deque<Frame> frames_;                       // the last of this run
  double scale_px_ = 1;
  double noise_ = 0;  // median cost of motion where nothing changes
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_SIDE_FILTER_H_
