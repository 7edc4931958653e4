// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/video_accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/ground.h"
#include "videopose/media.h"
#include "videopose/pose/h36m17.h"
#include "videopose/process.h"

namespace videopose::internal {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kFramesPerSecond = 30;  // of velocities
constexpr size_t kLimbs = 12;
// Nearer than that, in parts of the box, keypoints may be of this person: a detector's are within a
// few hundredths, a neighbour's are a box away.
constexpr double kFarthest = 0.25;
// A truth that fits fewer frames is in another place.
constexpr double kLeastFitting = 0.1;
constexpr int kMostDelay_frames = 15;
constexpr double kNearest_m = 0.05;  // in front of the camera

// Of a person, in one frame; NaN where it is not known.
using LimbPixels = std::array<Vec2d, kLimbs>;

size_t MirroredLimb(size_t i) { return i ^ 1; }  // LimbJoints() are in pairs

bool IsFinite(const Vec2d& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

Vec2d PixelOf(const Lens& lens, const Vec3d& x_in_cam) {
  if (!(x_in_cam.z > kNearest_m)) return {kNan, kNan};
  return Distorted(lens, {x_in_cam.x / x_in_cam.z, x_in_cam.y / x_in_cam.z});
}

// Of each limb joint, its place in Coco17().
const std::array<int, kLimbs>& CocoLimbs() {
  static const std::array<int, kLimbs> limbs = [] {
    std::array<int, kLimbs> coco{};
    for (size_t i = 0; i < kLimbs; ++i) {
      const auto joint = static_cast<size_t>(LimbJoints()[i]);
      coco[i] = Coco17().IndexOf(Human36m17().joint_names[joint]);
    }
    return coco;
  }();
  return limbs;
}

// The diagonal of the box around the points; NaN without any.
double Diagonal(const LimbPixels& points) {
  double left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;
  for (const Vec2d& point : points) {
    if (!IsFinite(point)) continue;
    left = std::min(left, point.x);
    right = std::max(right, point.x);
    top = std::min(top, point.y);
    bottom = std::max(bottom, point.y);
  }
  return right > left ? std::hypot(right - left, bottom - top) : kNan;
}

// A camera's clip with its keypoints and what the truth is about it.
class CameraClip {
 public:
  CameraClip(const Trial& trial, const TrialCamera& camera, const VideoInfo& info)
      : trial_(trial),
        name_(camera.calibrated.name),
        cam_from_world_(camera.calibrated.cam_from_world.value()),
        lens_(LensFor({.calibration = camera.calibrated.lens}, info.width_px, info.height_px)),
        fps_(info.captured_fps) {}

  const std::string& name() const { return name_; }
  const Lens& lens() const { return lens_; }
  double fps() const { return fps_; }
  int64_t frame_count() const { return keypoints.frame_count; }

  // The truth at frame t of the video, in the camera's frame; between two rows on the line.
  std::array<Vec3d, h36m17::kJointCount> TruthInCam(const AxisOrder& axes, double delay_frames,
                                                    int64_t t) const {
    std::array<Vec3d, h36m17::kJointCount> joints;
    for (size_t j = 0; j < joints.size(); ++j) {
      const auto row = [&](int64_t r) {
        return trial_.joints_in_file.at(r, static_cast<int64_t>(j));
      };
      joints[j] = InCam(axes, AtTime(row, delay_frames, t));
    }
    return joints;
  }
  Vec3d NoseInCam(const AxisOrder& axes, int64_t t) const {
    if (trial_.nose_in_file.empty()) return {kNan, kNan, kNan};
    const auto row = [&](int64_t r) { return trial_.nose_in_file[static_cast<size_t>(r)]; };
    return InCam(axes, AtTime(row, trial_.delay_frames, t));
  }
  LimbPixels TruthInImage(const AxisOrder& axes, double delay_frames, int64_t t) const {
    const auto joints = TruthInCam(axes, delay_frames, t);
    LimbPixels pixels;
    for (size_t i = 0; i < kLimbs; ++i) {
      pixels[i] = PixelOf(lens_, joints[static_cast<size_t>(LimbJoints()[i])]);
    }
    return pixels;
  }

  KeypointSequence keypoints;  // of all people, at first

 private:
  template <typename Row>
  Vec3f AtTime(const Row& row, double delay_frames, int64_t t) const {
    constexpr double kWhole = 1e-6;
    const double at = (static_cast<double>(t) - delay_frames) * trial_.rate_hz / fps_;
    const double nearest = std::round(at);
    const auto is_row = [&](double r) {
      return r >= 0 && r < static_cast<double>(trial_.joints_in_file.frame_count());
    };
    if (std::abs(at - nearest) < kWhole) {
      return is_row(nearest) ? row(static_cast<int64_t>(nearest)) : kNoJoint;
    }
    const double before = std::floor(at);
    if (!is_row(before) || !is_row(before + 1)) return kNoJoint;
    const auto u = static_cast<float>(at - before);
    const auto r = static_cast<int64_t>(before);
    return (1 - u) * row(r) + u * row(r + 1);
  }
  Vec3d InCam(const AxisOrder& axes, const Vec3f& x_in_file) const {
    return cam_from_world_ * axes.WorldFromFile(x_in_file).Cast<double>();
  }

  const Trial& trial_;
  std::string name_;
  Rigid3d cam_from_world_;
  Lens lens_;
  double fps_;
};

// Keypoints of a person beside the truth in one frame, mean over the limb joints, in parts of the
// diagonal of the truth's box; NaN where there is nothing to compare.
struct Fit {
  double kept = kNan, exchanged = kNan;  // with left and right as they are, and exchanged
  double either() const { return std::min(kept, exchanged); }
};

std::vector<double> Distances(std::span<const Keypoint> found, const LimbPixels& truth,
                              bool exchanged) {
  const double diagonal = Diagonal(truth);
  std::vector<double> distances;
  for (size_t i = 0; i < kLimbs; ++i) {
    const Keypoint& point = found[static_cast<size_t>(CocoLimbs()[i])];
    const Vec2d own = truth[i], other = truth[MirroredLimb(i)];
    if (!IsSeen(point) || !IsFinite(own) || !IsFinite(other) || !(diagonal > 0)) continue;
    const Vec2d at{point.x_px, point.y_px};
    distances.push_back(Norm(at - (exchanged ? other : own)) / diagonal);
  }
  return distances;
}

double MeanOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? kNan : sum / static_cast<double>(values.size());
}

Fit FitOf(std::span<const Keypoint> found, const LimbPixels& truth) {
  return {.kept = MeanOf(Distances(found, truth, false)),
          .exchanged = MeanOf(Distances(found, truth, true))};
}

// How well a person's keypoints fit: the frames in which they do, each the more the nearer.
double Score(const CameraClip& camera, const PersonKeypoints& person, const AxisOrder& axes,
             double delay_frames) {
  double score = 0;
  for (int64_t t = 0; t < camera.frame_count(); ++t) {
    const Fit fit = FitOf(person.frame(t), camera.TruthInImage(axes, delay_frames, t));
    if (fit.either() < kFarthest) score += 1 - fit.either() / kFarthest;
  }
  return score;
}

// The person who fits best, and how well.
std::pair<size_t, double> BestPerson(const CameraClip& camera, const AxisOrder& axes,
                                     double delay_frames) {
  std::pair<size_t, double> best = {0, 0};
  for (size_t i = 0; i < camera.keypoints.people.size(); ++i) {
    const double score = Score(camera, camera.keypoints.people[i], axes, delay_frames);
    if (score > best.second) best = {i, score};
  }
  return best;
}

double ScoreOfAll(const std::vector<CameraClip>& cameras, const AxisOrder& axes,
                  double delay_frames) {
  double score = 0;
  for (const CameraClip& camera : cameras) score += BestPerson(camera, axes, delay_frames).second;
  return score;
}

int64_t FramesOfAll(const std::vector<CameraClip>& cameras) {
  int64_t frames = 0;
  for (const CameraClip& camera : cameras) frames += camera.frame_count();
  return frames;
}

AxisOrder BestAxes(const std::vector<CameraClip>& cameras, double delay_frames) {
  AxisOrder best;
  double best_score = -1;
  for (const AxisOrder& axes : AxisOrder::All()) {
    const double score = ScoreOfAll(cameras, axes, delay_frames);
    if (score > best_score) {
      best_score = score;
      best = axes;
    }
  }
  return best;
}

// Of the trial, or found, and checked: a person is where the truth is.
AxisOrder AxesOf(const Trial& trial, const std::vector<CameraClip>& cameras) {
  const auto fits = [&](const AxisOrder& axes) {
    return ScoreOfAll(cameras, axes, trial.delay_frames) >
           kLeastFitting * static_cast<double>(FramesOfAll(cameras));
  };
  if (trial.axes && fits(*trial.axes)) return *trial.axes;
  const AxisOrder best = BestAxes(cameras, trial.delay_frames);
  if (!fits(best)) {
    Fail(ErrorCode::kMismatch,
         "{}: no person in the videos is where it says; is it of these videos and cameras, in "
         "the calibration's world and units?",
         trial.truth_file.string());
  }
  if (trial.axes) {
    Fail(ErrorCode::kMismatch,
         "{}: no person in the videos is where it says with axes {}; with {} one is",
         trial.truth_file.string(), trial.axes->Text(), best.Text());
  }
  return best;
}

// By the chosen people's keypoints, where that is clear: smoothing makes them late by about a
// frame.
std::optional<int> BetterDelay(const Trial& trial, const std::vector<CameraClip>& cameras,
                               const AxisOrder& axes) {
  const auto median_at = [&](double delay_frames) {
    std::vector<double> distances;
    for (const CameraClip& camera : cameras) {
      // The same frames for all delays: those in which every one has a truth.
      const double truth_frames =
          static_cast<double>(trial.joints_in_file.frame_count()) * camera.fps() / trial.rate_hz;
      const int64_t end =
          std::min(camera.frame_count(), static_cast<int64_t>(truth_frames)) - kMostDelay_frames;
      for (int64_t t = kMostDelay_frames; t < end; ++t) {
        const LimbPixels truth = camera.TruthInImage(axes, delay_frames, t);
        const Fit fit = FitOf(camera.keypoints.people[0].frame(t), truth);
        if (std::isfinite(fit.either())) distances.push_back(fit.either());
      }
    }
    return distances.empty() ? kNan : Median(std::move(distances));
  };
  constexpr double kClearly = 0.8;
  double best = kClearly * median_at(trial.delay_frames);
  std::optional<int> better;
  for (int delay = -kMostDelay_frames; delay <= kMostDelay_frames; ++delay) {
    const double median = median_at(delay);
    if (!(median < best)) continue;
    best = median;
    better = delay;
  }
  return better;
}

KeypointSequence ExactKeypoints(const CameraClip& camera, const AxisOrder& axes,
                                double delay_frames, const VideoInfo& info) {
  KeypointSequence sequence{.layout = Coco17(),
                            .fps = camera.fps(),
                            .width_px = info.width_px,
                            .height_px = info.height_px,
                            .frame_count = info.estimated_frame_count,
                            .people = {PersonKeypoints()}};
  JointTrack<Keypoint>& track = sequence.people[0].keypoints;
  track = {sequence.frame_count, sequence.joint_count()};
  const auto place = [](const Vec2d& pixel, Keypoint& point) {
    if (!IsFinite(pixel)) return;
    point = {static_cast<float>(pixel.x), static_cast<float>(pixel.y), 1};
  };
  for (int64_t t = 0; t < sequence.frame_count; ++t) {
    const LimbPixels pixels = camera.TruthInImage(axes, delay_frames, t);
    for (size_t i = 0; i < kLimbs; ++i) place(pixels[i], track.at(t, CocoLimbs()[i]));
    place(PixelOf(camera.lens(), camera.NoseInCam(axes, t)), track.at(t, Coco17().IndexOf("nose")));
  }
  return sequence;
}

// Prediction and truth of one camera, frame by frame.
class Comparison {
 public:
  Comparison(const CameraClip& camera, const AxisOrder& axes, double delay_frames)
      : camera_(camera), axes_(axes), delay_frames_(delay_frames) {}

  // `lens`: that the poses were lifted through.
  VideoAccuracyRow Measure(const Motion& motion, const Lens& lens) const {
    VideoAccuracyRow row{.camera = camera_.name()};
    const PersonMotion& person = motion.people[0];
    JointTrack<Vec3f> predicted(camera_.frame_count(), h36m17::kJointCount, kNoJoint);
    JointTrack<Vec3f> target = predicted;
    std::vector<double> roots, keypoints, poses;
    for (int64_t t = 0; t < camera_.frame_count(); ++t) {
      const auto truth = camera_.TruthInCam(axes_, delay_frames_, t);
      const Vec3d root = truth[h36m17::kHip];
      if (!std::isfinite(root.x)) continue;
      ++row.frames;
      for (size_t j = 0; j < truth.size(); ++j) {
        target.at(t, static_cast<int64_t>(j)) = (truth[j] - root).Cast<float>();
      }
      if (!person.has_pose(t)) continue;
      ++row.matched_frames;
      std::ranges::copy(person.frame(t), predicted.frame(t).begin());
      const LimbPixels pixels = camera_.TruthInImage(axes_, delay_frames_, t);
      const std::span<const Keypoint> found = camera_.keypoints.people[0].frame(t);
      std::ranges::copy(Distances(found, pixels, false), std::back_inserter(keypoints));
      const Fit fit = FitOf(found, pixels);
      if (fit.exchanged < fit.kept) ++row.swapped_frames;
      if (person.root_in_cam.empty()) continue;
      const Vec3d place = person.root_in_cam[static_cast<size_t>(t)].Cast<double>();
      if (!std::isfinite(place.x)) continue;
      roots.push_back(Norm(place - root));
      LimbPixels lifted;
      for (size_t i = 0; i < kLimbs; ++i) {
        lifted[i] = PixelOf(lens, person.at(t, LimbJoints()[i]).Cast<double>() + place);
        const Keypoint& point = found[static_cast<size_t>(CocoLimbs()[i])];
        const double share = Norm(lifted[i] - Vec2d{point.x_px, point.y_px}) / Diagonal(pixels);
        if (IsSeen(point) && std::isfinite(share)) poses.push_back(share);
      }
    }
    BodyErrorMean mean;
    mean.Add(predicted, target);
    row.body = mean.Mean();
    row.body.joints.mpjve *= camera_.fps() / kFramesPerSecond;
    row.root_m = MeanOf(roots);
    row.keypoints_share = keypoints.empty() ? kNan : Median(std::move(keypoints));
    row.pose_share = poses.empty() ? kNan : Median(std::move(poses));
    return row;
  }

 private:
  const CameraClip& camera_;
  const AxisOrder& axes_;
  double delay_frames_;
};

// Each camera counts the same; a value that one lacks is left out.
VideoAccuracyRow MeanOfRows(const std::vector<VideoAccuracyRow>& rows, bool lens_is_given) {
  VideoAccuracyRow mean{.lens_is_given = lens_is_given};
  std::vector<const VideoAccuracyRow*> chosen;
  for (const VideoAccuracyRow& row : rows) {
    if (row.lens_is_given != lens_is_given) continue;
    chosen.push_back(&row);
    mean.frames += row.frames;
    mean.matched_frames += row.matched_frames;
    mean.swapped_frames += row.swapped_frames;
    mean.body.frames += row.body.frames;
  }
  const auto average = [&](const std::function<double&(VideoAccuracyRow&)>& value) {
    std::vector<double> values;
    for (const VideoAccuracyRow* row : chosen) {
      VideoAccuracyRow copy = *row;
      if (std::isfinite(value(copy))) values.push_back(value(copy));
    }
    value(mean) = MeanOf(values);
  };
  using Row = VideoAccuracyRow;
  average([](Row& row) -> double& { return row.body.joints.mpjpe; });
  average([](Row& row) -> double& { return row.body.joints.p_mpjpe; });
  average([](Row& row) -> double& { return row.body.joints.n_mpjpe; });
  average([](Row& row) -> double& { return row.body.joints.mpjve; });
  average([](Row& row) -> double& { return row.body.limb_mpjpe; });
  average([](Row& row) -> double& { return row.body.limb_p_mpjpe; });
  average([](Row& row) -> double& { return row.body.hip_deg; });
  average([](Row& row) -> double& { return row.body.knee_deg; });
  average([](Row& row) -> double& { return row.body.shoulder_deg; });
  average([](Row& row) -> double& { return row.body.elbow_deg; });
  average([](Row& row) -> double& { return row.body.bones_deg; });
  average([](Row& row) -> double& { return row.root_m; });
  average([](Row& row) -> double& { return row.keypoints_share; });
  average([](Row& row) -> double& { return row.pose_share; });
  return mean;
}

}  // namespace

VideoAccuracy MeasureVideoAccuracy(const Trial& trial, const Lifter& lifter,
                                   const VideoAccuracyOptions& options,
                                   const WorkMonitor& monitor) {
  if (options.exact_keypoints && !trial.axes) {
    Fail(ErrorCode::kInvalidArgument, {.option = "axes"},
         "{}: without a detector nothing tells which of its axes are the world's",
         trial.truth_file.string());
  }
  const PersonSelection all{.count = kAllPeople};
  VideoAccuracy result;
  std::vector<CameraClip> cameras;
  for (const TrialCamera& camera : trial.cameras) {
    VideoReader reader(camera.video);
    cameras.emplace_back(trial, camera, reader.info());
    if (options.exact_keypoints) {
      cameras.back().keypoints =
          ExactKeypoints(cameras.back(), *trial.axes, trial.delay_frames, reader.info());
      continue;
    }
    const std::unique_ptr<PoseDetector> detector = DetectorFor(options.detector, all);
    cameras.back().keypoints =
        ProcessVideo(reader, *detector, {.people = all, .raw = !options.detector.smooth}, monitor)
            .keypoints;
  }
  result.axes = AxesOf(trial, cameras);
  for (CameraClip& camera : cameras) {
    const size_t best = BestPerson(camera, result.axes, trial.delay_frames).first;
    camera.keypoints.people = {camera.keypoints.people[best]};
  }
  if (!options.exact_keypoints) {
    result.better_delay_frames = BetterDelay(trial, cameras, result.axes);
  }
  for (const bool is_given : {true, false}) {
    if (!(is_given ? options.with_given_lens : options.with_default_lens)) continue;
    for (const CameraClip& camera : cameras) {
      WorldLiftOptions lift{.average_flip = options.average_flip,
                            .ground = {.height_m = options.height_m},
                            .hands_and_feet = false};
      if (is_given) lift.ground.calibration = camera.lens();
      const ProcessedClip clip = ProcessKeypoints(camera.keypoints, lifter, lift, monitor);
      const Lens lens = LensFor(lift.ground, camera.keypoints.width_px, camera.keypoints.height_px);
      result.rows.push_back(
          Comparison(camera, result.axes, trial.delay_frames).Measure(clip.motion, lens));
      result.rows.back().lens_is_given = is_given;
    }
    result.means.push_back(MeanOfRows(result.rows, is_given));
  }
  return result;
}

}  // namespace videopose::internal
