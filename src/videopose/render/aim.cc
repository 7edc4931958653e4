// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/aim.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "videopose/base/statistics.h"
#include "videopose/geometry/angle.h"
#include "videopose/ground/on_floor.h"
#include "videopose/ground/smoothing.h"
#include "videopose/pose/default_fps.h"

namespace videopose::internal {
namespace {

constexpr double kFocusSigma_s = 0.6;
// When several people come and go, their middle jumps: it is followed more slowly.
constexpr double kFocusOfManySigma_s = 1.5;
// The viewer stands still for people who stay within a box this wide: nearly in place where a
// single person should appear large, some steps where the path over the floor matters.
constexpr float kStillExtent_m = 0.6F, kStillExtentOfWorld_m = 5.0F;
constexpr float kLowestTop_m = 1.0F;  // of what the viewer frames, also if people only lie
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kAimMarginPerHeight = 0.07;  // around the people at their widest
constexpr double kNearestViewer_m = 3.2;      // no person is shown larger than life
constexpr int64_t kFramesToFit = 400;
constexpr int kTurntableViews = 12;
constexpr double kShareOfFramesToFit = 0.95;  // of several people and of a common world

// Without look-ahead.
constexpr double kFollow_s = 0.6, kStepBack_s = 0.3, kStepForward_s = 4;
constexpr float kFarAway_m = 1.5F;  // the first look, or another world

struct Extent {
  float low = std::numeric_limits<float>::infinity(), high = -low;
  void Add(float at) {
    low = std::min(low, at);
    high = std::max(high, at);
  }
  bool is_empty() const { return high < low; }
  float size() const { return is_empty() ? 0 : high - low; }
  float middle() const { return 0.5F * (low + high); }
};

constexpr double kElevationOfMany_deg = 24;
// The first is preferred where it makes no difference.
constexpr double kAzimuths_deg[] = {20, -20, 40, -40, 0};
constexpr int64_t kFramesToLookAt = 60;
constexpr double kBodyWidth_m = 0.7, kBodyHeight_m = 1.7;

// How much two people cover each other, 0..1, as seen from there, by their bounding boxes.
double Covered(Vec3f apart, double azimuth_rad, double elevation_rad) {
  const double right = apart.x * std::cos(azimuth_rad) + apart.y * std::sin(azimuth_rad);
  const double ahead = apart.y * std::cos(azimuth_rad) - apart.x * std::sin(azimuth_rad);
  const double up = ahead * std::sin(elevation_rad);
  return std::max(0.0, 1 - std::abs(right) / kBodyWidth_m) *
         std::max(0.0, 1 - std::abs(up) / kBodyHeight_m);
}

// The azimuth at which the viewer looks as the camera does.
double CameraAzimuth_deg(const Motion& motion) {
  if (!motion.camera) return 0;
  Vec3d ahead = Rotate(motion.camera->world_from_cam.rotation, {0, 0, 1});
  // Where a camera looks straight down, what is above in its image is ahead.
  if (std::hypot(ahead.x, ahead.y) < 1e-3) {
    ahead = Rotate(motion.camera->world_from_cam.rotation, {0, -1, 0});
  }
  return -std::atan2(ahead.x, ahead.y) / kRadiansPerDegree;
}

bool HasCommonWorld(const Motion& motion) { return motion.camera || AreSeveral(motion); }

double ShareToFit(const Motion& motion) { return HasCommonWorld(motion) ? kShareOfFramesToFit : 1; }

// How far up a person's surface reaches.
float TopOf(std::span<const Vec3f> joints_in_world, const Body& body, float sole_gap_m) {
  float top = -std::numeric_limits<float>::infinity();
  for (size_t j = 0; j < joints_in_world.size(); ++j) {
    top = std::max(top, joints_in_world[j].z + body.radius_m(static_cast<int>(j)) - sole_gap_m);
  }
  return top;
}

double DistanceToFit(const ViewOptions& view, std::span<const Vec3f> joints_in_world,
                     const Body& body, float sole_gap_m) {
  double distance_m = 0;
  for (size_t j = 0; j < joints_in_world.size(); ++j) {
    const Vec3f drawn = joints_in_world[j] - Vec3f{0, 0, sole_gap_m};
    distance_m =
        std::max(distance_m, View::DistanceToFit(view, drawn, body.radius_m(static_cast<int>(j)),
                                                 kAimMarginPerHeight * view.height_px));
  }
  return distance_m;
}

double FittingDistance(const Motion& motion, std::span<const DrawnTrack> people,
                       const ClipView& view) {
  const int64_t stride = std::max<int64_t>(1, motion.frame_count / kFramesToFit);
  const int views = view.turntable_deg_per_frame == 0 ? 1 : kTurntableViews;
  std::vector<double> needed_m;  // by the frames with people
  for (int64_t t = 0; t < motion.frame_count; t += stride) {
    ViewOptions options = view.At(t);
    double distance_m = 0;
    for (int i = 0; i < views; ++i) {
      options.azimuth_deg = view.options.azimuth_deg + 360.0 * i / views;
      for (const DrawnTrack& person : people) {
        if (!person.has_pose(t)) continue;
        distance_m = std::max(distance_m, DistanceToFit(options, person.joints_in_world.frame(t),
                                                        *person.body, person.sole_gap_m));
      }
    }
    if (distance_m > 0) needed_m.push_back(distance_m);
  }
  if (needed_m.empty()) return kNearestViewer_m;
  return std::max(kNearestViewer_m, Quantile(needed_m, ShareToFit(motion)));
}

// Sets the focus, and whether it moves.
void Focus(const Motion& motion, std::span<const DrawnTrack> people, ClipView& view) {
  const auto frames = static_cast<size_t>(motion.frame_count);
  std::vector<double> x(frames, kNone), y(frames, kNone), tops;
  Extent all_x, all_y;
  for (size_t t = 0; t < frames; ++t) {
    Extent now_x, now_y, now_z;
    for (const DrawnTrack& person : people) {
      const auto frame = static_cast<int64_t>(t);
      if (!person.has_pose(frame)) continue;
      const auto joints = person.joints_in_world.frame(frame);
      now_x.Add(joints[0].x);
      now_y.Add(joints[0].y);
      now_z.Add(TopOf(joints, *person.body, person.sole_gap_m));
    }
    if (now_x.is_empty()) continue;
    x[t] = now_x.middle();
    y[t] = now_y.middle();
    tops.push_back(now_z.high);
    all_x.Add(now_x.low);
    all_x.Add(now_x.high);
    all_y.Add(now_y.low);
    all_y.Add(now_y.high);
  }
  view.focus_in_world.resize(frames);
  if (frames == 0) return;
  float top = kLowestTop_m;
  if (!tops.empty()) top = std::max(top, static_cast<float>(Quantile(tops, ShareToFit(motion))));
  const bool is_world = HasCommonWorld(motion);
  const float still_extent_m = is_world ? kStillExtentOfWorld_m : kStillExtent_m;
  const bool focus_moves = all_x.size() > still_extent_m || all_y.size() > still_extent_m;
  FillGaps(x);
  FillGaps(y);
  // In a common world the middle of all paths keeps all people large; a single person who only
  // sways is framed at their usual place.
  const bool is_middle = is_world && !all_x.is_empty();
  const Vec3f still = {is_middle ? all_x.middle() : static_cast<float>(Median(x)),
                       is_middle ? all_y.middle() : static_cast<float>(Median(y)), 0.5F * top};
  const double sigma_s = AreSeveral(motion) ? kFocusOfManySigma_s : kFocusSigma_s;
  SmoothRun(x, sigma_s * FpsOf(motion));
  SmoothRun(y, sigma_s * FpsOf(motion));
  for (size_t t = 0; t < frames; ++t) {
    view.focus_in_world[t] =
        focus_moves ? Vec3f{static_cast<float>(x[t]), static_cast<float>(y[t]), 0.5F * top} : still;
  }
  view.moves = focus_moves || view.turntable_deg_per_frame != 0;
}

// The share of a distance that is covered after `time_s`.
double Approach(double time_s, double constant_s) { return 1 - std::exp(-time_s / constant_s); }

}  // namespace

ViewOptions ClipView::At(int64_t t) const {
  ViewOptions view = options;
  if (t < std::ssize(focus_in_world)) view.focus_in_world = focus_in_world[t];
  view.azimuth_deg += turntable_deg_per_frame * static_cast<double>(t);
  return view;
}

ClipView AimAtPeople(const Motion& motion, std::span<const DrawnTrack> people,
                     const RenderOptions& options, int width_px) {
  const ViewAngles angles = GoodAngles(motion, people);
  ClipView view{
      .options = {.width_px = width_px,
                  .height_px = options.height_px,
                  .projection = options.projection,
                  .azimuth_deg =
                      CameraAzimuth_deg(motion) + options.azimuth_deg.value_or(angles.azimuth_deg),
                  .elevation_deg = options.elevation_deg.value_or(angles.elevation_deg)},
      .turntable_deg_per_frame = motion.fps > 0 ? options.turntable_deg_per_s / motion.fps : 0};
  Focus(motion, people, view);
  view.options.distance_m = FittingDistance(motion, people, view);
  return view;
}

ViewAngles GoodAngles(const Motion& motion, std::span<const DrawnTrack> people) {
  ViewAngles best;
  if (!AreSeveral(motion)) return best;
  best.elevation_deg = kElevationOfMany_deg;
  const int64_t stride = std::max<int64_t>(1, motion.frame_count / kFramesToLookAt);
  const double camera_deg = CameraAzimuth_deg(motion);
  double least = std::numeric_limits<double>::infinity();
  for (const double azimuth_deg : kAzimuths_deg) {
    double covered = 0;
    for (int64_t t = 0; t < motion.frame_count; t += stride) {
      for (size_t p = 0; p < people.size(); ++p) {
        if (!people[p].has_pose(t)) continue;
        for (size_t q = 0; q < p; ++q) {
          if (people[q].id == people[p].id || !people[q].has_pose(t)) continue;
          covered +=
              Covered(people[p].joints_in_world.at(t, 0) - people[q].joints_in_world.at(t, 0),
                      RadiansFromDegrees(camera_deg + azimuth_deg),
                      RadiansFromDegrees(kElevationOfMany_deg));
        }
      }
    }
    // A small improvement is not worth an unusual view.
    constexpr double kClearlyBetter = 0.8;
    if (covered < kClearlyBetter * least) {
      least = covered;
      best.azimuth_deg = azimuth_deg;
    }
  }
  return best;
}

FollowingView::FollowingView(const RenderOptions& options, bool are_several, int width_px,
                             double fps)
    : options_{.width_px = width_px,
               .height_px = options.height_px,
               .projection = options.projection,
               .azimuth_deg = options.azimuth_deg.value_or(ViewAngles().azimuth_deg),
               .elevation_deg = options.elevation_deg.value_or(
                   are_several ? kElevationOfMany_deg : ViewAngles().elevation_deg),
               .distance_m = kNearestViewer_m},
      turntable_deg_per_s_(options.turntable_deg_per_s),
      fps_(fps) {}

ViewOptions FollowingView::Follow(int64_t index, std::span<const DrawnPerson> people) {
  Extent x, y, z;
  for (const DrawnPerson& person : people) {
    x.Add(person.joints_in_world[0].x);
    y.Add(person.joints_in_world[0].y);
    z.Add(TopOf(person.joints_in_world, *person.body, person.sole_gap_m));
  }
  if (!x.is_empty()) {
    const double passed_s = last_index_ ? static_cast<double>(index - *last_index_) / fps_ : 0;
    const Vec2f ahead{x.middle() - options_.focus_in_world.x,
                      y.middle() - options_.focus_in_world.y};
    const float ahead_m = Norm(ahead);
    const bool is_new = !last_index_ || ahead_m > kFarAway_m;
    const float top_m = std::max(kLowestTop_m, z.high);
    const auto follow = [&](double from, double to) {
      if (is_new) return to;
      return from + Approach(passed_s, to > from ? kStepBack_s : kStepForward_s) * (to - from);
    };
    const float beyond_m = std::max(0.0F, ahead_m - kStillExtent_m / 2);
    const float share =
        is_new             ? 1.0F
        : beyond_m == 0.0F ? 0.0F
                           : static_cast<float>(Approach(passed_s, kFollow_s)) * beyond_m / ahead_m;
    top_m_ = follow(top_m_, top_m);
    options_.focus_in_world.x += share * ahead.x;
    options_.focus_in_world.y += share * ahead.y;
    options_.focus_in_world.z = static_cast<float>(top_m_ / 2);
    double needed_m = kNearestViewer_m;
    for (const DrawnPerson& person : people) {
      needed_m = std::max(needed_m, DistanceToFit(options_, person.joints_in_world, *person.body,
                                                  person.sole_gap_m));
    }
    options_.distance_m = follow(options_.distance_m, needed_m);
    last_index_ = index;
  }
  ViewOptions view = options_;
  view.azimuth_deg += turntable_deg_per_s_ * static_cast<double>(index) / fps_;
  return view;
}

}  // namespace videopose::internal
