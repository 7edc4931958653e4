// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/floor.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>

#include "videopose/base/check.h"
#include "videopose/base/statistics.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal {
namespace {

constexpr double kRollSigma = RadiansFromDegrees(8.0), kPitchSigma = RadiansFromDegrees(30.0);
constexpr double kBalanceSigma = RadiansFromDegrees(2.5), kSwaySigma = RadiansFromDegrees(5.0);
constexpr double kStrayAngle = RadiansFromDegrees(10.0);  // beyond it a direction is down-weighted
constexpr double kBalanceDuration_s = 0.5;                // frames within it are not independent
// Standing people are within this of upright: at first, with the camera taken as level, and later.
constexpr double kFirstGate = RadiansFromDegrees(50.0), kGate = RadiansFromDegrees(25.0);
constexpr double kStanceSigma_m = 0.03;
// Distances are uncertain by this share, which lifts or lowers what is seen from above or below.
constexpr double kDistanceSigma = 0.03;
// A foot on its ball has a higher ankle, no foot has a lower one: a stance above the floor is
// down-weighted from fewer sigmas on than one below it.
constexpr double kHeelsAreUp = 1, kNoneIsLow = 1.75;
constexpr double kLevelsSigma_m = 0.3;  // between people
// Stances in one place have the same errors: together they count as this many.
constexpr double kCell_m = 0.4, kFullCell = 4;
// Graduated robust least squares: first nearly all stances count, then those on one plane.
constexpr double kWidest = 16;
constexpr int kIterations = 24;

class FloorFitter {
 public:
  explicit FloorFitter(const FloorEvidence& evidence)
      : evidence_(&evidence), levels_(evidence.person_count) {
    std::map<std::array<int64_t, 3>, int> crowd;
    const auto cell = [](const Vec3d& x) {
      return std::array<int64_t, 3>{std::llround(x.x / kCell_m), std::llround(x.y / kCell_m),
                                    std::llround(x.z / kCell_m)};
    };
    for (const FloorEvidence::Stance& stance : evidence.stances) ++crowd[cell(stance.ankle_in_cam)];
    for (const FloorEvidence::Stance& stance : evidence.stances) {
      shares_.push_back(std::min(1.0, kFullCell / crowd[cell(stance.ankle_in_cam)]));
    }
  }

  FloorEstimate Fit() {
    double gate = kFirstGate;
    for (int i = 0; i < 4; ++i, gate = kGate) {
      WeighBalance(gate);
      Step(false, 1);
    }
    FitStances();
    FloorEstimate estimate;
    estimate.floor.up_in_cam = up_;
    std::vector<double> all;
    for (const FloorEvidence::Stance& stance : evidence_->stances)
      all.push_back(levels_[stance.person]);
    estimate.floor.level_m = Median(std::move(all));
    estimate.level_of_person_m = levels_;
    for (size_t p = 0; p < levels_.size(); ++p) {
      const bool stood = std::any_of(evidence_->stances.begin(), evidence_->stances.end(),
                                     [&](const auto& stance) { return stance.person == p; });
      if (!stood) estimate.level_of_person_m[p] = estimate.floor.level_m;
    }
    return estimate;
  }

 private:
  // The robust mean direction of standing people, and its uncertainty.
  void WeighBalance(double gate) {
    Vec3d mean = balanced_ ? balance_ : up_;
    double duration_s = 0;
    for (int i = 0; i < 4; ++i) {
      Vec3d sum;
      duration_s = 0;
      for (const FloorEvidence::Balance& balance : evidence_->balances) {
        if (Dot(balance.direction_in_cam, up_) < std::cos(gate)) continue;
        const double ratio = Norm(balance.direction_in_cam - mean) / kStrayAngle;
        const double share = balance.duration_s / (1 + ratio * ratio);
        sum = sum + share * balance.direction_in_cam;
        duration_s += share;
      }
      if (duration_s > 0) mean = Normalized(sum);
    }
    balanced_ = duration_s > 0;
    if (!balanced_) return;
    balance_ = mean;
    const double independent = std::max(1.0, duration_s / kBalanceDuration_s);
    balance_sigma_ = std::hypot(kBalanceSigma, kSwaySigma / std::sqrt(independent));
  }

  // Stances on a box and beside it lie on a steep plane, too, so a fit that begins with nearly all
  // stances may end far from the truth: of several fits the first is taken unless a later one is
  // far more probable. The last one keeps to the plane it begins with: stances far from it have no
  // weight.
  void FitStances() {
    constexpr double kClearlyLess = 5;
    const FloorFitter start = *this;
    FloorFitter best = start;
    double least = std::numeric_limits<double>::infinity();
    for (const double widest : {kWidest, kWidest / 4, 1.0}) {
      *this = start;
      StartLevels();
      uses_geman_mcclure_ = widest == 1;
      for (int i = 0; i < kIterations; ++i) {
        WeighBalance(kGate);
        Step(true, std::max(1.0, widest * std::pow(0.75, i)));
      }
      const double cost = Cost(start);
      if (cost > least - kClearlyLess) continue;
      least = cost;
      best = *this;
    }
    *this = best;
  }

  // The negative logarithm of how probable the floor is. The balance is that of `start`, since
  // people who lean too much for this floor are not in its own evidence. The cost of a stance is
  // bounded, however far from the floor it is.
  double Cost(const FloorFitter& start) const {
    const auto square = [](double x) { return x * x; };
    double cost = square(up_.x / kRollSigma) + square(up_.z / kPitchSigma);
    if (start.balanced_) cost += square(Norm(start.balance_ - up_) / start.balance_sigma_);
    for (size_t i = 0; i < evidence_->stances.size(); ++i) {
      const FloorEvidence::Stance& stance = evidence_->stances[i];
      const double off = LevelOf(stance) - levels_[stance.person];
      const double doubt = off > 0 ? kHeelsAreUp : kNoneIsLow;
      const double ratio = square(off / StanceSigma(stance) / doubt);
      cost += shares_[i] * square(doubt) * ratio / (1 + ratio);
    }
    return cost / 2;
  }

  void StartLevels() {
    for (size_t p = 0; p < levels_.size(); ++p) {
      std::vector<double> heights;
      for (const FloorEvidence::Stance& stance : evidence_->stances) {
        if (stance.person == p) heights.push_back(LevelOf(stance));
      }
      levels_[p] = Median(std::move(heights));
    }
  }

  double LevelOf(const FloorEvidence::Stance& stance) const {
    return Dot(up_, stance.ankle_in_cam) - stance.ankle_height_m;
  }

  double StanceSigma(const FloorEvidence::Stance& stance) const {
    return std::hypot(kStanceSigma_m, kDistanceSigma * Dot(up_, stance.ankle_in_cam));
  }

  // One Gauss-Newton step for up = Normalized(up + a right + b ahead) and the levels.
  void Step(bool with_stances, double width) {
    const Vec3d right = Normalized(Cross(Vec3d{0, 0, 1}, -up_));
    const Vec3d ahead = Cross(up_, right);
    const auto size = static_cast<int64_t>(2 + levels_.size());
    // Of the matrix the lower triangle.
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(size, size);
    Eigen::VectorXd right_side = Eigen::VectorXd::Zero(size);
    // A residual value + da a + db b - level, where the person has one.
    const auto add = [&](double value, double da, double db, int64_t level, double weight) {
      matrix(0, 0) += weight * da * da;
      matrix(1, 0) += weight * da * db;
      matrix(1, 1) += weight * db * db;
      right_side(0) += -weight * da * value;
      right_side(1) += -weight * db * value;
      if (level < 0) return;
      matrix(level, 0) += -weight * da;
      matrix(level, 1) += -weight * db;
      matrix(level, level) += weight;
      right_side(level) += weight * value;
    };
    add(up_.x, right.x, ahead.x, -1, 1 / (kRollSigma * kRollSigma));
    add(up_.z, right.z, ahead.z, -1, 1 / (kPitchSigma * kPitchSigma));
    if (balanced_) {
      const double weight = 1 / (balance_sigma_ * balance_sigma_);
      add(-Dot(balance_, right), 1, 0, -1, weight);
      add(-Dot(balance_, ahead), 0, 1, -1, weight);
    }
    if (with_stances) {
      for (size_t i = 0; i < evidence_->stances.size(); ++i) {
        const FloorEvidence::Stance& stance = evidence_->stances[i];
        const double residual = LevelOf(stance) - levels_[stance.person];
        const double sigma = StanceSigma(stance);
        const double ratio = residual / (width * sigma) / (residual > 0 ? kHeelsAreUp : kNoneIsLow);
        add(LevelOf(stance), Dot(right, stance.ankle_in_cam), Dot(ahead, stance.ankle_in_cam),
            2 + static_cast<int64_t>(stance.person),
            shares_[i] / (sigma * sigma) /
                std::pow(1 + ratio * ratio, uses_geman_mcclure_ ? 2 : 1));
      }
    }
    double mean = 0;
    for (const double level : levels_) mean += level / static_cast<double>(levels_.size());
    for (size_t p = 0; p < levels_.size(); ++p) {
      const int64_t at = 2 + static_cast<int64_t>(p);
      matrix(at, at) += 1 / (kLevelsSigma_m * kLevelsSigma_m);
      right_side(at) += mean / (kLevelsSigma_m * kLevelsSigma_m);
    }
    const Eigen::LLT<Eigen::MatrixXd> root(matrix);
    VP_CHECK(root.info() == Eigen::Success, "the floor's {} equations are not positive definite",
             size);
    const Eigen::VectorXd x = root.solve(right_side);
    up_ = Normalized(up_ + x[0] * right + x[1] * ahead);
    for (size_t p = 0; p < levels_.size(); ++p) levels_[p] = x[2 + p];
  }

  const FloorEvidence* evidence_;
  Vec3d up_{0, -1, 0};
  std::vector<double> levels_;
  std::vector<double> shares_;  // by stance
  bool balanced_ = false;
  bool uses_geman_mcclure_ = false;  // weights: the square of Cauchy's
  Vec3d balance_;
  double balance_sigma_ = 1;
};

}  // namespace

FloorEstimate EstimateFloor(const FloorEvidence& evidence) { return FloorFitter(evidence).Fit(); }

}  // namespace videopose::internal
