// SPDX-License-Identifier: Apache-2.0

// Where one scene of a clip fades into the next one.

#ifndef VIDEOPOSE_CAMERA_MOTION_DISSOLVE_FINDER_H_
#define VIDEOPOSE_CAMERA_MOTION_DISSOLVE_FINDER_H_

#include <deque>
#include <optional>
#include <vector>

#include "videopose/camera_motion/small_image.h"

namespace videopose::internal {

// In a dissolve each frame is a mixture of its first and its last frame, a + u (b - a), and u grows
// evenly. Whatever moves in both scenes leaves a tenth of |b - a| unexplained; a camera or people
// that move leave a quarter and more. Light that changes is a mixture, too, but of one place. Fades
// through black, or white: the place after the blank frames is another one than before them.
class DissolveFinder {
 public:
  // In frames.
  static constexpr int kLongest = 96;

  // How many frames before this one belong to a dissolve or fade that has just ended; nothing
  // otherwise. Causal. `contrast`: the frame's Contrast().
  std::optional<int> Push(const SmallImage& frame, double contrast);
  // The next frame has nothing to do with those before it.
  void Reset();

 private:
  struct Seen {
    SmallImage image;
    std::vector<float> thumbnail;
    double contrast = 0;
  };
  struct Mixture {
    int length = 0;
    double change = 0;  // mean absolute, grey values
  };

  // The longest mixture that ends with the newest frame.
  std::optional<Mixture> FindMixture() const;
  // Whether hardly anything changes any more.
  bool IsAtRest(const Mixture& mixture) const;
  std::optional<int> EndOfFade();

  std::deque<Seen> seen_;            // the newest last
  std::optional<Mixture> mixture_;   // that has been going on
  std::optional<SmallImage> clear_;  // the last frame before a fade
  int since_clear_ = 0;
  bool was_blank_ = false;  // since then
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_DISSOLVE_FINDER_H_
