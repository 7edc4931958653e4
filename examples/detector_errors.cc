// SPDX-License-Identifier: Apache-2.0

// The errors of the 2D detector. The noise of training data (augment/mocap.h, DetectionOptions) is
// set by them.
//
//   example_detector_errors [VIDEO...]
//
// On the project's own figure, whose keypoints are known, for each kind of joint, in percent of the
// person's size (the longer side of the box around the keypoints):
//   bias   length of the mean error over a clip        white  from frame to frame
//   slow   what is left of its deviation               lag    by which the keypoints are late, ms
// On videos, where nothing is known: white, an upper bound, since motion itself accelerates.
//
//   white = median |second difference| / (0.6745 sqrt(6)), what independent Gaussian errors have;
//   the
//           median is robust to the few frames in which the detector loses the person
//   lag   = - sum(error * velocity) / sum(velocity^2)

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "videopose/synthetic/figure.h"
#include "videopose/synthetic/synthetic.h"
#include "videopose/videopose.h"

namespace videopose::internal {
namespace {

struct Kind {
  const char* name;
  std::vector<size_t> joints;
};
const std::array<Kind, 7> kKinds = {{{"face", {0, 1, 2, 3, 4}},
                                     {"shoulders", {5, 6}},
                                     {"elbows", {7, 8}},
                                     {"wrists", {9, 10}},
                                     {"hips", {11, 12}},
                                     {"knees", {13, 14}},
                                     {"ankles", {15, 16}}}};

using Track = std::vector<std::vector<Keypoint>>;

double SizeOf(const std::vector<Keypoint>& frame) {
  float left = 1e9F, right = -1e9F, top = 1e9F, bottom = -1e9F;
  for (const Keypoint& point : frame) {
    left = std::min(left, point.x_px);
    right = std::max(right, point.x_px);
    top = std::min(top, point.y_px);
    bottom = std::max(bottom, point.y_px);
  }
  return std::max(right - left, bottom - top);
}

double MedianOf(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Sums {
  std::vector<double> bends;  // |second differences|
  double variance = 0, bias = 0;
  int64_t series = 0;
  double error_by_velocity = 0, velocity_squared = 0;
};

// One coordinate of one joint over a clip: errors or positions, and true velocities, all by size.
void Add(const std::vector<double>& values, const std::vector<double>& velocities, Sums& sums) {
  const size_t n = values.size();
  if (n < 10) return;
  double mean = 0;
  for (const double v : values) mean += v / static_cast<double>(n);
  for (const double v : values) sums.variance += (v - mean) * (v - mean) / static_cast<double>(n);
  for (size_t t = 1; t + 1 < n; ++t) {
    sums.bends.push_back(std::abs(values[t + 1] - 2 * values[t] + values[t - 1]));
  }
  for (size_t t = 0; t < velocities.size(); ++t) {
    sums.error_by_velocity += (values[t] - mean) * velocities[t];
    sums.velocity_squared += velocities[t] * velocities[t];
  }
  sums.bias += mean * mean;
  ++sums.series;
}

void Measure(const Track& seen, const Track* truth, std::array<Sums, 7>& sums) {
  // Of the whole clip: a size that changes from frame to frame would look like motion.
  std::vector<double> sizes;
  for (const auto& frame : truth != nullptr ? *truth : seen) sizes.push_back(SizeOf(frame));
  const double size = MedianOf(std::move(sizes));
  for (size_t kind = 0; kind < kKinds.size(); ++kind) {
    for (const size_t k : kKinds[kind].joints) {
      for (const auto coordinate : {&Keypoint::x_px, &Keypoint::y_px}) {
        std::vector<double> values, velocities;
        for (size_t t = 0; t < seen.size(); ++t) {
          if (seen[t][k].score < 0.5F) continue;
          double value = seen[t][k].*coordinate;
          if (truth != nullptr) {
            value -= (*truth)[t][k].*coordinate;
            const size_t next = std::min(t + 1, seen.size() - 1), before = t == 0 ? 0 : t - 1;
            velocities.push_back(((*truth)[next][k].*coordinate - (*truth)[before][k].*coordinate) /
                                 2 / size);
          }
          values.push_back(value / size);
        }
        Add(values, velocities, sums[kind]);
      }
    }
  }
}

void Print(const char* title, std::array<Sums, 7>& sums, bool with_truth, double fps) {
  std::printf("%s\n%-12s%8s", title, "", "white");
  if (with_truth) std::printf("%8s%8s%8s", "slow", "bias", "lag");
  std::printf("\n");
  for (size_t kind = 0; kind < kKinds.size(); ++kind) {
    Sums& s = sums[kind];
    if (s.series == 0) continue;
    const double white = MedianOf(std::move(s.bends)) / (0.6745 * std::sqrt(6.0));
    std::printf("%-12s%8.2f", kKinds[kind].name, 100 * white);
    if (with_truth) {
      const double variance = s.variance / static_cast<double>(s.series);
      std::printf("%8.2f%8.2f%8.0f", 100 * std::sqrt(std::max(0.0, variance - white * white)),
                  100 * std::sqrt(s.bias / static_cast<double>(s.series)),
                  -1000 / fps * s.error_by_velocity / s.velocity_squared);
    }
    std::printf("\n");
  }
}

// The detections in consecutive frames.
class Eye {
 public:
  explicit Eye(bool smooth) : detector_({.size = BlazePoseSize::kFull, .smooth = smooth}) {}
  bool See(const Image& image, double time_s) {
    const std::optional<BlazePoseResult> result = detector_.Follow(image, time_s);
    if (!result) return false;
    track_.push_back(CocoFromLandmarks(result->landmarks));
    return true;
  }
  const Track& track() const { return track_; }

 private:
  BlazePose detector_;
  Track track_;
};

void MeasureFigure(bool smooth) {
  constexpr double kFps = 30;
  std::array<Sums, 7> sums;
  for (const SyntheticKind kind :
       {SyntheticKind::kWaving, SyntheticKind::kArmRaises, SyntheticKind::kWalkInCircle,
        SyntheticKind::kSquats, SyntheticKind::kJumpingJacks}) {
    const Camera camera = LookAt({0.8, -4.5, 1.5}, {0, 0, 0.95}, 864, 480, 0.62);
    const SyntheticClip clip = MakeSyntheticClip(SyntheticMotion(Choreography(kind)), camera,
                                                 {.fps = kFps, .duration_s = 6});
    const FigureRenderer figure(camera);
    Eye eye(smooth);
    Track truth;
    Image image;
    for (int64_t t = 0; t < clip.frame_count; ++t) {
      figure.Render(&clip.poses[static_cast<size_t>(t)], 1.74, image);
      if (!eye.See(image, static_cast<double>(t) / kFps)) continue;
      const auto frame = clip.keypoints.people[0].frame(t);
      truth.emplace_back(frame.begin(), frame.end());
    }
    Measure(eye.track(), &truth, sums);
  }
  Print(smooth ? "figure, smoothed (the default); percent of the person's size, ms"
               : "figure, --no-smooth; percent of the person's size, ms",
        sums, true, kFps);
}

void MeasureVideo(const char* path, bool smooth) {
  VideoReader reader(path);
  const double fps = reader.info().frame_rate.per_second();
  Eye eye(smooth);
  Image image;
  for (int64_t t = 0; reader.Read(image); ++t) {
    eye.See(image, static_cast<double>(t) / fps);
  }
  std::array<Sums, 7> sums;
  Measure(eye.track(), nullptr, sums);
  Print((std::string(path) + (smooth ? ", smoothed" : ", --no-smooth")).c_str(), sums, false, fps);
}

}  // namespace
}  // namespace videopose::internal

int main(int argc, char** argv) {
  try {
    for (const bool smooth : {true, false}) {
      videopose::internal::MeasureFigure(smooth);
      for (int i = 1; i < argc; ++i) videopose::internal::MeasureVideo(argv[i], smooth);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
