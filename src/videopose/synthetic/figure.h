// SPDX-License-Identifier: Apache-2.0

// Images of a synthetic body that a person detector takes for a person: a shaded, dressed figure
// in a room, drawn by marching rays through its signed distance (Hart, "Sphere tracing", 1996).

#ifndef VIDEOPOSE_SYNTHETIC_FIGURE_H_
#define VIDEOPOSE_SYNTHETIC_FIGURE_H_

#include <vector>

#include "videopose/geometry.h"
#include "videopose/media.h"
#include "videopose/synthetic/figure_room.h"
#include "videopose/synthetic/synthetic_body.h"

namespace videopose::internal {

// Linear RGB.
struct FigureLook {
  Vec3f skin{0.60F, 0.34F, 0.23F};
  Vec3f hair{0.035F, 0.020F, 0.012F};
  Vec3f shirt{0.055F, 0.23F, 0.42F};
  Vec3f trousers{0.060F, 0.062F, 0.080F};
  Vec3f shoes{0.70F, 0.70F, 0.68F};
};

// Draws one camera's view of the room. Thread-safe; a frame uses all threads.
class FigureRenderer {
 public:
  // The camera is inside the room and has a plain lens.
  explicit FigureRenderer(const Camera& camera, const FigureLook& look = {}, const Room& room = {});
  // Likewise, lit as `lit_for` has it: the lamp of a camera that moves stays where it is.
  FigureRenderer(const Camera& camera, const Camera& lit_for, const FigureLook& look,
                 const Room& room);

  // `pose` null: the empty room. `image` takes the camera's size.
  void Render(const BodyPose* pose, double height_m, Image& image) const;

 private:
  Camera camera_;
  FigureLook look_;
  Room room_;
  Vec3f to_light_;
  std::vector<Vec3f> background_;  // linear RGB, a pixel each
  Image empty_room_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_FIGURE_H_
