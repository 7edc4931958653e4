#include "videopose/augment/mocap_detection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "videopose/pose.h"

namespace videopose {
namespace {

constexpr size_t kCoco = 17, kLeftHip = 11;

// How much harder than the average a keypoint is to find: hips have no visible point, wrists and
// ankles move most.
constexpr std::array<double, kCoco> kHardness = {0.6, 0.6, 0.6, 0.7, 0.7, 0.9, 0.9, 1.1, 1.1,
                                                 1.3, 1.3, 1.2, 1.2, 1.1, 1.1, 1.3, 1.3};
// Chains that are hidden together.
const std::vector<std::vector<size_t>> kParts = {
    {7, 9},   {8, 10},         {9},          {10},        {13, 15}, {14, 16},
    {15, 16}, {0, 1, 2, 3, 4}, {11, 13, 15}, {12, 14, 16}};

// Where a keypoint of the left side may lie beside its joint: along the way from one joint to
// another, by a share of that way, and by up to so much more of it where the body is seen from the
// front or from behind. The right side's is one further.
struct Convention {
  size_t keypoint, from, to;
  double least, most, most_more_in_front;
};
constexpr std::array<Convention, 6> kConventions = {{{5, 5, 11, -0.06, 0.06, 0},
                                                     {11, 5, 11, -0.04, 0.1, 0.14},
                                                     {13, 11, 13, -0.08, 0.06, 0},
                                                     {15, 13, 15, -0.1, 0.06, 0},
                                                     {7, 5, 7, -0.06, 0.06, 0},
                                                     {9, 7, 9, -0.08, 0.12, 0}}};
// How far apart the left and the right one are, of how far joints are.
struct Width {
  size_t left;
  double least, most;
};
constexpr std::array<Width, 2> kWidths = {{{5, 0.88, 1.15}, {11, 0.85, 1.5}}};

class DetectorModel {
 public:
  DetectorModel(const FilmedBody& body, double fps, const DetectionOptions& options,
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
    // Some detectors, pictures and distances are much better than others.
    const double level = options_.level * std::exp(random_.Gauss(0, 0.6)) * 0.85;
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
                             4.0 * std::max(body_.width_px, body_.height_px));
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
  Stretch RandomRun(double shortest_s, double longest_s) {
    const auto length =
        static_cast<size_t>(std::max(1.0, fps_ * random_.LogUniform(shortest_s, longest_s)));
    const auto begin = static_cast<size_t>(random_.Below(static_cast<int64_t>(frames_)));
    return {begin, std::min(frames_, begin + length)};
  }

  // 1: seen from the front or from behind, 0: from the side.
  double Frontality(size_t t) const {
    const Vec3d across = body_.points_in_cam[t][static_cast<size_t>(kCocoFromBody[kLeftHip])] -
                         body_.points_in_cam[t][static_cast<size_t>(kCocoFromBody[kLeftHip + 1])];
    return std::hypot(across.x, across.y) / std::max(Norm(across), 1e-6);
  }

  // What a detector calls a hip is where those who marked its pictures thought hips to be: lower
  // and wider apart than the joints, in clothes above all, and not the same from all sides.
  void FollowConventions() {
    const std::vector<Keypoint> joints = points_;
    for (const Convention& convention : kConventions) {
      const double range = convention.most - convention.least;
      const double share = random_.Uniform(convention.least, convention.most);
      const double more_in_front = random_.Uniform(0, convention.most_more_in_front);
      const double sway = random_.Uniform(0, 0.2) * range;
      const double rad_per_s = 2 * std::numbers::pi * random_.LogUniform(0.08, 0.6);
      const double phase_rad = random_.Uniform(0, 2 * std::numbers::pi);
      for (size_t side = 0; side < 2; ++side) {
        const double own = share + random_.Gauss(0, 0.1 * range);
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
      const double wider = (random_.Uniform(width.least, width.most) - 1) / 2;
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

  // Left for right: legs, arms, or everything.
  void Confuse() {
    if (!random_.Chance(options_.swaps)) return;
    const int64_t which = random_.Below(3);
    const Stretch run = RandomRun(0.04, 0.5);
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
    const double white = level * options_.white * random_.Uniform(0.2, 1.8);
    const double slow = level * options_.slow * random_.Uniform(0.2, 1.8);
    const double bias = level * options_.bias * random_.Uniform(0, 2);
    const double keep = std::exp(-1 / (fps_ * random_.LogUniform(0.1, 0.8)));
    const double fresh = std::sqrt(1 - keep * keep);
    const float sure = random_.Chance(0.4) ? 1 : static_cast<float>(random_.Uniform(0.7, 1));
    for (size_t k = 0; k < kCoco; ++k) {
      const double h = kHardness[k];
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

  // Hidden points, and those outside of the picture: guessed, with a low score.
  void Hide(double level) {
    if (random_.Chance(options_.occlusions)) {
      const int64_t runs = 1 + random_.Below(3);
      for (int64_t i = 0; i < runs; ++i) {
        const auto& part =
            kParts[static_cast<size_t>(random_.Below(static_cast<int64_t>(kParts.size())))];
        Guess(part, RandomRun(0.1, 3), level);
      }
    }
    for (size_t k = 0; k < kCoco; ++k) {
      const double dx = 0.02 * level * random_.Gauss(), dy = 0.02 * level * random_.Gauss();
      for (size_t t = 0; t < frames_; ++t) {
        Keypoint& point = Point(t, k);
        if (point.x_px >= 0 && point.y_px >= 0 && point.x_px < static_cast<float>(body_.width_px) &&
            point.y_px < static_cast<float>(body_.height_px)) {
          continue;
        }
        Move(point, size_px_[t] * dx, size_px_[t] * dy);
        point.score = std::min(point.score, 0.3F);
      }
    }
  }
  void Guess(const std::vector<size_t>& part, const Stretch& run, double level) {
    const double keep = std::exp(-1 / (fps_ * 0.3));
    const float score = static_cast<float>(random_.Uniform(0.05, 0.7));
    const double size = level * random_.Uniform(0.005, 0.035);
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
        static_cast<int64_t>(options_.outliers * std::min(2.0, level) *
                             static_cast<double>(frames_ * kCoco) * random_.Uniform());
    for (int64_t i = 0; i < count; ++i) {
      const auto k = static_cast<size_t>(random_.Below(kCoco));
      const auto begin = static_cast<size_t>(random_.Below(static_cast<int64_t>(frames_)));
      const size_t end = std::min(frames_, begin + 1 + static_cast<size_t>(random_.Below(3)));
      const double dx = 0.12 * random_.Gauss(), dy = 0.12 * random_.Gauss();
      for (size_t t = begin; t < end; ++t) {
        Move(Point(t, k), size_px_[t] * dx, size_px_[t] * dy);
        if (random_.Chance(0.5)) Point(t, k).score *= static_cast<float>(random_.Uniform(0.2, 1));
      }
    }
  }

  // Points that are not given: whole layouts without a face, legs out of the picture, and gaps.
  void DropPoints() {
    if (!random_.Chance(options_.missing)) return;
    const double what = random_.Uniform();
    std::vector<size_t> points;
    Stretch run{0, frames_};
    if (what < 0.25) {
      points = {1, 2, 3, 4};
      if (random_.Chance(0.3)) points.push_back(0);
    } else if (what < 0.4) {
      points = {13, 14, 15, 16};
      if (random_.Chance(0.4)) points.insert(points.end(), {11, 12});
    } else {
      points = kParts[static_cast<size_t>(random_.Below(static_cast<int64_t>(kParts.size())))];
      run = RandomRun(0.05, 2);
    }
    for (size_t t = run.begin; t < run.end; ++t) {
      for (const size_t k : points) Point(t, k) = {};
    }
  }

  const FilmedBody& body_;
  const DetectionOptions& options_;
  FastRandom& random_;
  size_t frames_;
  double fps_;
  std::vector<Keypoint> points_;  // (T, 17)
  std::vector<double> size_px_;   // T
};

}  // namespace

std::vector<Keypoint> Detect(const FilmedBody& body, double fps, const DetectionOptions& options,
                             FastRandom& random) {
  return DetectorModel(body, fps, options, random).Run();
}

}  // namespace videopose
