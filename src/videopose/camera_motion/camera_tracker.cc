// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/camera_tracker.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "videopose/base/check.h"
#include "videopose/camera_motion/corner_tracks.h"
#include "videopose/camera_motion/corners.h"
#include "videopose/camera_motion/view_fit.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal {
namespace {

// A fit that most points contradict is no fit, as is one of few.
constexpr int kFewestInliers = 12;
constexpr double kInlierShare = 0.4, kShareSeen = 0.3;
constexpr double kMostSigma_deg = 1;
// A keyframe serves while this share of its points is in the image; an older one serves again from
// the second on. Beyond that zoom between the two the points look too different.
constexpr double kOverlap = 0.7, kOldOverlap = 0.8, kZoomStep = 1.25;
// Old keyframes beyond this are forgotten, the first one last.
constexpr size_t kMostKeyframes = 40;

struct Keyframe {
  Pyramid pyramid;
  Points corners;               // pixels of the small image
  std::vector<Vec3d> in_first;  // their directions in the scene's first frame
  CameraView view;              // sigma_deg: since the first frame
};

// Nothing but the border is cut off, so that both axes shrink alike.
Lens Shrunk(Lens lens, const SmallImage& image) {
  lens.width_px = image.width_px;
  lens.height_px = image.height_px;
  lens.focal_px = image.scale * lens.focal_px;
  lens.centre_px = image.scale * lens.centre_px;
  return lens;
}

}  // namespace

class CameraTracker::Impl {
 public:
  Impl(const Lens& lens, For what) : lens_(lens), walks_(what == For::kTurnsAndWalks) {}

  CameraView Push(const SmallImage& frame, std::span<const PeopleBox> people) {
    Pyramid pyramid = PyramidOf(frame);
    if (keyframes_.empty()) {
      size_ = {frame.width_px, frame.height_px};
      small_lens_ = Shrunk(lens_, frame);
    }
    VP_CHECK(size_ == cv::Size(frame.width_px, frame.height_px), "a frame of another size");
    std::vector<PeopleBox> boxes;
    for (const PeopleBox& box : people) {
      boxes.push_back({frame.scale * box.low_px, frame.scale * box.high_px});
    }
    if (keyframes_.empty()) {
      AddKeyframe(pyramid, boxes, view_);
    } else {
      Follow(pyramid, boxes);
    }
    if (walks_) corners_.Push(before_.pyramid, pyramid, boxes, small_lens_);
    before_ = {std::move(pyramid), std::move(boxes)};
    return view_;
  }

  int keyframe_count() const { return static_cast<int>(keyframes_.size()); }
  const std::vector<CornerTrack>& corners() const { return corners_.tracks(); }
  double pixel() const { return 1 / MeanFocalPx(small_lens_); }

 private:
  struct Frame {
    Pyramid pyramid;
    std::vector<PeopleBox> people;
  };

  void Follow(const Pyramid& pyramid, const std::vector<PeopleBox>& people) {
    const CameraView guess = Continued();
    std::optional<CameraView> view = Track(keyframes_[current_], pyramid, people, guess);
    // The camera may have stopped, or turned further than the keyframe reaches.
    if (!view && guess.first_from_cam != view_.first_from_cam) {
      view = Track(keyframes_[current_], pyramid, people, view_);
    }
    if (!view) {
      AddKeyframe(before_.pyramid, before_.people, view_);
      for (const CameraView& start : {guess, Shifted(pyramid, people)}) {
        view = Track(keyframes_[current_], pyramid, people, start);
        if (view) break;
      }
    }
    last_step_ = view ? Inverse(view_.first_from_cam) * view->first_from_cam : Quaternion{};
    if (view) {
      view_ = *view;
    } else {
      view_.sigma_deg = std::hypot(view_.sigma_deg, kLost_deg);
      AddKeyframe(pyramid, people, view_);
      return;
    }
    ChooseKeyframe(pyramid, people);
  }

  // The last step once more.
  CameraView Continued() const {
    CameraView view = view_;
    view.first_from_cam = view.first_from_cam * last_step_;
    return view;
  }

  static cv::Mat WithoutPeople(const cv::Mat& image, const std::vector<PeopleBox>& people,
                               int shrunk) {
    cv::Mat numbers;
    image.convertTo(numbers, CV_32F);
    const cv::Scalar grey = cv::mean(image);
    for (const PeopleBox& box : people) {
      cv::rectangle(numbers, cv::Point2d(box.low_px.x / shrunk, box.low_px.y / shrunk),
                    cv::Point2d(box.high_px.x / shrunk, box.high_px.y / shrunk), grey, cv::FILLED);
    }
    return numbers;
  }

  // The last view, turned by what shifts the whole image since the frame before: further than
  // corners can be followed.
  CameraView Shifted(const Pyramid& pyramid, const std::vector<PeopleBox>& people) const {
    const size_t level = pyramid.size() > 2 ? 2 : 0;  // images and their gradients in turn
    const int shrunk = level == 2 ? 2 : 1;
    const cv::Mat before = WithoutPeople(before_.pyramid[level], before_.people, shrunk),
                  now = WithoutPeople(pyramid[level], people, shrunk);
    cv::Mat window;
    cv::createHanningWindow(window, now.size(), CV_32F);
    const cv::Point2d shift = cv::phaseCorrelate(before, now, window);
    const double per_px = shrunk * pixel() / view_.zoom;
    CameraView view = view_;
    view.first_from_cam = view.first_from_cam *
                          FromAxisAngle({0, 1, 0}, -std::atan(shift.x * per_px)) *
                          FromAxisAngle({1, 0, 0}, std::atan(shift.y * per_px));
    return view;
  }

  // None where too few points agree.
  std::optional<CameraView> Track(const Keyframe& key, const Pyramid& pyramid,
                                  const std::vector<PeopleBox>& people,
                                  const CameraView& guess) const {
    Points from, to;
    std::vector<Vec3d> in_first;
    for (size_t i = 0; i < key.corners.size(); ++i) {
      const cv::Point2f at = PixelOf(guess, key.in_first[i]);
      if (!IsInImage(at, size_) || IsInside(people, at)) continue;
      from.push_back(key.corners[i]);
      to.push_back(at);
      in_first.push_back(key.in_first[i]);
    }
    if (std::ssize(from) < kFewestInliers) return std::nullopt;
    const size_t reachable = from.size();
    const std::vector<PointPair> pairs = Matches(key, pyramid, people, from, to, in_first);
    if (std::ssize(pairs) < kFewestInliers ||
        std::ssize(pairs) < kShareSeen * static_cast<double>(reachable)) {
      return std::nullopt;
    }
    ViewFit fit = FitView(pairs, key.view, guess, pixel());
    if (fit.inliers < kFewestInliers ||
        fit.inliers < kInlierShare * static_cast<double>(pairs.size()) ||
        fit.view.sigma_deg > kMostSigma_deg) {
      return std::nullopt;
    }
    fit.view.sigma_deg = std::hypot(fit.view.sigma_deg, key.view.sigma_deg);
    return fit.view;
  }

  std::vector<PointPair> Matches(const Keyframe& key, const Pyramid& pyramid,
                                 const std::vector<PeopleBox>& people, const Points& from,
                                 Points& to, const std::vector<Vec3d>& in_first) const {
    const std::vector<uint8_t> found = FollowCorners(key.pyramid, pyramid, from, to);
    std::vector<PointPair> pairs;
    for (size_t i = 0; i < from.size(); ++i) {
      if (found[i] == 0 || !IsInImage(to[i], size_) || IsInside(people, to[i])) continue;
      const Vec2d seen = RayOf(small_lens_, to[i]);
      if (std::isfinite(seen.x) && std::isfinite(seen.y)) pairs.push_back({in_first[i], seen});
    }
    return pairs;
  }

  cv::Point2f PixelOf(const CameraView& view, const Vec3d& in_first) const {
    const Vec2d px = Distorted(small_lens_, SeenThrough(view, in_first));
    return {static_cast<float>(px.x - 0.5), static_cast<float>(px.y - 0.5)};
  }
  double OverlapWith(const Keyframe& key) const {
    if (key.corners.empty()) return 0;
    const double zoom = key.view.zoom / view_.zoom;
    if (zoom > kZoomStep || zoom < 1 / kZoomStep) return 0;
    const auto count = std::ranges::count_if(
        key.in_first, [&](const Vec3d& d) { return IsInImage(PixelOf(view_, d), size_); });
    return static_cast<double>(count) / static_cast<double>(key.corners.size());
  }

  // For the next frame: the oldest that serves well, else the current one while it serves.
  void ChooseKeyframe(const Pyramid& pyramid, const std::vector<PeopleBox>& people) {
    for (size_t i = 0; i < current_; ++i) {
      if (OverlapWith(keyframes_[i]) < kOldOverlap) continue;
      current_ = i;
      return;
    }
    if (OverlapWith(keyframes_[current_]) < kOverlap) AddKeyframe(pyramid, people, view_);
  }

  void AddKeyframe(const Pyramid& pyramid, const std::vector<PeopleBox>& people,
                   const CameraView& view) {
    Keyframe key{
        .pyramid = pyramid, .corners = FindCorners(pyramid[0], people, small_lens_), .view = view};
    for (const cv::Point2f& corner : key.corners) {
      const Vec2d seen = (1 / view.zoom) * RayOf(small_lens_, corner);
      key.in_first.push_back(Normalized(Rotate(view.first_from_cam, {seen.x, seen.y, 1})));
    }
    if (keyframes_.size() >= kMostKeyframes) keyframes_.erase(keyframes_.begin() + 1);
    keyframes_.push_back(std::move(key));
    current_ = keyframes_.size() - 1;
  }

  Lens lens_, small_lens_;
  bool walks_;  // or may
  cv::Size size_;
  std::vector<Keyframe> keyframes_;
  size_t current_ = 0;
  Frame before_;
  CameraView view_;
  Quaternion last_step_;
  CornerTracks corners_;
};

CameraTracker::CameraTracker(const Lens& lens, For what)
    : impl_(std::make_unique<Impl>(lens, what)) {}
CameraTracker::~CameraTracker() = default;
CameraTracker::CameraTracker(CameraTracker&&) noexcept = default;
CameraTracker& CameraTracker::operator=(CameraTracker&&) noexcept = default;

CameraView CameraTracker::Push(const SmallImage& frame, std::span<const PeopleBox> people) {
  return impl_->Push(frame, people);
}
int CameraTracker::keyframe_count() const { return impl_->keyframe_count(); }
const std::vector<CornerTrack>& CameraTracker::corners() const { return impl_->corners(); }
double CameraTracker::pixel() const { return impl_->pixel(); }

}  // namespace videopose::internal
