#include "videopose/render/theme.h"

namespace videopose {

const Palette& PaletteOf(Theme theme) {
  static const Palette dark{.backdrop = {38, 43, 52},
                            .backdrop_corner = {18, 20, 26},
                            .floor = {78, 85, 98},
                            .grid = {128, 138, 156},
                            .shadow = {8, 9, 12},
                            .shadow_strength = 0.85F,
                            .left = {255, 150, 48},
                            .right = {62, 154, 255},
                            .centre = {226, 226, 222},
                            .face = {66, 72, 86},
                            .chest = {250, 250, 246},
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
                             .left = {246, 130, 22},
                             .right = {32, 122, 232},
                             .centre = {206, 209, 214},
                             .face = {84, 92, 108},
                             .chest = {240, 242, 245},
                             .outline = {40, 46, 60},
                             .outline_strength = 0.6F,
                             .room_light = 0.52F,
                             .text = {36, 42, 54},
                             .faint_text = {112, 120, 134}};
  return theme == Theme::kDark ? dark : light;
}

}  // namespace videopose
