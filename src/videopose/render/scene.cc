#include "videopose/render/scene.h"

#include <algorithm>
#include <cmath>

#include "videopose/render/aim.h"
#include "videopose/render/floor.h"
#include "videopose/render/name_tag.h"

namespace videopose {
namespace {

constexpr double kMarginPerHeight = 0.07;  // around the people at their widest
constexpr double kNearestViewer_m = 3.2;   // nobody is larger than life
// The parts of the torso melt into one.
constexpr float kTorsoSeam_m = 0.08F, kSeam_m = 0.012F;
constexpr float kOverHead_m = 0.03F;  // the ID
constexpr int64_t kFramesToFit = 400;
constexpr int kTurntableViews = 12;

std::vector<Body> BodiesOf(const Motion& motion) {
  std::vector<Body> bodies;
  bodies.reserve(motion.people.size());
  for (const PersonMotion& person : motion.people) {
    bodies.emplace_back(motion.skeleton, BodyScale(motion.skeleton, person.joints_in_cam));
  }
  return bodies;
}

Rgb ColourOf(const RoundCone& cone, const BodyColours& colours) {
  const Rgb colour = colours.of(cone.side);
  return cone.part == RoundCone::Part::kJoint ? Mix(colour, {255, 255, 255}, 0.16F) : colour;
}

}  // namespace

Scene::Scene(const Motion& motion, const KeypointSequence* keypoints, const RenderOptions& options,
             int width_px)
    : motion_(motion),
      palette_(PaletteOf(options.theme)),
      identities_(motion, keypoints, options.theme),
      turntable_deg_per_s_(options.turntable_deg_per_s),
      bodies_(BodiesOf(motion)),
      staging_(StageMotion(motion, keypoints, bodies_)),
      view_options_{
          .width_px = width_px, .height_px = options.height_px, .projection = options.projection},
      empty_(width_px, options.height_px),
      viewer_moves_(staging_.focus_moves || turntable_deg_per_s_ != 0) {
  const ViewAngles angles = GoodAngles(motion, staging_);
  view_options_.azimuth_deg = options.azimuth_deg.value_or(angles.azimuth_deg);
  view_options_.elevation_deg = options.elevation_deg.value_or(angles.elevation_deg);
  view_options_.distance_m = FittingDistance();
  DrawBackdrop(TileOf(empty_), palette_);
  if (!viewer_moves_) DrawFloor(TileOf(empty_), ViewAt(0), palette_);
}

View Scene::ViewAt(int64_t t) const {
  ViewOptions options = view_options_;
  if (t < motion_.frame_count) {
    options.focus_in_world = staging_.focus_in_world[static_cast<size_t>(t)];
  }
  if (motion_.fps > 0) {
    options.azimuth_deg += turntable_deg_per_s_ * static_cast<double>(t) / motion_.fps;
  }
  return View(options);
}

double Scene::FittingDistance() const {
  const double margin_px = kMarginPerHeight * view_options_.height_px;
  const int64_t stride = std::max<int64_t>(1, motion_.frame_count / kFramesToFit);
  const int views = turntable_deg_per_s_ == 0 ? 1 : kTurntableViews;
  std::vector<float> needed_m;  // by the frames with anybody
  for (int64_t t = 0; t < motion_.frame_count; t += stride) {
    ViewOptions options = ViewAt(t).options();
    double distance_m = 0;
    for (int view = 0; view < views; ++view) {
      options.azimuth_deg = view_options_.azimuth_deg + 360.0 * view / views;
      for (size_t p = 0; p < bodies_.size(); ++p) {
        if (!motion_.people[p].has_pose(t)) continue;
        const std::vector<Vec3f> joints = staging_.JointsInWorld(motion_, p, t);
        for (size_t j = 0; j < joints.size(); ++j) {
          distance_m = std::max(
              distance_m, View::DistanceToFit(options, joints[j],
                                              bodies_[p].radius_m(static_cast<int>(j)), margin_px));
        }
      }
    }
    if (distance_m > 0) needed_m.push_back(static_cast<float>(distance_m));
  }
  if (needed_m.empty()) return kNearestViewer_m;
  return std::max<double>(kNearestViewer_m, Quantile(needed_m, ShareOfFramesToFit(motion_)));
}

std::vector<size_t> Scene::PresentAt(int64_t t, People people) const {
  std::vector<size_t> present;
  for (size_t p = people.begin; p < people.end; ++p) {
    if (motion_.people[p].has_pose(t)) present.push_back(p);
  }
  return present;
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

void Scene::Draw(int64_t t, Tile tile, People people) const {
  const View view = ViewAt(t);
  CopyTile(empty_, tile);
  if (viewer_moves_) DrawFloor(tile, view, palette_);
  if (t >= motion_.frame_count) return;
  VP_CHECK(people.end <= bodies_.size(), "{} of {} people", people.end, bodies_.size());
  std::vector<LitCone> cones;
  const std::vector<size_t> present = PresentAt(t, people);
  for (const size_t p : present) {
    const std::vector<RoundCone> flesh = bodies_[p].Flesh(staging_.JointsInWorld(motion_, p, t));
    DrawShadow(tile, view, palette_, flesh);
    const std::vector<LitCone> seen = SeenBy(view, flesh, identities_.of(motion_.people[p].id));
    cones.insert(cones.end(), seen.begin(), seen.end());
  }
  DrawLitCones(tile, std::move(cones),
               {.outline = palette_.outline,
                .outline_strength = palette_.outline_strength,
                .outline_px = std::max(1.0F, 0.0026F * static_cast<float>(tile.height_px)),
                .room_light = palette_.room_light});
  if (identities_.are_several()) DrawNameTags(t, tile, view, present);
}

void Scene::DrawNameTags(int64_t t, Tile tile, const View& view,
                         const std::vector<size_t>& people) const {
  struct Placed {
    NameTag tag;
    float depth_m;
    int id;
  };
  std::vector<Placed> tags;
  for (const size_t p : people) {
    const std::vector<Vec3f> joints = staging_.JointsInWorld(motion_, p, t);
    const auto top =
        std::max_element(joints.begin(), joints.end(), [](Vec3f a, Vec3f b) { return a.z < b.z; });
    const int named = motion_.skeleton.IndexOf("head");
    const Vec3f head = named >= 0 ? joints[static_cast<size_t>(named)] : *top;
    const View::Seen seen = view.Project(head);
    constexpr float kAdult_m = 1.7F;
    tags.push_back({{.x_px = seen.x_px,
                     .y_px = seen.y_px - kOverHead_m * seen.px_per_m,
                     .person_px = kAdult_m * seen.px_per_m},
                    seen.depth_m,
                    motion_.people[p].id});
  }
  std::stable_sort(tags.begin(), tags.end(),
                   [](const Placed& a, const Placed& b) { return a.depth_m > b.depth_m; });
  Canvas canvas(tile);
  for (const Placed& placed : tags) {
    DrawNameTag(canvas, tile, placed.tag, placed.id, identities_.of(placed.id).centre);
  }
}

}  // namespace videopose
