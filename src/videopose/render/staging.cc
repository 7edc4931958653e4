#include "videopose/render/staging.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "videopose/render/view.h"

namespace videopose {
namespace {

constexpr double kGravity_m_per_s2 = 9.81;
// Slower push-offs are taken for noise of the poses; 1.5 m/s would lift a body by 11 cm.
constexpr double kPushOff_m_per_s = 1.5;
constexpr double kFastestPushOff_m_per_s = 4;  // 0.8 m
constexpr double kReachSigma_s = 0.04;
constexpr double kRootSigma_s = 0.08;
constexpr double kFocusSigma_s = 0.6;
// Who stays within a box this wide is watched by a viewer who stands still.
constexpr float kStillExtent_m = 0.6F;
constexpr float kLeastGap_m = 0.9F;   // between people side by side
constexpr float kPlainGap_m = 1.2F;   // where nothing is known about them
constexpr float kLowestTop_m = 1.0F;  // of what the viewer frames, also if people only lie
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

double FpsOf(const Motion& motion) { return motion.fps > 0 ? motion.fps : 25; }

// Straight lines over NaNs, the nearest value before the first and after the last; all 0 if there
// is no value.
void FillGaps(std::vector<float>& values) {
  std::optional<size_t> last;
  for (size_t t = 0; t < values.size(); ++t) {
    if (!std::isfinite(values[t])) continue;
    const size_t begin = last ? *last + 1 : 0;
    for (size_t gap = begin; gap < t; ++gap) {
      const float share =
          last ? static_cast<float>(gap - *last) / static_cast<float>(t - *last) : 1;
      values[gap] = last ? values[*last] + share * (values[t] - values[*last]) : values[t];
    }
    last = t;
  }
  for (size_t t = last ? *last + 1 : 0; t < values.size(); ++t) {
    values[t] = last ? values[*last] : 0;
  }
}

std::vector<float> HeightsOf(const PersonMotion& person, const Motion& motion, const Body& body) {
  const int joint_count = motion.joint_count();
  std::vector<float> reach(static_cast<size_t>(motion.frame_count), kNone);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    if (!person.has_pose(t, joint_count)) continue;
    const auto joints = person.frame(t, joint_count);
    float lowest = -std::numeric_limits<float>::infinity();
    for (int joint = 0; joint < joint_count; ++joint) {
      lowest = std::max(lowest, joints[static_cast<size_t>(joint)].y + body.radius_m(joint));
    }
    reach[static_cast<size_t>(t)] = lowest;
  }
  FillGaps(reach);
  return HeightsOverFloor(SmoothOverTime(reach, kReachSigma_s * FpsOf(motion)), FpsOf(motion));
}

float Median(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Extent {
  Vec2f low = {1e9F, 1e9F}, high = {-1e9F, -1e9F};
  void Add(Vec2f point) {
    low = {std::min(low.x, point.x), std::min(low.y, point.y)};
    high = {std::max(high.x, point.x), std::max(high.y, point.y)};
  }
  float diagonal() const { return high.x < low.x ? 0 : Norm(high - low); }
};

// How far right of the picture's middle a person stands: the picture's pixels become metres by
// comparing the size of the 2D and of the 3D pose.
std::optional<float> PlaceInPicture(const PersonMotion& person, const Motion& motion,
                                    const KeypointSequence& keypoints,
                                    const PersonKeypoints& seen) {
  std::vector<float> places;
  const int64_t frames = std::min(motion.frame_count, keypoints.frame_count);
  for (int64_t t = 0; t < frames; ++t) {
    if (!person.has_pose(t, motion.joint_count())) continue;
    Extent body_m, body_px;
    for (const Vec3f& joint : person.frame(t, motion.joint_count())) body_m.Add({joint.x, joint.y});
    for (const Keypoint& point : seen.frame(t, keypoints.joint_count())) {
      if (point.score > 0) body_px.Add({point.x_px, point.y_px});
    }
    if (body_px.diagonal() <= 0) continue;
    const float middle_px = 0.5F * (body_px.low.x + body_px.high.x);
    places.push_back((middle_px - 0.5F * static_cast<float>(keypoints.width_px)) *
                     body_m.diagonal() / body_px.diagonal());
  }
  if (places.empty()) return std::nullopt;
  return Median(std::move(places));
}

// One place for each person, no two closer than a shoulder's breadth apart, their mean 0.
std::vector<float> PlacesSideBySide(const Motion& motion, const KeypointSequence* keypoints) {
  std::vector<std::pair<float, size_t>> order;
  for (size_t p = 0; p < motion.people.size(); ++p) {
    std::optional<float> place;
    if (keypoints != nullptr && p < keypoints->people.size()) {
      place = PlaceInPicture(motion.people[p], motion, *keypoints, keypoints->people[p]);
    }
    order.emplace_back(place.value_or(static_cast<float>(p) * kPlainGap_m), p);
  }
  std::sort(order.begin(), order.end());
  float sum = 0;
  for (size_t k = 0; k < order.size(); ++k) {
    if (k > 0) order[k].first = std::max(order[k].first, order[k - 1].first + kLeastGap_m);
    sum += order[k].first;
  }
  std::vector<float> places(order.size());
  for (const auto& [place, person] : order) {
    places[person] = place - sum / static_cast<float>(order.size());
  }
  return places;
}

// Where the root's `coordinate` goes over time.
std::vector<float> Path(const PersonMotion& person, double sigma_frames,
                        const std::function<float(Vec3f)>& coordinate) {
  std::vector<float> path;
  path.reserve(person.root_in_cam.size());
  for (const Vec3f& root : person.root_in_cam) {
    path.push_back(IsFinite(root) ? coordinate(root) : kNone);
  }
  FillGaps(path);
  return SmoothOverTime(path, sigma_frames);
}

bool StaysWithin(std::span<const float> values, float extent) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low <= extent;
}

// In the middle of everybody, at half the height people reach.
void AimAtPeople(const Motion& motion, const std::vector<Body>& bodies, Staging& staging) {
  const auto frames = static_cast<size_t>(motion.frame_count);
  std::vector<float> x(frames), y(frames);
  float top = kLowestTop_m;
  for (size_t p = 0; p < motion.people.size(); ++p) {
    const float share = 1 / static_cast<float>(motion.people.size());
    for (size_t t = 0; t < frames; ++t) {
      const Vec3f root = staging.root_in_world[p][t];
      x[t] += share * root.x;
      y[t] += share * root.y;
      const auto frame = static_cast<int64_t>(t);
      if (!motion.people[p].has_pose(frame, motion.joint_count())) continue;
      const auto joints = motion.people[p].frame(frame, motion.joint_count());
      for (size_t j = 0; j < joints.size(); ++j) {
        top = std::max(top, root.z - joints[j].y + bodies[p].radius_m(static_cast<int>(j)));
      }
    }
  }
  staging.focus_in_world.resize(frames);
  if (frames == 0) return;
  const double sigma_frames = kFocusSigma_s * FpsOf(motion);
  staging.focus_moves = !StaysWithin(x, kStillExtent_m) || !StaysWithin(y, kStillExtent_m);
  const std::vector<float> smooth_x = SmoothOverTime(x, sigma_frames);
  const std::vector<float> smooth_y = SmoothOverTime(y, sigma_frames);
  const Vec3f still = {Median(x), Median(y), 0.5F * top};
  for (size_t t = 0; t < frames; ++t) {
    staging.focus_in_world[t] =
        staging.focus_moves ? Vec3f{smooth_x[t], smooth_y[t], 0.5F * top} : still;
  }
}

}  // namespace

std::vector<float> SmoothOverTime(std::span<const float> values, double sigma_frames) {
  const auto reach = static_cast<int64_t>(std::ceil(3 * sigma_frames));
  std::vector<double> weights;
  for (int64_t k = -reach; k <= reach; ++k) {
    const double distance = static_cast<double>(k) / std::max(sigma_frames, 1e-6);
    weights.push_back(std::exp(-0.5 * distance * distance));
  }
  const auto count = static_cast<int64_t>(values.size());
  const auto value_at = [&](int64_t t) -> double {
    const int64_t end = t < 0 ? 0 : count - 1;
    const auto at = [&](int64_t k) {
      return values[static_cast<size_t>(std::clamp<int64_t>(k, 0, count - 1))];
    };
    return t == std::clamp<int64_t>(t, 0, count - 1) ? at(t) : 2.0 * at(end) - at(2 * end - t);
  };
  std::vector<float> smooth(values.size());
  for (int64_t t = 0; t < count; ++t) {
    double sum = 0, weight_sum = 0;
    for (int64_t k = -reach; k <= reach; ++k) {
      const double weight = weights[static_cast<size_t>(k + reach)];
      sum += weight * value_at(t + k);
      weight_sum += weight;
    }
    smooth[static_cast<size_t>(t)] = static_cast<float>(sum / weight_sum);
  }
  return smooth;
}

std::vector<float> HeightsOverFloor(std::span<const float> reach_below_root_m, double fps) {
  const double dt = 1 / fps;
  std::vector<float> heights(reach_below_root_m.begin(), reach_below_root_m.end());
  double speed = 0;
  for (size_t t = 1; t < heights.size(); ++t) {
    const double falling = heights[t - 1] + speed * dt - 0.5 * kGravity_m_per_s2 * dt * dt;
    const bool in_air = speed != 0 && falling > reach_below_root_m[t];
    if (in_air) {
      heights[t] = static_cast<float>(falling);
      speed -= kGravity_m_per_s2 * dt;
    } else {
      const double rising = (reach_below_root_m[t] - reach_below_root_m[t - 1]) / dt;
      speed = rising < kPushOff_m_per_s ? 0 : std::min(rising, kFastestPushOff_m_per_s);
    }
  }
  return heights;
}

Staging StageMotion(const Motion& motion, const KeypointSequence* keypoints,
                    const std::vector<Body>& bodies) {
  Staging staging;
  const auto frames = static_cast<size_t>(motion.frame_count);
  const std::vector<float> places = PlacesSideBySide(motion, keypoints);
  const double sigma_frames = kRootSigma_s * FpsOf(motion);
  for (size_t p = 0; p < motion.people.size(); ++p) {
    const PersonMotion& person = motion.people[p];
    const std::vector<float> heights = HeightsOf(person, motion, bodies[p]);
    std::vector<float> x(frames, places[p]), y(frames, 0.0F);
    if (!person.root_in_cam.empty()) {
      x = Path(person, sigma_frames, [](Vec3f root) { return root.x; });
      y = Path(person, sigma_frames, [](Vec3f root) { return root.z; });
    }
    std::vector<Vec3f> roots(frames);
    for (size_t t = 0; t < frames; ++t) roots[t] = {x[t], y[t], heights[t]};
    staging.root_in_world.push_back(std::move(roots));
  }
  AimAtPeople(motion, bodies, staging);
  return staging;
}

std::vector<Vec3f> JointsInWorld(std::span<const Vec3f> joints_in_cam, Vec3f root_in_world) {
  std::vector<Vec3f> joints;
  joints.reserve(joints_in_cam.size());
  for (const Vec3f& joint : joints_in_cam) joints.push_back(root_in_world + WorldFromCam(joint));
  return joints;
}

}  // namespace videopose
