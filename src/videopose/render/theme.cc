// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/theme.h"

#include <algorithm>
#include <array>
#include <set>

namespace videopose::internal {
namespace {

// Of middling lightness, so that a lighter and a darker shade of each can be told from both themes'
// floors; chosen for the largest least distance between any two as people without red or without
// green cones see them (theme_test.cc).
constexpr std::array<Rgb, Identities::kHues> kHueColours = {{{38, 132, 224},
                                                             {240, 138, 24},
                                                             {0, 166, 118},
                                                             {222, 86, 158},
                                                             {226, 196, 44},
                                                             {114, 68, 186},
                                                             {216, 66, 40},
                                                             {64, 196, 222},
                                                             {156, 112, 72},
                                                             {240, 130, 190}}};
constexpr Rgb kWhite{255, 255, 255}, kBlack{0, 0, 0};
constexpr Rgb kLegendHue{140, 146, 156};

BodyColours ShadesOf(Rgb hue, const Palette& palette) {
  return {.left = Mix(hue, kWhite, 0.46F),
          .right = Mix(hue, kBlack, 0.40F),
          .centre = hue,
          .face = palette.body.face,
          .chest = Mix(hue, kWhite, 0.22F)};
}

std::set<int> IdsSeen(const Motion& motion, const KeypointSequence* keypoints) {
  std::set<int> ids;
  const auto any_frame = [](int64_t count, const auto& is_there) {
    for (int64_t t = 0; t < count; ++t) {
      if (is_there(t)) return true;
    }
    return false;
  };
  for (const PersonMotion& person : motion.people) {
    if (any_frame(motion.frame_count, [&](int64_t t) { return person.has_pose(t); })) {
      ids.insert(person.id);
    }
  }
  if (keypoints == nullptr) return ids;
  for (const PersonKeypoints& person : keypoints->people) {
    if (any_frame(keypoints->frame_count, [&](int64_t t) { return IsSeen(person.frame(t)); })) {
      ids.insert(person.id);
    }
  }
  return ids;
}

}  // namespace

Identities::Identities(const Motion& motion, const KeypointSequence* keypoints, Theme theme)
    : Identities(IdsSeen(motion, keypoints).size() > 1, theme) {
  for (const int id : IdsSeen(motion, keypoints)) Add(id);
}

Identities::Identities(bool are_several, Theme theme)
    : are_several_(are_several),
      theme_(theme),
      alone_(PaletteOf(theme).body),
      legend_(are_several ? ShadesOf(kLegendHue, PaletteOf(theme)) : alone_) {}

const BodyColours& Identities::Add(int id) {
  if (!are_several_ || colours_.contains(id)) return of(id);
  const int preferred = ((id % kHues) + kHues - 1) % kHues;  // also of a negative ID
  const auto hue_of = [preferred](int step) { return (preferred + step) % kHues; };
  int step = 0;
  while (step + 1 < kHues && taken_.contains(hue_of(step))) ++step;
  // More people than hues: their IDs tell them apart.
  const int hue = taken_.contains(hue_of(step)) ? hue_of(0) : hue_of(step);
  taken_.insert(hue);
  return colours_[id] = ShadesOf(kHueColours[static_cast<size_t>(hue)], PaletteOf(theme_));
}

const BodyColours& Identities::of(int id) const {
  const auto found = colours_.find(id);
  return found == colours_.end() ? alone_ : found->second;
}

const Palette& PaletteOf(Theme theme) {
  static const Palette dark{.backdrop = {38, 43, 52},
                            .backdrop_corner = {18, 20, 26},
                            .floor = {78, 85, 98},
                            .grid = {128, 138, 156},
                            .shadow = {8, 9, 12},
                            .shadow_strength = 0.85F,
                            .body = {.left = {255, 150, 48},
                                     .right = {62, 154, 255},
                                     .centre = {226, 226, 222},
                                     .face = {66, 72, 86},
                                     .chest = {250, 250, 246}},
                            .outline = {8, 10, 14},
                            .outline_strength = 0.7F,
                            .room_light = 0.40F,
                            .text = {232, 235, 240},
                            .faint_text = {150, 157, 170}};
  static const Palette light{.backdrop = {244, 245, 247},
                             .backdrop_corner = {214, 218, 225},
                             .floor = {255, 255, 255},
                             .grid = {150, 160, 176},
                             .shadow = {52, 60, 80},
                             .shadow_strength = 0.62F,
                             .body = {.left = {246, 130, 22},
                                      .right = {32, 122, 232},
                                      .centre = {206, 209, 214},
                                      .face = {84, 92, 108},
                                      .chest = {240, 242, 245}},
                             .outline = {40, 46, 60},
                             .outline_strength = 0.6F,
                             .room_light = 0.52F,
                             .text = {36, 42, 54},
                             .faint_text = {112, 120, 134}};
  return theme == Theme::kDark ? dark : light;
}

}  // namespace videopose::internal
