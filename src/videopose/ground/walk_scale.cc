// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/walk_scale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "videopose/base/statistics.h"
#include "videopose/ground/body_measures.h"
#include "videopose/ground/contacts.h"

namespace videopose::internal {
namespace {

// Roughly first, then by feet that are flat on the floor: where heels rise ankles move on.
constexpr double kFootWindow_s = 0.2, kRough_m_s = 0.25, kFine_m_s = 0.1;
constexpr double kAlongSight = 1.0 / 6;
// Cameras that are carried, up to those on bicycles.
constexpr double kSlowest_m_s = 0.01, kFastest_m_s = 12;
constexpr double kGrid = 1.03;
// Of the frames in which people are seen, a foot rests in so many; and so well is s known.
constexpr double kRestingShare = 0.3, kScaleSigma = 0.15;

// a' and c' of one ankle, by P.
struct FootSpeed {
  Vec3d own, of_camera;
};
using FrameSpeeds = std::array<FootSpeed, 2>;

double SpeedOf(const FootSpeed& foot, double scale) {
  return Norm(foot.own + scale * foot.of_camera);
}

const FootSpeed& SlowerFoot(const FrameSpeeds& feet, double scale) {
  return SpeedOf(feet[0], scale) < SpeedOf(feet[1], scale) ? feet[0] : feet[1];
}

double CostOf(std::span<const FrameSpeeds> frames, double scale, double sigma_m_s) {
  double cost = 0;
  for (const FrameSpeeds& feet : frames) {
    const double x = SpeedOf(SlowerFoot(feet, scale), scale) / sigma_m_s;
    cost += x * x / (1 + x * x);
  }
  return cost;
}

class SpeedReader {
 public:
  SpeedReader(const Walker& walker, double fps, MovingFrame first_from_cam,
              std::span<const Vec3d> places)
      : walker_(walker), fps_(fps), first_from_cam_(first_from_cam), places_(places) {}

  FootSpeed Read(FrameRange run, int64_t t, int ankle) const {
    const auto reach = std::max<int64_t>(1, std::llround(kFootWindow_s / 2 * fps_));
    const Vec3d around = JointInCam(*walker_.person, t, ankle);
    const Vec3d sight = Normalized(around);
    const auto project = [&](const Vec3d& v) {
      return v + (kAlongSight - 1) * Dot(v, sight) * sight;
    };
    double s0 = 0, s1 = 0, s2 = 0;
    Vec3d own0, own1, camera0, camera1;
    for (int64_t i = std::max(run.begin, t - reach); i <= std::min(run.end - 1, t + reach); ++i) {
      const auto frames = static_cast<double>(i - t);
      const Vec3d own = PlaceOf(i, ankle, around), camera = places_[static_cast<size_t>(i)];
      s0 += 1;
      s1 += frames;
      s2 += frames * frames;
      own0 = own0 + own;
      own1 = own1 + frames * own;
      camera0 = camera0 + camera;
      camera1 = camera1 + frames * camera;
    }
    if (s0 < 3) return {};
    const double share = fps_ / (s0 * s2 - s1 * s1);
    return {project(share * (s0 * own1 - s1 * own0)),
            project(share * (s0 * camera1 - s1 * camera0))};
  }

 private:
  // Where it is seen, as far away as it is in the middle of the window; along the sight as lifted.
  Vec3d PlaceOf(int64_t t, int joint, const Vec3d& around) const {
    const Vec3d ankle = JointInCam(*walker_.person, t, joint);
    if (walker_.rays.empty()) return ankle;
    const JointRay& ray =
        walker_.rays[static_cast<size_t>(t * walker_.person->joints_in_cam.joint_count() + joint)];
    if (!(ray.score > 0)) return ankle;
    const Vec3d sight = Normalized(around);
    const Vec3d seen =
        Norm(around) * Turned(first_from_cam_, t, Normalized(Vec3d{ray.ray.x, ray.ray.y, 1}));
    return seen + (Dot(ankle, sight) - Dot(seen, sight)) * sight;
  }

  const Walker& walker_;
  double fps_;
  MovingFrame first_from_cam_;
  std::span<const Vec3d> places_;
};

}  // namespace

std::optional<double> WalkScale(std::span<const Walker> walkers, const Skeleton& skeleton,
                                double fps, MovingFrame first_from_cam,
                                std::span<const Vec3d> places_in_first) {
  const BodyJoints body = FindBodyJoints(skeleton);
  std::vector<FrameSpeeds> frames;
  for (const Walker& walker : walkers) {
    const SpeedReader reader(walker, fps, first_from_cam, places_in_first);
    for (const FrameRange& run : PosedRanges(*walker.person)) {
      for (int64_t t = run.begin; t < run.end; ++t) {
        frames.push_back(
            {reader.Read(run, t, body.ankles[0]), reader.Read(run, t, body.ankles[1])});
      }
    }
  }
  std::vector<double> speeds;  // of the camera, by unit
  for (size_t t = 1; t < places_in_first.size(); ++t) {
    speeds.push_back(fps * Norm(places_in_first[t] - places_in_first[t - 1]));
  }
  const double usual = Quantile(std::move(speeds), 0.8);
  if (frames.empty() || !(usual > 0)) return std::nullopt;
  double best = 0, least = CostOf(frames, 0, kRough_m_s);
  const auto try_it = [&](double scale, double sigma_m_s) {
    const double cost = CostOf(frames, scale, sigma_m_s);
    if (cost >= least) return;
    least = cost;
    best = scale;
  };
  for (double s = kSlowest_m_s; s < kFastest_m_s; s *= kGrid) try_it(s / usual, kRough_m_s);
  const double rough = best;
  least = std::numeric_limits<double>::infinity();
  for (int i = -50; i <= 50; ++i) try_it(rough * std::pow(kGrid, 0.1 * i), kFine_m_s);
  // How well it is known: by the curvature of the squares of feet that rest.
  double information = 0;
  int64_t resting = 0;
  for (const FrameSpeeds& feet : frames) {
    const FootSpeed& foot = SlowerFoot(feet, best);
    if (SpeedOf(foot, best) > kRough_m_s) continue;
    ++resting;
    information += Dot(foot.of_camera, foot.of_camera) / (kRough_m_s * kRough_m_s);
  }
  information /= std::max(1.0, fps * kFootWindow_s);
  const bool is_seen =
      static_cast<double>(resting) > kRestingShare * static_cast<double>(frames.size());
  if (!is_seen || !(best * std::sqrt(information) > 1 / kScaleSigma)) return std::nullopt;
  return best;
}

}  // namespace videopose::internal
