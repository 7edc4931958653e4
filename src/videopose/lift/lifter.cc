// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/geometry/clip_lens.h"
#include "videopose/lift.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/input_rows.h"
#include "videopose/lift/lift_stage.h"
#include "videopose/lift/sequence_batches.h"
#include "videopose/lift/temporal_model.h"

namespace videopose {

using namespace internal;
namespace {

// For each joint the one on the other side.
using MirrorMap = std::vector<size_t>;

template <typename Layout>
MirrorMap MirrorMapOf(const Layout& layout) {
  MirrorMap map;
  for (int j = 0; j < layout.joint_count(); ++j) {
    map.push_back(static_cast<size_t>(layout.mirrored(j)));
  }
  return map;
}

// The same seen in a mirror: x negated, left and right exchanged.
template <typename Point>
std::vector<Point> Mirrored(const std::vector<Point>& points, const MirrorMap& map) {
  std::vector<Point> mirrored(points.size());
  for (size_t frame = 0; frame < points.size(); frame += map.size()) {
    for (size_t j = 0; j < map.size(); ++j) {
      Point& point = mirrored[frame + j];
      point = points[frame + map[j]];
      point.x = -point.x;
    }
  }
  return mirrored;
}

std::vector<Vec3f> PointsOf(const Tensor& rows) {
  std::vector<Vec3f> points(rows.values.size() / 3);
  for (size_t i = 0; i < points.size(); ++i) {
    points[i] = {rows.values[3 * i], rows.values[3 * i + 1], rows.values[3 * i + 2]};
  }
  return points;
}

// One network over all sequences of a job.
class Predictor {
 public:
  Predictor(const TemporalModel& model, MirrorMap output_mirror)
      : predictor_(model), output_mirror_(std::move(output_mirror)) {}

  // rows[i] (T_i, input_channels) -> (T_i, J_out) metres in camera space, for each i. `mirrored`:
  // the same of the mirrored video, for the mean with it, or empty. Calls on_frames(n) after each n
  // frames, mirrored ones counted, too.
  std::vector<std::vector<Vec3f>> Predict(std::span<const Tensor> rows,
                                          std::span<const Tensor> mirrored,
                                          const std::function<void(int64_t)>& on_frames) {
    std::vector<Tensor> all(rows.begin(), rows.end());
    all.insert(all.end(), mirrored.begin(), mirrored.end());
    all = predictor_.Predict(all, on_frames);
    std::vector<std::vector<Vec3f>> joints;
    for (size_t i = 0; i < rows.size(); ++i) {
      joints.push_back(PointsOf(all[i]));
      if (mirrored.empty()) continue;
      const std::vector<Vec3f> others = Mirrored(PointsOf(all[rows.size() + i]), output_mirror_);
      for (size_t j = 0; j < others.size(); ++j) {
        joints[i][j] = 0.5F * (joints[i][j] + others[j]);
      }
    }
    return joints;
  }

 private:
  BatchPredictor predictor_;
  MirrorMap output_mirror_;
};

// All runs of a clip.
class LiftJob {
 public:
  LiftJob(const TemporalModel& pose, const TemporalModel* trajectory, LifterInput input,
          std::span<const FilledRun> runs, const ClipInfo& clip, const LiftOptions& options)
      : runs_(runs),
        clip_(clip),
        options_(options),
        architecture_(pose.architecture()),
        input_(input),
        pose_(pose, MirrorMapOf(Human36m17())) {
    if (trajectory != nullptr) trajectory_.emplace(*trajectory, MirrorMap{0});
    passes_ = (options.average_flip ? 2 : 1) * (trajectory != nullptr ? 2 : 1);
    for (const FilledRun& run : runs) total_frames_ += run.frame_count();
    image_ = {clip.width_px, clip.height_px,
              FocalPxOf(clip.focal_px, clip.width_px, clip.height_px)};
  }

  std::vector<LiftedRun> Run() {
    CountFrames(0);
    std::vector<int64_t> lengths;
    for (const FilledRun& run : runs_) lengths.push_back(run.frame_count());
    std::vector<LiftedRun> lifted(runs_.size());
    for (const std::vector<size_t>& batch : SequenceBatches(architecture_, lengths)) {
      LiftBatch(batch, lifted);
    }
    return lifted;
  }

 private:
  void LiftBatch(std::span<const size_t> batch, std::vector<LiftedRun>& lifted) {
    std::vector<Tensor> rows, mirrored;
    std::vector<std::vector<Quaternion>> view_from_cam;
    for (const size_t i : batch) {
      InputTrack track = InputRows(input_, runs_[i], image_);
      rows.push_back(std::move(track.rows));
      view_from_cam.push_back(std::move(track.view_from_cam));
      if (options_.average_flip)
        mirrored.push_back(MirroredRows(input_, clip_.layout, rows.back()));
    }
    const auto count = [this](int64_t frames) { CountFrames(frames); };
    auto joints = pose_.Predict(rows, mirrored, count);
    for (size_t b = 0; b < batch.size(); ++b) {
      JointTrack<Vec3f>& track = lifted[batch[b]].joints_in_cam;
      track = {std::move(joints[b]), Human36m17().joint_count()};
      for (int64_t t = 0; t < track.frame_count(); ++t) track.at(t, 0) = {};
      for (size_t t = 0; t < view_from_cam[b].size(); ++t) {
        TurnBack(view_from_cam[b][t], track.frame(static_cast<int64_t>(t)));
      }
    }
    if (!trajectory_) return;
    auto roots = trajectory_->Predict(rows, mirrored, count);
    for (size_t b = 0; b < batch.size(); ++b) {
      for (size_t t = 0; t < view_from_cam[b].size(); ++t) {
        TurnBack(view_from_cam[b][t], {&roots[b][t], 1});
      }
      lifted[batch[b]].root_in_cam = std::move(roots[b]);
    }
  }

  void CountFrames(int64_t frames) {
    predicted_frames_ += frames;
    options_.monitor.Report("lift", predicted_frames_ / passes_, total_frames_);
  }

  std::span<const FilledRun> runs_;
  const ClipInfo& clip_;
  const LiftOptions& options_;
  const TemporalArchitecture& architecture_;
  LifterInput input_;
  InputImage image_;
  Predictor pose_;
  std::optional<Predictor> trajectory_;
  int64_t total_frames_ = 0;      // of all people
  int64_t passes_ = 1;            // how often each of them is predicted
  int64_t predicted_frames_ = 0;  // in all passes
};

}  // namespace

class Lifter::Impl {
 public:
  explicit Impl(const LiftCheckpoint& checkpoint)
      : pose_(checkpoint.pose), input_(checkpoint.input) {
    if (checkpoint.trajectory) trajectory_.emplace(*checkpoint.trajectory);
  }

  const TemporalArchitecture& architecture() const { return pose_.architecture(); }
  bool has_trajectory() const { return trajectory_.has_value(); }
  int input_joint_count() const {
    return input_ == LifterInput::kScreen ? architecture().input_channels / 2
                                          : Coco17().joint_count();
  }

  LifterInput input() const { return input_; }

  std::vector<LiftedRun> LiftRuns(std::span<const FilledRun> runs, const ClipInfo& clip,
                                  const LiftOptions& options) const {
    return LiftJob(pose_, trajectory_ ? &*trajectory_ : nullptr, input_, runs, clip, options).Run();
  }

 private:
  TemporalModel pose_;
  std::optional<TemporalModel> trajectory_;
  LifterInput input_;
};

Lifter::Lifter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Lifter::~Lifter() = default;
Lifter::Lifter(Lifter&&) noexcept = default;
Lifter& Lifter::operator=(Lifter&&) noexcept = default;

Lifter Lifter::Load(const std::filesystem::path& path, const TemporalModelOptions& options) {
  const LiftCheckpoint checkpoint = ReadLiftCheckpoint(path, options);
  const TemporalArchitecture& architecture = checkpoint.pose.architecture;
  if (architecture.output_joints() != Human36m17().joint_count()) {
    Fail(ErrorCode::kUnsupported,
         "{}: makes {} joints; only models that make the {} of Human3.6M can lift", path.string(),
         architecture.output_joints(), Human36m17().joint_count());
  }
  if (architecture.input_channels % 2 != 0) {
    Fail(ErrorCode::kUnsupported, "{}: takes {} values a frame, which are no x and y of joints",
         path.string(), architecture.input_channels);
  }
  return Lifter(std::make_unique<Impl>(checkpoint));
}

int Lifter::receptive_field() const {
  return static_cast<int>(impl_->architecture().receptive_field());
}
int Lifter::input_joint_count() const { return impl_->input_joint_count(); }
bool Lifter::has_trajectory() const { return impl_->has_trajectory(); }
const Skeleton& Lifter::skeleton() const { return Human36m17(); }

void Lifter::CheckLifts(const ClipInfo& clip) const {
  const int joint_count = input_joint_count();
  if (clip.layout.joint_count() != joint_count) {
    Fail(ErrorCode::kMismatch,
         "the lifter takes {} joints a frame, these keypoints ({}) have {}: use a model trained "
         "with them",
         joint_count, clip.layout.name, clip.layout.joint_count());
  }
  if (clip.width_px <= 0 || clip.height_px <= 0) {
    Fail(ErrorCode::kInvalidArgument,
         "the size of the image is needed to lift keypoints, found {} x {} pixels", clip.width_px,
         clip.height_px);
  }
}

GapFillerOptions Lifter::FillerOptions(const ClipInfo& clip) const {
  return GapFillerFor(impl_->architecture(), impl_->input(), clip);
}

std::vector<LiftedRun> Lifter::LiftRuns(std::span<const FilledRun> runs, const ClipInfo& clip,
                                        const LiftOptions& options) const {
  return impl_->LiftRuns(runs, clip, options);
}

Motion Lifter::Lift(const KeypointSequence& keypoints, const LiftOptions& options) const {
  const ClipInfo clip = InfoOf(keypoints);
  CheckLifts(clip);
  return LiftClip(keypoints, GapFiller(FillerOptions(clip)), LiftStage(*this, clip, options));
}

}  // namespace videopose
