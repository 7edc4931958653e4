// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/bundle.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "videopose/geometry/angle.h"
#include "videopose/geometry/block_band.h"
#include "videopose/geometry/least_squares.h"
#include "videopose/geometry/rotation_vector.h"

namespace videopose::internal {
namespace {

using Vector6 = Eigen::Matrix<double, 6, 1>;
using Matrix6 = Eigen::Matrix<double, 6, 6>;

// Corners are found to a fifth of a pixel or so; Cauchy's scale.
constexpr double kScale_px = 0.6;
// Of rho about 1. Weak: a sight that moves by a pixel counts as much as all of it.
constexpr double kRhoSigma = 2;
constexpr double kNearest = 1e-3;  // before the camera, relative to the anchor's distance
// Errors of neighbouring points are alike: as if there were fewer of them.
constexpr double kIndependentPoints = 0.25;
// Less than this share of the cost is no gain.
constexpr double kLeastGain = 1e-4;
constexpr size_t kMostSigmas = 64;  // views whose uncertainty is computed

Rigid3d Stepped(const Rigid3d& place, const Vector6& step) {
  Quaternion q = place.rotation * FromRotationVector({step[0], step[1], step[2]});
  const double share = 1 / std::sqrt(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z);
  q = {share * q.w, share * q.x, share * q.y, share * q.z};
  return {q, place.translation + Vec3d{step[3], step[4], step[5]}};
}

struct Turn {
  Eigen::Matrix3d rotation;
  Eigen::Vector3d place;
};

Turn TurnOf(const Rigid3d& place) { return {ToEigen(place.rotation), ToEigen(place.translation)}; }

// How far off a sight behind the camera counts.
constexpr double kBehind_px = 100;

// The square of a sight's error, in pixels.
double SquareOff(const Turn& anchor, const Turn& view, const Eigen::Vector3d& ray, double rho,
                 const Vec2d& seen, double pixel) {
  const Eigen::Vector3d d =
      view.rotation.transpose() * (anchor.rotation * ray + rho * (anchor.place - view.place));
  if (!(d.z() > kNearest)) return kBehind_px * kBehind_px;
  const double x = (seen.x - d.x() / d.z()) / pixel, y = (seen.y - d.y() / d.z()) / pixel;
  return x * x + y * y;
}

// Per coordinate, of what is left of robust squares.
double VarianceOf(double cost_px2, size_t sights) {
  constexpr double kLeastSigma_px = 0.1;
  return std::max(kLeastSigma_px * kLeastSigma_px, cost_px2 / static_cast<double>(sights) / 2);
}

// One sight: its error in pixels, and how that changes.
struct Look {
  Eigen::Vector2d error;
  Eigen::Matrix<double, 2, 6> by_view, by_anchor;
  Eigen::Vector2d by_rho;
  bool is_ahead = false;
};

Look LookAtPoint(const Turn& anchor, const Turn& view, const Eigen::Vector3d& ray, double rho,
                 const Vec2d& seen, double pixel) {
  Look look;
  const Eigen::Vector3d apart = anchor.place - view.place;
  const Eigen::Vector3d d = view.rotation.transpose() * (anchor.rotation * ray + rho * apart);
  look.is_ahead = d.z() > kNearest;
  if (!look.is_ahead) return look;
  const double u = d.x() / d.z(), v = d.y() / d.z();
  look.error = Eigen::Vector2d(seen.x - u, seen.y - v) / pixel;
  Eigen::Matrix<double, 2, 3> project;  // of the error: minus where it is seen
  project << -1, 0, u, 0, -1, v;
  project /= d.z() * pixel;
  const Eigen::Matrix<double, 2, 3> turned = project * view.rotation.transpose();
  look.by_view.leftCols<3>() = project * CrossMatrix(d);
  look.by_view.rightCols<3>() = -rho * turned;
  look.by_anchor.leftCols<3>() = -turned * anchor.rotation * CrossMatrix(ray);
  look.by_anchor.rightCols<3>() = rho * turned;
  look.by_rho = turned * apart;
  return look;
}

class Adjuster {
 public:
  explicit Adjuster(Bundle& bundle)
      : bundle_(bundle), columns_(ColumnsOf(bundle)), system_(CountFree(), BandOf()) {}

  double Cost() const {
    const std::vector<Turn> turns = Turns();
    double cost = 0;
    for (const BundlePoint& point : bundle_.points) {
      const double off = (point.rho - 1) / kRhoSigma;
      cost += off * off;
      const BundlePoint::Sight& anchor = point.sights.front();
      const Eigen::Vector3d ray(anchor.seen.x, anchor.seen.y, 1);
      for (size_t i = 1; i < point.sights.size(); ++i) {
        const BundlePoint::Sight& sight = point.sights[i];
        cost += RobustCost(SquareOff(turns[anchor.view], turns[sight.view], ray, point.rho,
                                     sight.seen, bundle_.pixel),
                           kScale_px);
      }
    }
    return cost;
  }

  double Run(int steps) {
    double cost = Cost(), damping = 1e-4;
    for (int i = 0; i < steps; ++i) {
      Build();
      const std::vector<BundleView> views = bundle_.views;
      const std::vector<double> rhos = Rhos();
      double gain = 0;
      for (int tries = 0; tries < 6 && !(gain > 0); ++tries) {
        if (Step(damping)) gain = cost - Cost();
        if (!(gain > 0)) {
          bundle_.views = views;
          SetRhos(rhos);
        }
        damping = gain > 0 ? std::max(1e-9, damping / 10) : damping * 10;
      }
      if (!(gain > 0)) break;
      cost -= gain;
      if (gain < kLeastGain * cost) break;
    }
    return cost;
  }

  std::vector<double> Gradient() {
    Build();
    std::vector<double> gradient;
    for (const Part& right : rights_) gradient.insert(gradient.end(), right.begin(), right.end());
    for (const PointRow& row : rows_) gradient.push_back(row.right);
    return gradient;
  }

  // Every so many free views; the others are taken as the next one.
  std::vector<double> Sigmas_deg() {
    Build();
    size_t sights = 1;
    for (const BundlePoint& point : bundle_.points) sights += point.sights.size() - 1;
    const double variance = VarianceOf(Cost(), sights);
    std::vector<double> sigmas(bundle_.views.size());
    std::vector<Part> right;
    System factor = Reduced(0, right);
    const bool is_known = factor.Factor();
    const size_t every = 1 + factor.size() / kMostSigmas;
    double sigma_deg = 180;
    for (size_t v = sigmas.size(); v-- > 0;) {
      if (columns_[v] < 0) continue;
      const auto column = static_cast<size_t>(columns_[v]);
      if (is_known && (column % every == 0 || column + 1 == factor.size())) {
        double trace = 0;
        for (int i = 0; i < 3; ++i) {
          std::vector<Part> unit(factor.size(), Part::Zero());
          unit[column][i] = 1;
          factor.Solve(unit);
          trace += unit[column][i];
        }
        sigma_deg = DegreesFromRadians(std::sqrt(trace * variance / kIndependentPoints));
      }
      sigmas[v] = sigma_deg;
    }
    return sigmas;
  }

 private:
  using System = BlockBand<6>;
  using Block = System::Block;
  using Part = System::Part;

  // A point's row of the normal equations.
  struct PointRow {
    double own = 0, right = 0;
    std::vector<std::pair<size_t, Part>> by_column;
  };

  // Of free views, counted through; -1 of the others.
  static std::vector<int64_t> ColumnsOf(const Bundle& bundle) {
    std::vector<int64_t> columns;
    int64_t count = 0;
    for (const BundleView& view : bundle.views) columns.push_back(view.is_free ? count++ : -1);
    return columns;
  }

  size_t CountFree() const {
    return static_cast<size_t>(
        std::ranges::count_if(columns_, [](int64_t column) { return column >= 0; }));
  }

  size_t BandOf() const {
    int64_t band = 0;
    for (const BundlePoint& point : bundle_.points) {
      int64_t low = std::ssize(columns_), high = 0;
      for (const BundlePoint::Sight& sight : point.sights) {
        if (columns_[sight.view] < 0) continue;
        low = std::min(low, columns_[sight.view]);
        high = std::max(high, columns_[sight.view]);
      }
      band = std::max(band, high - low);
    }
    return static_cast<size_t>(band);
  }

  std::vector<double> Rhos() const {
    std::vector<double> rhos;
    for (const BundlePoint& point : bundle_.points) rhos.push_back(point.rho);
    return rhos;
  }
  void SetRhos(const std::vector<double>& rhos) {
    for (size_t p = 0; p < rhos.size(); ++p) bundle_.points[p].rho = rhos[p];
  }

  std::vector<Turn> Turns() const {
    std::vector<Turn> turns;
    for (const BundleView& view : bundle_.views) turns.push_back(TurnOf(view.first_from_cam));
    return turns;
  }

  void Build() {
    const std::vector<Turn> turns = Turns();
    system_ = System(CountFree(), BandOf());
    rights_.assign(system_.size(), Part::Zero());
    rows_.resize(bundle_.points.size());
    for (size_t p = 0; p < rows_.size(); ++p) BuildPoint(bundle_.points[p], turns, rows_[p]);
  }

  void BuildPoint(const BundlePoint& point, const std::vector<Turn>& turns, PointRow& row) {
    constexpr double kPrior = 1 / (kRhoSigma * kRhoSigma);
    row.own = kPrior;
    row.right = kPrior * (point.rho - 1);
    row.by_column.clear();
    const BundlePoint::Sight& first = point.sights.front();
    const Eigen::Vector3d ray(first.seen.x, first.seen.y, 1);
    const int64_t anchor = columns_[first.view];
    Part by_anchor = Part::Zero();
    for (size_t i = 1; i < point.sights.size(); ++i) {
      const BundlePoint::Sight& sight = point.sights[i];
      const Look look = LookAtPoint(turns[first.view], turns[sight.view], ray, point.rho,
                                    sight.seen, bundle_.pixel);
      if (!look.is_ahead) continue;
      const double weight = RobustWeight(look.error.squaredNorm(), kScale_px);
      row.own += weight * look.by_rho.squaredNorm();
      row.right += weight * look.by_rho.dot(look.error);
      const int64_t view = columns_[sight.view];
      if (view >= 0) {
        const Eigen::Matrix<double, 6, 2> pull = weight * look.by_view.transpose();
        system_.At(view, view).noalias() += pull * look.by_view;
        rights_[view].noalias() += pull * look.error;
        row.by_column.emplace_back(view, pull * look.by_rho);
        if (anchor >= 0) {
          if (view > anchor) {
            system_.At(view, anchor).noalias() += pull * look.by_anchor;
          } else {
            system_.At(anchor, view).noalias() += look.by_anchor.transpose() * pull.transpose();
          }
        }
      }
      if (anchor >= 0) {
        const Eigen::Matrix<double, 6, 2> pull = weight * look.by_anchor.transpose();
        system_.At(anchor, anchor).noalias() += pull * look.by_anchor;
        rights_[anchor].noalias() += pull * look.error;
        by_anchor.noalias() += pull * look.by_rho;
      }
    }
    if (anchor >= 0) row.by_column.emplace_back(anchor, by_anchor);
  }

  // Without the points; `right` is minus the gradient.
  System Reduced(double damping, std::vector<Part>& right) const {
    System reduced = system_;
    right.clear();
    for (size_t i = 0; i < reduced.size(); ++i) {
      Block& own = reduced.At(i, i);
      own.diagonal() *= 1 + damping;
      own.diagonal().array() += 1e-6;
      right.push_back(-rights_[i]);
    }
    for (const PointRow& row : rows_) {
      const double share = 1 / (row.own * (1 + damping));
      for (const auto& [a, of_a] : row.by_column) {
        right[a] += share * row.right * of_a;
        const Part shared = share * of_a;
        for (const auto& [b, of_b] : row.by_column) {
          if (b <= a) reduced.At(a, b).noalias() -= shared * of_b.transpose();
        }
      }
    }
    return reduced;
  }

  bool Step(double damping) {
    std::vector<Part> steps;
    System factor = Reduced(damping, steps);
    if (!factor.Factor()) return false;
    factor.Solve(steps);
    for (size_t v = 0; v < bundle_.views.size(); ++v) {
      if (columns_[v] < 0) continue;
      Rigid3d& place = bundle_.views[v].first_from_cam;
      place = Stepped(place, steps[columns_[v]]);
    }
    for (size_t p = 0; p < rows_.size(); ++p) {
      const PointRow& row = rows_[p];
      double down = row.right;
      for (const auto& [column, of_column] : row.by_column) down += of_column.dot(steps[column]);
      double& rho = bundle_.points[p].rho;
      rho = std::clamp(rho - down / (row.own * (1 + damping)), 0.0, kMostRho);
    }
    return true;
  }

  Bundle& bundle_;
  std::vector<int64_t> columns_;  // by view
  System system_;
  std::vector<Part> rights_;
  std::vector<PointRow> rows_;
};

}  // namespace

Vec2d SeenFrom(const Rigid3d& first_from_cam, const Vec3d& direction_in_first, double rho) {
  const Vec3d d = Rotate(Inverse(first_from_cam.rotation),
                         direction_in_first - rho * first_from_cam.translation);
  if (!(d.z > kNearest)) return {NAN, NAN};
  return {d.x / d.z, d.y / d.z};
}

PlacedPoint Placed(const Bundle& bundle, const BundlePoint& point) {
  const BundlePoint::Sight& anchor = point.sights.front();
  const Rigid3d& place = bundle.views[anchor.view].first_from_cam;
  return {Rotate(place.rotation, {anchor.seen.x, anchor.seen.y, 1}) + point.rho * place.translation,
          point.rho};
}

double BundleCost(const Bundle& bundle) {
  Bundle copy = bundle;
  return Adjuster(copy).Cost();
}

std::vector<double> BundleGradient(const Bundle& bundle) {
  Bundle copy = bundle;
  return Adjuster(copy).Gradient();
}

double Adjust(Bundle& bundle, int steps) { return Adjuster(bundle).Run(steps); }

std::vector<double> RotationSigmas_deg(const Bundle& bundle) {
  Bundle copy = bundle;
  return Adjuster(copy).Sigmas_deg();
}

PlaceFit FitPlace(std::span<const std::pair<PlacedPoint, Vec2d>> sights, const Rigid3d& start,
                  double pixel) {
  constexpr int kSteps = 10;
  PlaceFit fit{.first_from_cam = start};
  const Turn first = TurnOf({});
  const auto cost_of = [&](const Rigid3d& place) {
    const Turn view = TurnOf(place);
    double sum = 0;
    for (const auto& [point, seen] : sights) {
      sum += RobustCost(
          SquareOff(first, view, ToEigen(point.direction_in_first), point.rho, seen, pixel),
          kScale_px);
    }
    return sum;
  };
  Matrix6 a;
  double cost = cost_of(start), damping = 1e-6;
  for (int i = 0; i < kSteps; ++i) {
    a = 1e-6 * Matrix6::Identity();
    Vector6 b = Vector6::Zero();
    const Turn view = TurnOf(fit.first_from_cam);
    for (const auto& [point, seen] : sights) {
      const Look look =
          LookAtPoint(first, view, ToEigen(point.direction_in_first), point.rho, seen, pixel);
      if (!look.is_ahead) continue;
      const double weight = RobustWeight(look.error.squaredNorm(), kScale_px);
      a.noalias() += weight * look.by_view.transpose() * look.by_view;
      b.noalias() -= weight * look.by_view.transpose() * look.error;
    }
    Matrix6 damped = a;
    damped.diagonal() *= 1 + damping;
    const Rigid3d moved = Stepped(fit.first_from_cam, damped.ldlt().solve(b));
    const double gain = cost - cost_of(moved);
    if (!(gain > 0)) {
      damping *= 30;
      continue;
    }
    fit.first_from_cam = moved;
    cost -= gain;
    damping = std::max(1e-9, damping / 10);
    if (gain < kLeastGain * cost) break;
  }
  const Turn view = TurnOf(fit.first_from_cam);
  const auto explained = std::ranges::count_if(sights, [&](const auto& sight) {
    return SquareOff(first, view, ToEigen(sight.first.direction_in_first), sight.first.rho,
                     sight.second, pixel) < kExplained_px * kExplained_px;
  });
  const size_t count = std::max<size_t>(1, sights.size());
  fit.explained = static_cast<double>(explained) / static_cast<double>(count);
  const double trace = a.inverse().topLeftCorner<3, 3>().trace();
  fit.sigma_deg =
      DegreesFromRadians(std::sqrt(trace * VarianceOf(cost, count) / kIndependentPoints));
  return fit;
}

}  // namespace videopose::internal
