// SPDX-License-Identifier: Apache-2.0

// Colours of the images, light and dark, and of the people in them.

#ifndef VIDEOPOSE_RENDER_THEME_H_
#define VIDEOPOSE_RENDER_THEME_H_

#include <map>
#include <set>

#include "videopose/pose.h"
#include "videopose/render.h"
#include "videopose/render/tile.h"

namespace videopose::internal {

// The colours of one person.
struct BodyColours {
  Rgb left, right, centre;
  Rgb face, chest;  // what is turned forward

  Rgb of(Side side) const {
    return side == Side::kLeft ? left : side == Side::kRight ? right : centre;
  }
};

struct Palette {
  Rgb backdrop, backdrop_corner;  // behind the scene: middle, and what it darkens to
  Rgb floor;                      // where the light falls on it
  Rgb grid;
  Rgb shadow;
  float shadow_strength;  // 0..1
  BodyColours body;       // of a single person
  Rgb outline;
  float outline_strength;  // 0..1
  float room_light;        // 0..1
  Rgb text, faint_text;
};

const Palette& PaletteOf(Theme theme);

// The colours of people in all panels. A single person has orange and blue sides. Several people
// have a hue each, the left side light and the right side dark: all viewers can tell lightness
// apart, and the hues are chosen to stay apart for the colour-blind as far as possible. The same ID
// has the same hue in every clip of up to kHues people, unless another person has it already.
class Identities {
 public:
  static constexpr int kHues = 10;

  // Of a clip: counts people with a pose or a keypoint in any frame. `keypoints` may be null.
  Identities(const Motion& motion, const KeypointSequence* keypoints, Theme theme);
  // For people who come later; if not several, all have the colours of a single person.
  Identities(bool are_several, Theme theme);

  // A new person, or one known already.
  const BodyColours& Add(int id);

  bool are_several() const { return are_several_; }
  // For an ID that is not known, the colours of a single person.
  const BodyColours& of(int id) const;
  // Legend colours: light is left and dark is right; of a single person: their own.
  const BodyColours& legend() const { return legend_; }

 private:
  bool are_several_;
  Theme theme_;
  BodyColours alone_, legend_;
  std::set<int> taken_;                 // hues
  std::map<int, BodyColours> colours_;  // by ID
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_THEME_H_
