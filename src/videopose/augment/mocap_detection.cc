// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/mocap_detection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "videopose/pose.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

constexpr size_t kCoco = kCocoJoints, kLeftHip = 11;

// Chains that are hidden together.
const std::vector<std::vector<size_t>> kParts = {
    {7, 9},   {8, 10},         {9},          {10},        {13, 15}, {14, 16},
    {15, 16}, {0, 1, 2, 3, 4}, {11, 13, 15}, {12, 14, 16}};

// A keypoint of the left side, and the joints of which one is the way along which it may lie
// beside its own. The right side's is one further.
struct Convention {
  size_t keypoint, from, to;
  std::array<double, 3> ConventionOptions::*offsets;  // least, most, most more in front
};
constexpr std::array<Convention, 6> kConventions = {{{5, 5, 11, &ConventionOptions::shoulder},
                                                     {11, 5, 11, &ConventionOptions::hip},
                                                     {13, 11, 13, &ConventionOptions::knee},
                                                     {15, 13, 15, &ConventionOptions::ankle},
                                                     {7, 5, 7, &ConventionOptions::elbow},
                                                     {9, 7, 9, &ConventionOptions::wrist}}};
// How far apart the left and the right one are, of how far joints are.
struct Width {
  size_t left;
  Range ConventionOptions::*factor;
};
constexpr std::array<Width, 2> kWidths = {
    {{5, &ConventionOptions::shoulder_width}, {11, &ConventionOptions::hip_width}}};

class DetectorModel {
 public:
  DetectorModel(const ProjectedBody& body, double fps, const DetectionOptions& options,
                FastRandom& random)
      : body_(body),
        options_(options),
        random_(random),
        frames_(body.points_in_cam.size()),
        fps_(fps) {
    Project();
  }

  std::vector<Keypoint> Run() {
    if (options_.level > 0 && random_.Chance(options_.conventions)) FollowConventions();
    if (options_.level == 0 || random_.Chance(options_.clean)) {
      if (options_.level > 0) DropPoints();
      return std::move(points_);
    }
    // Some detectors, images and distances are much better than others.
    const double level =
        options_.level * std::exp(random_.Gauss(0, options_.level_spread)) * options_.usual_level;
    Confuse();
    Disturb(level);
    Hide(level);
    PlaceOutliers(level);
    DropPoints();
    return std::move(points_);
  }

 private:
  void Project() {
    points_.resize(frames_ * kCoco);
    size_px_.resize(frames_);
    for (size_t t = 0; t < frames_; ++t) {
      Vec2d low = {1e9, 1e9}, high = {-1e9, -1e9};
      for (size_t k = 0; k < kCoco; ++k) {
        const Vec3d& p = body_.points_in_cam[t][static_cast<size_t>(kCocoFromBody[k])];
        const Vec2d at = {body_.focal_px * p.x / p.z + 0.5 * body_.width_px,
                          body_.focal_px * p.y / p.z + 0.5 * body_.height_px};
        low = {std::min(low.x, at.x), std::min(low.y, at.y)};
        high = {std::max(high.x, at.x), std::max(high.y, at.y)};
        points_[t * kCoco + k] = {static_cast<float>(at.x), static_cast<float>(at.y), 1};
      }
      size_px_[t] = std::min(std::max(high.x - low.x, high.y - low.y),
                             options_.largest_size * std::max(body_.width_px, body_.height_px));
    }
  }

  Keypoint& Point(size_t t, size_t k) { return points_[t * kCoco + k]; }
  void Move(Keypoint& point, double dx_px, double dy_px) {
    point.x_px += static_cast<float>(dx_px);
    point.y_px += static_cast<float>(dy_px);
  }
  struct Stretch {
    size_t begin, end;
  };
  Stretch RandomRun(const Range& length_s) {
    const auto length = static_cast<size_t>(std::max(1.0, fps_ * random_.LogUniform(length_s)));
    const auto begin = static_cast<size_t>(random_.Below(static_cast<int64_t>(frames_)));
    return {begin, std::min(frames_, begin + length)};
  }

  // 1: seen from the front or from behind, 0: from the side.
  double Frontality(size_t t) const {
    const Vec3d across = body_.points_in_cam[t][static_cast<size_t>(kCocoFromBody[kLeftHip])] -
                         body_.points_in_cam[t][static_cast<size_t>(kCocoFromBody[kLeftHip + 1])];
    return std::hypot(across.x, across.y) / std::max(Norm(across), 1e-6);
  }

  // A detector's hip is where the annotators of its training images placed it: lower
  // and wider apart than the joints, above all in clothes, and depending on the view.
  void FollowConventions() {
    const std::vector<Keypoint> joints = points_;
    const ConventionOptions& options = options_.convention;
    for (const Convention& convention : kConventions) {
      const auto& [least, most, most_more_in_front] = options.*convention.offsets;
      const double range = most - least;
      const double share = random_.Uniform(least, most);
      const double more_in_front = random_.Uniform(0, most_more_in_front);
      const double sway = random_.Uniform(options.sway) * range;
      const double rad_per_s = 2 * std::numbers::pi * random_.LogUniform(options.sway_hz);
      const double phase_rad = random_.Uniform(0, 2 * std::numbers::pi);
      for (size_t side = 0; side < 2; ++side) {
        const double own = share + random_.Gauss(0, options.side * range);
        for (size_t t = 0; t < frames_; ++t) {
          const double time_s = static_cast<double>(t) / fps_;
          const double now =
              own + more_in_front * Frontality(t) + sway * std::sin(rad_per_s * time_s + phase_rad);
          const Keypoint &from = joints[t * kCoco + convention.from + side],
                         &to = joints[t * kCoco + convention.to + side];
          Move(Point(t, convention.keypoint + side), now * static_cast<double>(to.x_px - from.x_px),
               now * static_cast<double>(to.y_px - from.y_px));
        }
      }
    }
    for (const Width& width : kWidths) {
      const double wider = (random_.Uniform(options.*width.factor) - 1) / 2;
      for (size_t t = 0; t < frames_; ++t) {
        const Keypoint &left = joints[t * kCoco + width.left],
                       &right = joints[t * kCoco + width.left + 1];
        const double dx_px = wider * static_cast<double>(left.x_px - right.x_px);
        const double dy_px = wider * static_cast<double>(left.y_px - right.y_px);
        Move(Point(t, width.left), dx_px, dy_px);
        Move(Point(t, width.left + 1), -dx_px, -dy_px);
      }
    }
  }

  // Swaps left and right: legs, arms, or all joints.
  void Confuse() {
    if (!random_.Chance(options_.swaps)) return;
    const int64_t which = random_.Below(3);
    const Stretch run = RandomRun(options_.swap_s);
    for (size_t t = run.begin; t < run.end; ++t) {
      for (size_t k = 1; k + 1 < kCoco; k += 2) {
        const bool is_leg = k >= 11, is_arm = k >= 7 && k < 11;
        if ((which == 0 && is_leg) || (which == 1 && is_arm) || which == 2) {
          std::swap(Point(t, k), Point(t, k + 1));
        }
      }
    }
  }

  void Disturb(double level) {
    const double white = level * options_.white * random_.Uniform(options_.white_factor);
    const double slow = level * options_.slow * random_.Uniform(options_.slow_factor);
    const double bias = level * options_.bias * random_.Uniform(options_.bias_factor);
    const double keep = std::exp(-1 / (fps_ * random_.LogUniform(options_.slow_s)));
    const double fresh = std::sqrt(1 - keep * keep);
    const float sure =
        random_.Chance(options_.certain) ? 1 : static_cast<float>(random_.Uniform(options_.score));
    for (size_t k = 0; k < kCoco; ++k) {
      const double h = options_.hardness[k];
      const double bias_x = bias * h * random_.Gauss(), bias_y = bias * h * random_.Gauss();
      double slow_x = random_.Gauss(), slow_y = random_.Gauss();
      for (size_t t = 0; t < frames_; ++t) {
        const double size = size_px_[t];
        Move(Point(t, k), size * (bias_x + h * (slow * slow_x + white * random_.Gauss())),
             size * (bias_y + h * (slow * slow_y + white * random_.Gauss())));
        Point(t, k).score = sure;
        slow_x = keep * slow_x + fresh * random_.Gauss();
        slow_y = keep * slow_y + fresh * random_.Gauss();
      }
    }
  }

  // Hidden points, and those outside of the image: guessed, with a low score.
  void Hide(double level) {
    if (random_.Chance(options_.occlusions)) {
      const int64_t runs = 1 + random_.Below(options_.most_occlusions);
      for (int64_t i = 0; i < runs; ++i) {
        const auto& part =
            kParts[static_cast<size_t>(random_.Below(static_cast<int64_t>(kParts.size())))];
        Guess(part, RandomRun(options_.occlusion_s), level);
      }
    }
    for (size_t k = 0; k < kCoco; ++k) {
      const double error = options_.outside_error * level;
      const double dx = error * random_.Gauss(), dy = error * random_.Gauss();
      for (size_t t = 0; t < frames_; ++t) {
        Keypoint& point = Point(t, k);
        if (point.x_px >= 0 && point.y_px >= 0 && point.x_px < static_cast<float>(body_.width_px) &&
            point.y_px < static_cast<float>(body_.height_px)) {
          continue;
        }
        Move(point, size_px_[t] * dx, size_px_[t] * dy);
        point.score = std::min(point.score, static_cast<float>(options_.outside_score));
      }
    }
  }
  void Guess(const std::vector<size_t>& part, const Stretch& run, double level) {
    const double keep = std::exp(-1 / (fps_ * options_.occluded_slow_s));
    const float score = static_cast<float>(random_.Uniform(options_.occluded_score));
    const double size = level * random_.Uniform(options_.occluded_error);
    for (const size_t k : part) {
      double x = random_.Gauss(), y = random_.Gauss();
      for (size_t t = run.begin; t < run.end; ++t) {
        Move(Point(t, k), size_px_[t] * size * x, size_px_[t] * size * y);
        Point(t, k).score = std::min(Point(t, k).score, score);
        x = keep * x + std::sqrt(1 - keep * keep) * random_.Gauss();
        y = keep * y + std::sqrt(1 - keep * keep) * random_.Gauss();
      }
    }
  }

  void PlaceOutliers(double level) {
    const auto count =
        static_cast<int64_t>(options_.outliers * std::min(options_.most_outlier_level, level) *
                             static_cast<double>(frames_ * kCoco) * random_.Uniform());
    for (int64_t i = 0; i < count; ++i) {
      const auto k = static_cast<size_t>(random_.Below(kCoco));
      const auto begin = static_cast<size_t>(random_.Below(static_cast<int64_t>(frames_)));
      const size_t end = std::min(
          frames_, begin + 1 + static_cast<size_t>(random_.Below(options_.most_outlier_frames)));
      const double distance = options_.outlier_distance;
      const double dx = distance * random_.Gauss(), dy = distance * random_.Gauss();
      for (size_t t = begin; t < end; ++t) {
        Move(Point(t, k), size_px_[t] * dx, size_px_[t] * dy);
        if (random_.Chance(options_.outlier_unsure)) {
          Point(t, k).score *= static_cast<float>(random_.Uniform(options_.outlier_score_factor));
        }
      }
    }
  }

  // Missing points: whole layouts without a face, legs outside of the image, and gaps.
  void DropPoints() {
    if (!random_.Chance(options_.missing)) return;
    const double what = random_.Uniform();
    std::vector<size_t> points;
    Stretch run{0, frames_};
    if (what < options_.missing_face) {
      points = {1, 2, 3, 4};
      if (random_.Chance(options_.missing_nose)) points.push_back(0);
    } else if (what < options_.missing_face + options_.missing_legs) {
      points = {13, 14, 15, 16};
      if (random_.Chance(options_.missing_hips)) points.insert(points.end(), {11, 12});
    } else {
      points = kParts[static_cast<size_t>(random_.Below(static_cast<int64_t>(kParts.size())))];
      run = RandomRun(options_.gap_s);
    }
    for (size_t t = run.begin; t < run.end; ++t) {
      for (const size_t k : points) Point(t, k) = {};
    }
  }

  const ProjectedBody& body_;
  const DetectionOptions& options_;
  FastRandom& random_;
  size_t frames_;
  double fps_;
  std::vector<Keypoint> points_;  // (T, 17)
  std::vector<double> size_px_;   // T
};

}  // namespace

std::vector<Keypoint> Detect(const ProjectedBody& body, double fps, const DetectionOptions& options,
                             FastRandom& random) {
  return DetectorModel(body, fps, options, random).Run();
}

}  // namespace videopose::internal
