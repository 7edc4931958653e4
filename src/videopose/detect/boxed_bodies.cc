// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/boxed_bodies.h"

#include <algorithm>

namespace videopose::internal {

Roi RoiFromBox(const BodyBox& box) {
  constexpr float kMargin = 1.25F, kMaskMargin = 1.12F;
  return {.centre_px = box.centre_px,
          .side_px = kMargin * box.scale_px(),
          .mask = BodyBox{.centre_px = box.centre_px, .size_px = kMaskMargin * box.size_px}};
}

bool FillsBox(const PoseLandmarks& body, const BodyBox& box, const Image& frame) {
  constexpr float kLeastOverlap = 0.4F;
  if (!(body.presence > kPresenceThreshold)) return false;
  const BodyBox of_body = BoxAround(std::span(body.points_px).first(kLandmarks));
  return Overlap(ClippedTo(frame, of_body), ClippedTo(frame, box)) > kLeastOverlap;
}

std::vector<std::optional<PoseLandmarks>> FindInBoxes(BlazePoseModels& models, const Image& frame,
                                                      std::span<const BodyBox> boxes) {
  std::vector<Roi> regions;
  for (const BodyBox& box : boxes) regions.push_back(RoiFromBox(box));
  std::vector<std::optional<PoseLandmarks>> found(boxes.size());
  std::vector<size_t> of_regions;
  const auto look = [&] {
    const std::vector<PoseLandmarks> bodies = models.Look(frame, regions, {}).bodies;
    for (size_t i = 0; i < bodies.size(); ++i) {
      if (FillsBox(bodies[i], boxes[of_regions[i]], frame)) found[of_regions[i]] = bodies[i];
    }
    return bodies;
  };
  for (size_t i = 0; i < boxes.size(); ++i) of_regions.push_back(i);
  const std::vector<PoseLandmarks> first = look();
  regions.clear();
  of_regions.clear();
  for (size_t i = 0; i < boxes.size(); ++i) {
    Roi again = RoiFromBodyCircle(first[i].hips_px(), first[i].circle_px());
    if (!IsUsable(again)) continue;
    again.mask = RoiFromBox(boxes[i]).mask;
    regions.push_back(again);
    of_regions.push_back(i);
  }
  look();
  return found;
}

}  // namespace videopose::internal
