// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/walk.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "videopose/base/statistics.h"
#include "videopose/camera_motion/bundle.h"
#include "videopose/camera_motion/camera_tracker.h"
#include "videopose/camera_motion/view_fit.h"
#include "videopose/geometry/rotation_vector.h"

namespace videopose::internal {
namespace {

// A keyframe comes when corners have moved by this since the last one, or when this share of them
// is left.
constexpr double kKeyframeStep_px = 10, kKeyframeShare = 0.6;
// Parallax is looked for between keyframes so far apart.
constexpr size_t kApart = 2;
constexpr size_t kFewestCommon = 16;
// Between two keyframes, the share of corners that turning and zooming do not explain: this much in
// a tenth of all such pairs is parallax, if no focal length explains them better.
constexpr double kParallaxShare = 0.25, kParallaxPairs = 0.1;
constexpr std::array<double, 6> kOtherFocals{0.65, 0.8, 0.9, 1.12, 1.25, 1.5};
constexpr size_t kFocalPairs = 12;

constexpr size_t kStartKeyframes = 5;  // keyframes to begin with
constexpr size_t kFreeAround = 6;      // keyframes that move with a new one
constexpr int kStartSteps = 12, kWindowSteps = 30, kLocalSteps = 3, kLastSteps = 15;
constexpr double kStartStep = 0.15;  // of the way over the window, in distances of the points
constexpr size_t kStartTracks = 80;
constexpr size_t kFewestSights = 3;  // of a point

// A keyframe of which fewer points are where they should be ends the chain.
constexpr double kLeastExplained = 0.4;
// Of all frames; else the camera is lost.
constexpr double kFewestFrames = 0.9, kLeastUsuallyExplained = 0.6;
constexpr double kUnknown_deg = kLost_deg;

class WalkFollower {
 public:
  WalkFollower(std::span<const CornerTrack> tracks, int64_t frame_count, double pixel)
      : tracks_(tracks), frame_count_(frame_count), alive_(static_cast<size_t>(frame_count)) {
    bundle_.pixel = pixel;
    for (size_t i = 0; i < tracks.size(); ++i) {
      for (int64_t t = tracks[i].begin; t < tracks[i].end(); ++t) {
        alive_[static_cast<size_t>(t)].push_back(i);
      }
    }
  }

  Walk Follow() {
    ChooseKeyframes();
    if (!HasParallax()) return {};
    if (!Begin()) return {Failed(), {}};
    while (last_ + 1 < frames_.size() && Extend(last_ + 1)) {
    }
    while (first_ > 0 && Extend(first_ - 1)) {
    }
    return Finish();
  }

 private:
  double pixel() const { return bundle_.pixel; }
  const std::vector<size_t>& AliveIn(int64_t frame) const {
    return alive_[static_cast<size_t>(frame)];
  }

  void ChooseKeyframes() {
    frames_ = {0};
    for (int64_t t = 1; t < frame_count_; ++t) {
      const std::vector<double> moved_px = Moved_px(frames_.back(), t);
      const bool are_few = static_cast<double>(moved_px.size()) <
                           kKeyframeShare * static_cast<double>(AliveIn(frames_.back()).size());
      if (t + 1 == frame_count_ || are_few || Median(moved_px) > kKeyframeStep_px) {
        frames_.push_back(t);
      }
    }
  }

  std::vector<double> Moved_px(int64_t a, int64_t b) const {
    std::vector<double> moved_px;
    for (const size_t i : AliveIn(a)) {
      if (!tracks_[i].is_in(b)) continue;
      moved_px.push_back(Norm(tracks_[i].at(b) - tracks_[i].at(a)) / pixel());
    }
    return moved_px;
  }

  struct TurnFit {
    Quaternion turn;
    double unexplained = 0;  // the share of corners that go otherwise
  };
  // How a camera that only turns and zooms goes from keyframe a to b, if its focal length is this
  // multiple of what it is taken to be.
  std::optional<TurnFit> Turning(size_t a, size_t b, double focal) const {
    std::vector<PointPair> pairs;
    for (const size_t i : AliveIn(frames_[a])) {
      if (!tracks_[i].is_in(frames_[b])) continue;
      const Vec2d from = (1 / focal) * tracks_[i].at(frames_[a]);
      pairs.push_back(
          {Normalized(Vec3d{from.x, from.y, 1}), (1 / focal) * tracks_[i].at(frames_[b])});
    }
    if (pairs.size() < kFewestCommon) return std::nullopt;
    const ViewFit fit = FitView(pairs, {}, {}, pixel() / focal);
    return TurnFit{
        .turn = fit.view.first_from_cam,
        .unexplained = 1 - static_cast<double>(fit.inliers) / static_cast<double>(pairs.size())};
  }

  // By pair of keyframes the share that turning and zooming do not explain.
  std::vector<double> Unexplained(double focal, size_t step) const {
    std::vector<double> shares;
    for (size_t a = 0; a + kApart < frames_.size(); a += step) {
      if (const auto fit = Turning(a, a + kApart, focal)) shares.push_back(fit->unexplained);
    }
    return shares;
  }

  bool HasParallax() {
    parallax_ = Unexplained(1, 1);
    if (Quantile(parallax_, 1 - kParallaxPairs) < kParallaxShare) return false;
    const size_t step = std::max<size_t>(1, frames_.size() / kFocalPairs);
    return std::ranges::none_of(kOtherFocals, [&](double focal) {
      return Quantile(Unexplained(focal, step), 1 - kParallaxPairs) < kParallaxShare;
    });
  }

  // The window of keyframes in which turning explains the least of many corners.
  std::optional<size_t> ClearestWindow() const {
    std::optional<size_t> best;
    double most = 0;
    const size_t length = std::min(kStartKeyframes, frames_.size());
    for (size_t a = 0; a + length <= frames_.size(); ++a) {
      const auto fit = Turning(a, a + length - 1, 1);
      if (!fit) continue;
      const double clear =
          fit->unexplained *
          static_cast<double>(Moved_px(frames_[a], frames_[a + length - 1]).size());
      if (clear <= most) continue;
      most = clear;
      best = a;
    }
    return best;
  }

  // Of several starts, the translation along each direction, the best.
  bool Begin() {
    bundle_.views.assign(frames_.size(), {});
    point_of_.assign(tracks_.size(), -1);
    const std::optional<size_t> window = ClearestWindow();
    if (!window) return false;
    first_ = *window;
    last_ = first_ + std::min(kStartKeyframes, frames_.size()) - 1;
    std::vector<Quaternion> turns;
    for (size_t k = first_; k <= last_; ++k) {
      const auto fit = k == first_ ? std::nullopt : Turning(first_, k, 1);
      turns.push_back(fit ? fit->turn : Quaternion{});
    }
    double least = std::numeric_limits<double>::infinity();
    Bundle best;
    for (int x = -1; x <= 1; ++x) {
      for (int y = -1; y <= 1; ++y) {
        for (int z = -1; z <= 1; ++z) {
          if (x == 0 && y == 0 && z == 0) continue;
          Bundle start = Started(turns, Normalized(Vec3d{1.0 * x, 1.0 * y, 1.0 * z}));
          const double cost = Adjust(start, kStartSteps);
          if (cost >= least) continue;
          least = cost;
          best = std::move(start);
        }
      }
    }
    if (best.points.size() < kFewestCommon) return false;
    for (size_t k = first_; k <= last_; ++k) bundle_.views[k] = best.views[k - first_];
    AddPoints(first_, last_);
    AdjustAround(first_, last_, first_, last_, kWindowSteps);
    Rescale();
    return true;
  }

  // The window's keyframes and tracks that are seen in all of it.
  Bundle Started(const std::vector<Quaternion>& turns, const Vec3d& direction) const {
    Bundle start{.pixel = pixel()};
    for (size_t k = first_; k <= last_; ++k) {
      const double share = static_cast<double>(k - first_) / static_cast<double>(last_ - first_);
      start.views.push_back({{turns[k - first_], share * kStartStep * direction}, k != first_});
    }
    for (const size_t i : AliveIn(frames_[first_])) {
      if (!tracks_[i].is_in(frames_[last_])) continue;
      BundlePoint point;
      for (size_t k = first_; k <= last_; ++k) {
        point.sights.push_back({k - first_, tracks_[i].at(frames_[k])});
      }
      start.points.push_back(std::move(point));
      if (start.points.size() >= kStartTracks) break;
    }
    return start;
  }

  // Points of these keyframes' tracks that are seen in enough of all and are not there yet; those
  // that are get more sights.
  void AddPoints(size_t begin, size_t last) {
    for (size_t k = begin; k <= last; ++k) {
      const double rho = UsualRho(k);
      for (const size_t i : AliveIn(frames_[k])) {
        if (point_of_[i] >= 0) {
          AddSight(i, k);
          continue;
        }
        BundlePoint point;
        for (size_t other = first_of_track(i); other <= last_; ++other) {
          if (other < first_ || !tracks_[i].is_in(frames_[other])) continue;
          point.sights.push_back({other, tracks_[i].at(frames_[other])});
        }
        if (point.sights.size() < kFewestSights) continue;
        point.rho = BestRho(point, rho);
        point_of_[i] = static_cast<int64_t>(bundle_.points.size());
        bundle_.points.push_back(std::move(point));
      }
    }
  }

  // The first keyframe that sees it.
  size_t first_of_track(size_t i) const {
    const auto at = std::ranges::lower_bound(frames_, tracks_[i].begin);
    return static_cast<size_t>(at - frames_.begin());
  }

  void AddSight(size_t track, size_t k) {
    std::vector<BundlePoint::Sight>& sights =
        bundle_.points[static_cast<size_t>(point_of_[track])].sights;
    if (std::ranges::any_of(sights, [&](const auto& sight) { return sight.view == k; })) return;
    sights.push_back({k, tracks_[track].at(frames_[k])});
  }

  // How near points are before this keyframe.
  double UsualRho(size_t k) const {
    std::vector<double> rhos;
    for (const size_t i : AliveIn(frames_[k])) {
      if (point_of_[i] < 0) continue;
      const PlacedPoint point = PlacedOf(i);
      const Rigid3d& place = bundle_.views[k].first_from_cam;
      const double z =
          Rotate(Inverse(place.rotation), point.direction_in_first - point.rho * place.translation)
              .z;
      if (z > 0) rhos.push_back(point.rho / z);
    }
    return rhos.empty() ? 1 : std::clamp(Median(std::move(rhos)), 0.01, 10.0);
  }

  double BestRho(const BundlePoint& point, double usual) const {
    Bundle one{.views = bundle_.views, .points = {point}, .pixel = pixel()};
    double best = usual, least = std::numeric_limits<double>::infinity();
    for (const double share : {1.0, 0.5, 2.0, 0.2, 4.0}) {
      one.points[0].rho = share * usual;
      double cost = 0;
      const PlacedPoint placed = Placed(one, one.points[0]);
      for (const auto& sight : point.sights) {
        const double off_px = Norm(SeenFrom(one.views[sight.view].first_from_cam,
                                            placed.direction_in_first, placed.rho) -
                                   sight.seen) /
                              pixel();
        cost += std::isfinite(off_px) ? std::log1p(off_px * off_px) : 100;
      }
      if (cost >= least) continue;
      least = cost;
      best = one.points[0].rho;
    }
    return best;
  }

  PlacedPoint PlacedOf(size_t track) const {
    return Placed(bundle_, bundle_.points[static_cast<size_t>(point_of_[track])]);
  }

  // Moves the keyframes [begin, last] but `fixed`, and all points that they see.
  void AdjustAround(size_t begin, size_t last, size_t begin_seen, size_t last_seen, int steps) {
    Bundle part{.pixel = pixel()};
    std::map<size_t, size_t> view_of;
    const auto view = [&](size_t k) {
      const auto [at, is_new] = view_of.try_emplace(k, part.views.size());
      if (is_new) {
        part.views.push_back({bundle_.views[k].first_from_cam, k >= begin && k <= last});
      }
      return at->second;
    };
    std::vector<size_t> points;
    for (size_t p = 0; p < bundle_.points.size(); ++p) {
      const BundlePoint& point = bundle_.points[p];
      if (std::ranges::none_of(point.sights, [&](const auto& sight) {
            return sight.view >= begin_seen && sight.view <= last_seen;
          })) {
        continue;
      }
      BundlePoint copy = point;
      for (auto& sight : copy.sights) sight.view = view(sight.view);
      part.points.push_back(std::move(copy));
      points.push_back(p);
    }
    // The world stands on one that does not move.
    if (std::ranges::all_of(part.views, &BundleView::is_free) && !part.views.empty()) {
      part.views[0].is_free = false;
    }
    Adjust(part, steps);
    for (const auto& [k, v] : view_of) {
      bundle_.views[k].first_from_cam = part.views[v].first_from_cam;
    }
    for (size_t i = 0; i < points.size(); ++i) bundle_.points[points[i]].rho = part.points[i].rho;
  }

  // So that rho is 1 in the middle.
  void Rescale() {
    std::vector<double> rhos;
    for (const BundlePoint& point : bundle_.points) rhos.push_back(point.rho);
    const double scale = std::clamp(Median(std::move(rhos)), 1e-2, 1e2);
    for (BundlePoint& point : bundle_.points) point.rho = std::min(point.rho / scale, kMostRho);
    for (BundleView& view : bundle_.views) {
      view.first_from_cam.translation = scale * view.first_from_cam.translation;
    }
  }

  std::vector<std::pair<PlacedPoint, Vec2d>> SightsIn(int64_t frame) const {
    std::vector<std::pair<PlacedPoint, Vec2d>> sights;
    for (const size_t i : AliveIn(frame)) {
      if (point_of_[i] >= 0) sights.emplace_back(PlacedOf(i), tracks_[i].at(frame));
    }
    return sights;
  }

  // Places the next keyframe on one side of those that are placed.
  bool Extend(size_t k) {
    const bool is_later = k > last_;
    const size_t near = is_later ? k - 1 : k + 1, beyond = is_later ? k - 2 : k + 2;
    const Rigid3d& before = bundle_.views[near].first_from_cam;
    const Rigid3d step = Inverse(bundle_.views[beyond].first_from_cam) * before;
    const auto sights = SightsIn(frames_[k]);
    if (sights.size() < kFewestCommon) return false;
    std::optional<PlaceFit> best;
    for (const Rigid3d& start : {before * step, before}) {
      const PlaceFit fit = FitPlace(sights, start, pixel());
      if (!best || fit.explained > best->explained) best = fit;
    }
    if (best->explained < kLeastExplained) return false;
    bundle_.views[k].first_from_cam = best->first_from_cam;
    if (is_later) {
      last_ = k;
    } else {
      first_ = k;
    }
    AddPoints(k, k);
    const size_t begin = is_later ? std::max(first_, k - std::min(k, kFreeAround)) : k,
                 last = is_later ? k : std::min(last_, k + kFreeAround);
    AdjustAround(begin, last, begin, last, kLocalSteps);
    return true;
  }

  Walk Finish() {
    AdjustAround(first_, last_, first_, last_, kLastSteps);
    Walk walk{.verdict = Walk::Verdict::kWalks};
    const std::vector<double> sigmas_deg = KeyframeSigmas_deg();
    const Rigid3d first_from_start = Inverse(bundle_.views[first_].first_from_cam);
    std::vector<double> explained;
    for (int64_t t = 0; t < frame_count_; ++t) {
      const PlaceFit fit = PlaceIn(t);
      const bool is_known = t >= frames_[first_] && t <= frames_[last_];
      const Rigid3d place = first_from_start * fit.first_from_cam;
      CameraView view{.first_from_cam = place.rotation,
                      .sigma_deg = kUnknown_deg,
                      .place_in_first = place.translation};
      if (is_known) {
        explained.push_back(fit.explained);
        view.sigma_deg = std::hypot(fit.sigma_deg, sigmas_deg[KeyframeBefore(t)]);
      }
      walk.views.push_back(view);
    }
    if (static_cast<double>(explained.size()) < kFewestFrames * static_cast<double>(frame_count_) ||
        Median(explained) < kLeastUsuallyExplained) {
      walk.verdict = Failed();
    } else if (MeanOf(explained) < 1 - MeanOf(parallax_)) {
      walk.verdict = Walk::Verdict::kInPlace;  // no better than turning and zooming
    }
    return walk;
  }

  // Parallax in a small part of a clip is no reason to doubt the rest.
  Walk::Verdict Failed() const {
    return Median(parallax_) < kParallaxShare ? Walk::Verdict::kInPlace : Walk::Verdict::kLost;
  }

  static double MeanOf(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(std::max<size_t>(1, values.size()));
  }

  // Those of the chain.
  std::vector<double> KeyframeSigmas_deg() const {
    Bundle chain{.pixel = pixel()};
    for (size_t k = first_; k <= last_; ++k) {
      chain.views.push_back({bundle_.views[k].first_from_cam, k != first_});
    }
    for (BundlePoint point : bundle_.points) {
      for (auto& sight : point.sights) sight.view -= first_;
      chain.points.push_back(std::move(point));
    }
    std::vector<double> sigmas_deg(frames_.size(), kUnknown_deg);
    std::ranges::copy(RotationSigmas_deg(chain), sigmas_deg.begin() + static_cast<int64_t>(first_));
    return sigmas_deg;
  }

  size_t KeyframeBefore(int64_t frame) const {
    const auto at = std::ranges::upper_bound(frames_, frame);
    return static_cast<size_t>(at - frames_.begin()) - 1;
  }

  // From half way between the keyframes around it, as the time says.
  PlaceFit PlaceIn(int64_t frame) const {
    const size_t k = std::clamp(KeyframeBefore(frame), first_, last_);
    const Rigid3d& before = bundle_.views[k].first_from_cam;
    if (frame <= frames_[k] || k == last_) {
      PlaceFit fit = FitPlace(SightsIn(frames_[k]), before, pixel());
      fit.first_from_cam = before;
      return fit;
    }
    const Rigid3d& after = bundle_.views[k + 1].first_from_cam;
    const double share =
        static_cast<double>(frame - frames_[k]) / static_cast<double>(frames_[k + 1] - frames_[k]);
    const Rigid3d start{Between(before.rotation, after.rotation, share),
                        before.translation + share * (after.translation - before.translation)};
    return FitPlace(SightsIn(frame), start, pixel());
  }

  std::span<const CornerTrack> tracks_;
  int64_t frame_count_;
  std::vector<std::vector<size_t>> alive_;  // tracks, by frame
  std::vector<int64_t> frames_;             // of keyframes
  std::vector<double> parallax_;
  Bundle bundle_;                  // views: keyframes
  std::vector<int64_t> point_of_;  // by track; -1: none
  size_t first_ = 0, last_ = 0;    // keyframes that are placed
};

}  // namespace

Walk FollowWalk(std::span<const CornerTrack> tracks, int64_t frame_count, double pixel) {
  return WalkFollower(tracks, frame_count, pixel).Follow();
}

}  // namespace videopose::internal
