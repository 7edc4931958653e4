#include "videopose/render/aim.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "videopose/render/over_time.h"

namespace videopose {
namespace {

constexpr double kFocusSigma_s = 0.6;
// Where several come and go, the middle of them jumps: it is followed with more calm.
constexpr double kFocusOfManySigma_s = 1.5;
// Who stays within a box this wide is watched by a viewer who stands still: nearly in place where
// one alone is to be seen large, some steps where it matters how people walk over the floor.
constexpr float kStillExtent_m = 0.6F, kStillExtentOfRoom_m = 5.0F;
constexpr float kLowestTop_m = 1.0F;  // of what the viewer frames, also if people only lie
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

struct Extent {
  float low = std::numeric_limits<float>::infinity(), high = -low;
  void Add(float at) {
    low = std::min(low, at);
    high = std::max(high, at);
  }
  bool is_empty() const { return high < low; }
  float size() const { return is_empty() ? 0 : high - low; }
  float middle() const { return is_empty() ? kNone : 0.5F * (low + high); }
};

constexpr double kElevationOfMany_deg = 24;
// The first is taken where it makes no difference.
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

}  // namespace

ViewAngles GoodAngles(const Motion& motion, const Staging& staging) {
  ViewAngles best;
  if (!AreSeveral(motion)) return best;
  best.elevation_deg = kElevationOfMany_deg;
  const double degree = std::numbers::pi / 180;
  const int64_t stride = std::max<int64_t>(1, motion.frame_count / kFramesToLookAt);
  double least = std::numeric_limits<double>::infinity();
  for (const double azimuth_deg : kAzimuths_deg) {
    double covered = 0;
    for (int64_t t = 0; t < motion.frame_count; t += stride) {
      for (size_t p = 0; p < motion.people.size(); ++p) {
        if (!motion.people[p].has_pose(t)) continue;
        for (size_t q = 0; q < p; ++q) {
          const bool are_two = motion.people[q].id != motion.people[p].id;
          if (!are_two || !motion.people[q].has_pose(t)) continue;
          const auto at = static_cast<size_t>(t);
          covered += Covered(staging.root_in_world[p][at] - staging.root_in_world[q][at],
                             azimuth_deg * degree, kElevationOfMany_deg * degree);
        }
      }
    }
    // A little better is not worth an unusual view.
    constexpr double kClearlyBetter = 0.8;
    if (covered < kClearlyBetter * least) {
      least = covered;
      best.azimuth_deg = azimuth_deg;
    }
  }
  return best;
}

bool AreSeveral(const Motion& motion) {
  return std::any_of(motion.people.begin(), motion.people.end(), [&](const PersonMotion& person) {
    return person.id != motion.people.front().id;
  });
}

double ShareOfFramesToFit(const Motion& motion) {
  return motion.camera || AreSeveral(motion) ? 0.95 : 1;
}

float Quantile(std::vector<float> values, double share) {
  const auto rank = std::llround(share * static_cast<double>(values.size() - 1));
  const auto at = values.begin() + rank;
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double FpsOf(const Motion& motion) { return motion.fps > 0 ? motion.fps : 25; }

void AimAtPeople(const Motion& motion, const std::vector<Body>& bodies, Staging& staging) {
  const auto frames = static_cast<size_t>(motion.frame_count);
  std::vector<float> x(frames, kNone), y(frames, kNone);
  Extent all_x, all_y;
  std::vector<float> tops;
  for (size_t t = 0; t < frames; ++t) {
    Extent now_x, now_y, now_z;
    for (size_t p = 0; p < motion.people.size(); ++p) {
      const auto frame = static_cast<int64_t>(t);
      if (!motion.people[p].has_pose(frame)) continue;
      const Vec3f root = staging.root_in_world[p][t];
      now_x.Add(root.x);
      now_y.Add(root.y);
      const std::vector<Vec3f> joints = staging.JointsInWorld(motion, p, frame);
      for (size_t j = 0; j < joints.size(); ++j) {
        now_z.Add(joints[j].z + bodies[p].radius_m(static_cast<int>(j)));
      }
    }
    x[t] = now_x.middle();
    y[t] = now_y.middle();
    if (now_x.is_empty()) continue;
    tops.push_back(now_z.high);
    all_x.Add(now_x.low);
    all_x.Add(now_x.high);
    all_y.Add(now_y.low);
    all_y.Add(now_y.high);
  }
  staging.focus_in_world.resize(frames);
  if (frames == 0) return;
  float top = kLowestTop_m;
  if (!tops.empty()) top = std::max(top, Quantile(tops, ShareOfFramesToFit(motion)));
  const bool is_room = motion.camera.has_value() || AreSeveral(motion);
  const float still_extent_m = is_room ? kStillExtentOfRoom_m : kStillExtent_m;
  staging.focus_moves = all_x.size() > still_extent_m || all_y.size() > still_extent_m;
  FillGaps(x);
  FillGaps(y);
  // In the room the middle of all ways keeps everybody large; somebody alone who only sways is
  // where they mostly are.
  const Vec3f still = {is_room && !all_x.is_empty() ? all_x.middle() : Median(x),
                       is_room && !all_y.is_empty() ? all_y.middle() : Median(y), 0.5F * top};
  const double sigma_frames =
      (AreSeveral(motion) ? kFocusOfManySigma_s : kFocusSigma_s) * FpsOf(motion);
  const std::vector<float> smooth_x = SmoothOverTime(x, sigma_frames);
  const std::vector<float> smooth_y = SmoothOverTime(y, sigma_frames);
  for (size_t t = 0; t < frames; ++t) {
    staging.focus_in_world[t] =
        staging.focus_moves ? Vec3f{smooth_x[t], smooth_y[t], 0.5F * top} : still;
  }
}

}  // namespace videopose
