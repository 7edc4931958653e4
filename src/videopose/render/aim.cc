#include "videopose/render/aim.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

}  // namespace

double FpsOf(const Motion& motion) { return motion.fps > 0 ? motion.fps : 25; }

void AimAtPeople(const Motion& motion, const std::vector<Body>& bodies, Staging& staging) {
  const auto frames = static_cast<size_t>(motion.frame_count);
  const int joint_count = motion.joint_count();
  std::vector<float> x(frames, kNone), y(frames, kNone);
  Extent all_x, all_y;
  float top = kLowestTop_m;
  for (size_t t = 0; t < frames; ++t) {
    Extent now_x, now_y;
    for (size_t p = 0; p < motion.people.size(); ++p) {
      const auto frame = static_cast<int64_t>(t);
      if (!motion.people[p].has_pose(frame, joint_count)) continue;
      const Vec3f root = staging.root_in_world[p][t];
      now_x.Add(root.x);
      now_y.Add(root.y);
      const std::vector<Vec3f> joints = staging.JointsInWorld(motion, p, frame);
      for (size_t j = 0; j < joints.size(); ++j) {
        top = std::max(top, joints[j].z + bodies[p].radius_m(static_cast<int>(j)));
      }
    }
    x[t] = now_x.middle();
    y[t] = now_y.middle();
    if (now_x.is_empty()) continue;
    all_x.Add(now_x.low);
    all_x.Add(now_x.high);
    all_y.Add(now_y.low);
    all_y.Add(now_y.high);
  }
  staging.focus_in_world.resize(frames);
  if (frames == 0) return;
  const bool is_room = motion.camera.has_value() || motion.people.size() > 1;
  const float still_extent_m = is_room ? kStillExtentOfRoom_m : kStillExtent_m;
  staging.focus_moves = all_x.size() > still_extent_m || all_y.size() > still_extent_m;
  FillGaps(x);
  FillGaps(y);
  // In the room the middle of all ways keeps everybody large; somebody alone who only sways is
  // where they mostly are.
  const Vec3f still = {is_room && !all_x.is_empty() ? all_x.middle() : Median(x),
                       is_room && !all_y.is_empty() ? all_y.middle() : Median(y), 0.5F * top};
  const double sigma_frames =
      (motion.people.size() > 1 ? kFocusOfManySigma_s : kFocusSigma_s) * FpsOf(motion);
  const std::vector<float> smooth_x = SmoothOverTime(x, sigma_frames);
  const std::vector<float> smooth_y = SmoothOverTime(y, sigma_frames);
  for (size_t t = 0; t < frames; ++t) {
    staging.focus_in_world[t] =
        staging.focus_moves ? Vec3f{smooth_x[t], smooth_y[t], 0.5F * top} : still;
  }
}

}  // namespace videopose
