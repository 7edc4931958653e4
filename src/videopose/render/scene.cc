// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/scene.h"

#include <algorithm>
#include <cmath>

#include "videopose/render/floor.h"
#include "videopose/render/name_tag.h"

namespace videopose::internal {
namespace {

// The parts of the torso blend into one.
constexpr float kTorsoSeam_m = 0.08F, kSeam_m = 0.012F;
constexpr float kOverHead_m = 0.03F;  // the ID

Rgb ColourOf(const RoundCone& cone, const BodyColours& colours) {
  const Rgb colour = colours.of(cone.side);
  return cone.part == RoundCone::Part::kJoint ? Mix(colour, {255, 255, 255}, 0.16F) : colour;
}

std::vector<Vec3f> JointsOnSoles(const DrawnPerson& person) {
  std::vector<Vec3f> joints = person.joints_in_world;
  for (Vec3f& joint : joints) joint.z -= person.sole_gap_m;
  return joints;
}

}  // namespace

Scene::Scene(const Skeleton& skeleton, Theme theme, int width_px, int height_px,
             const std::optional<ViewOptions>& still_view)
    : palette_(PaletteOf(theme)),
      head_(skeleton.IndexOf("head")),
      empty_(width_px, height_px),
      has_floor_(still_view) {
  DrawBackdrop(TileOf(empty_), palette_);
  if (still_view) DrawFloor(TileOf(empty_), View(*still_view), palette_);
}

std::vector<LitCone> Scene::SeenBy(const View& view, const std::vector<RoundCone>& flesh,
                                   const BodyColours& colours) const {
  std::vector<LitCone> seen;
  seen.reserve(flesh.size());
  for (const RoundCone& cone : flesh) {
    const View::Seen from = view.Project(cone.from), to = view.Project(cone.to);
    const bool is_head = cone.part == RoundCone::Part::kHead;
    seen.push_back({.shape = {{from.x_px, from.y_px},
                              {to.x_px, to.y_px},
                              cone.from_radius_m * from.px_per_m,
                              cone.to_radius_m * to.px_per_m},
                    .from_depth_m = from.depth_m,
                    .to_depth_m = to.depth_m,
                    .from_radius_m = cone.from_radius_m,
                    .to_radius_m = cone.to_radius_m,
                    .colour = ColourOf(cone, colours),
                    .front = view.RotateToView(cone.front),
                    .front_colour = is_head ? colours.face : colours.chest,
                    .front_cosine = is_head ? 0.76F : 0.5F,
                    .seam_m = cone.part == RoundCone::Part::kTorso ? kTorsoSeam_m : kSeam_m});
  }
  return seen;
}

void Scene::Draw(const ViewOptions& view_options, std::span<const DrawnPerson> people,
                 bool with_ids, Tile tile) const {
  const View view(view_options);
  CopyTile(empty_, tile);
  if (!has_floor_) DrawFloor(tile, view, palette_);
  std::vector<LitCone> cones;
  for (const DrawnPerson& person : people) {
    const std::vector<RoundCone> flesh = person.body->Flesh(JointsOnSoles(person));
    DrawShadow(tile, view, palette_, flesh);
    const std::vector<LitCone> seen = SeenBy(view, flesh, person.colours);
    cones.insert(cones.end(), seen.begin(), seen.end());
  }
  DrawLitCones(tile, std::move(cones),
               {.outline = palette_.outline,
                .outline_strength = palette_.outline_strength,
                .outline_px = std::max(1.0F, 0.0026F * static_cast<float>(tile.height_px)),
                .room_light = palette_.room_light});
  if (with_ids) DrawNameTags(view, people, tile);
}

void Scene::DrawNameTags(const View& view, std::span<const DrawnPerson> people, Tile tile) const {
  struct Placed {
    NameTag tag;
    float depth_m;
    const DrawnPerson* person;
  };
  std::vector<Placed> tags;
  for (const DrawnPerson& person : people) {
    const std::vector<Vec3f> joints = JointsOnSoles(person);
    const Vec3f head =
        head_ >= 0 ? joints[head_] : *std::ranges::max_element(joints, {}, &Vec3f::z);
    const View::Seen seen = view.Project(head);
    constexpr float kAdult_m = 1.7F;
    tags.push_back({{.x_px = seen.x_px,
                     .y_px = seen.y_px - kOverHead_m * seen.px_per_m,
                     .person_px = kAdult_m * seen.px_per_m},
                    seen.depth_m,
                    &person});
  }
  std::ranges::stable_sort(tags, std::ranges::greater(), &Placed::depth_m);
  Canvas canvas(tile);
  for (const Placed& placed : tags) {
    DrawNameTag(canvas, tile, placed.tag, placed.person->id, placed.person->colours.centre);
  }
}

}  // namespace videopose::internal
