#include "videopose/lift/lifter.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/geometry/screen.h"
#include "videopose/lift/sequence_batches.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/lift/track_filler.h"

namespace videopose {
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

// What the network reads: rows of x, y, x, y, ...
Tensor RowsOf(const std::vector<Vec2f>& points, size_t joint_count) {
  Tensor rows(
      {static_cast<int64_t>(points.size() / joint_count), 2 * static_cast<int64_t>(joint_count)});
  for (size_t i = 0; i < points.size(); ++i) {
    rows.values[2 * i] = points[i].x;
    rows.values[2 * i + 1] = points[i].y;
  }
  return rows;
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
  Predictor(const TemporalModel& model, MirrorMap input_mirror, MirrorMap output_mirror)
      : predictor_(model),
        input_mirror_(std::move(input_mirror)),
        output_mirror_(std::move(output_mirror)) {}

  // points_in_screen (T_i, J_in) -> (T_i, J_out) metres in camera space, for each sequence. Calls
  // on_frames(n) after each n frames; with average_flip every frame is counted twice.
  std::vector<std::vector<Vec3f>> Predict(std::span<const std::vector<Vec2f>> points_in_screen,
                                          bool average_flip,
                                          const std::function<void(int64_t)>& on_frames) {
    const size_t count = points_in_screen.size(), joint_count = input_mirror_.size();
    std::vector<Tensor> rows;
    for (const auto& points : points_in_screen) rows.push_back(RowsOf(points, joint_count));
    for (size_t i = 0; average_flip && i < count; ++i) {
      rows.push_back(RowsOf(Mirrored(points_in_screen[i], input_mirror_), joint_count));
    }
    rows = predictor_.Predict(rows, on_frames);
    std::vector<std::vector<Vec3f>> joints;
    for (size_t i = 0; i < count; ++i) {
      joints.push_back(PointsOf(rows[i]));
      if (!average_flip) continue;
      const std::vector<Vec3f> others = Mirrored(PointsOf(rows[count + i]), output_mirror_);
      for (size_t j = 0; j < others.size(); ++j) {
        joints[i][j] = 0.5F * (joints[i][j] + others[j]);
      }
    }
    return joints;
  }

 private:
  BatchPredictor predictor_;
  MirrorMap input_mirror_, output_mirror_;
};

// Everybody in one clip.
class LiftJob {
 public:
  LiftJob(const TemporalModel& pose, const TemporalModel* trajectory,
          const KeypointSequence& keypoints, const LiftOptions& options)
      : keypoints_(keypoints),
        options_(options),
        architecture_(pose.architecture()),
        pose_(pose, MirrorMapOf(keypoints.layout), MirrorMapOf(Human36m17())) {
    if (trajectory != nullptr) {
      trajectory_.emplace(*trajectory, MirrorMapOf(keypoints.layout), MirrorMap{0});
    }
    passes_ = (options.average_flip ? 2 : 1) * (trajectory != nullptr ? 2 : 1);
    for (size_t i = 0; i < keypoints.people.size(); ++i) {
      for (const FrameRange& frames : SeenRanges(keypoints.people[i], keypoints.joint_count())) {
        runs_.push_back({i, frames});
        total_frames_ += frames.length();
      }
    }
  }

  Motion Run() {
    Motion motion{.skeleton = Human36m17(),
                  .fps = keypoints_.fps,
                  .width_px = keypoints_.width_px,
                  .height_px = keypoints_.height_px,
                  .frame_count = keypoints_.frame_count};
    for (const PersonKeypoints& person : keypoints_.people) {
      motion.people.push_back(Unseen(person.id));
    }
    CountFrames(0);
    std::vector<int64_t> lengths;
    for (const SeenRun& run : runs_) lengths.push_back(run.frames.length());
    for (const std::vector<size_t>& batch : SequenceBatches(architecture_, lengths)) {
      LiftBatch(batch, motion);
    }
    return motion;
  }

 private:
  // Frames in which somebody is seen.
  struct SeenRun {
    size_t person = 0;
    FrameRange frames;
  };

  PersonMotion Unseen(int id) const {
    const auto frame_count = static_cast<size_t>(keypoints_.frame_count);
    PersonMotion motion{.id = id};
    motion.joints_in_cam.assign(frame_count * static_cast<size_t>(Human36m17().joint_count()),
                                kNoJoint);
    if (trajectory_) motion.root_in_cam.assign(frame_count, kNoJoint);
    return motion;
  }

  std::vector<Vec2f> PointsInScreen(const SeenRun& run) const {
    std::vector<Vec2f> points =
        FilledTrack(keypoints_.people[run.person], run.frames, keypoints_.layout);
    for (Vec2f& point : points) {
      point = ScreenFromPixel(point, static_cast<float>(keypoints_.width_px),
                              static_cast<float>(keypoints_.height_px));
    }
    return points;
  }

  void LiftBatch(std::span<const size_t> batch, Motion& motion) {
    std::vector<std::vector<Vec2f>> points;
    for (const size_t i : batch) points.push_back(PointsInScreen(runs_[i]));
    const auto count = [this](int64_t frames) { CountFrames(frames); };
    const auto joints = pose_.Predict(points, options_.average_flip, count);
    const int joint_count = Human36m17().joint_count();
    for (size_t b = 0; b < batch.size(); ++b) {
      const SeenRun& run = runs_[batch[b]];
      PersonMotion& person = motion.people[run.person];
      std::copy(joints[b].begin(), joints[b].end(),
                person.joints_in_cam.begin() + run.frames.begin * joint_count);
      for (int64_t t = run.frames.begin; t < run.frames.end; ++t) {
        person.frame(t, joint_count)[0] = {};
      }
    }
    if (!trajectory_) return;
    const auto roots = trajectory_->Predict(points, options_.average_flip, count);
    for (size_t b = 0; b < batch.size(); ++b) {
      const SeenRun& run = runs_[batch[b]];
      std::copy(roots[b].begin(), roots[b].end(),
                motion.people[run.person].root_in_cam.begin() + run.frames.begin);
    }
  }

  void CountFrames(int64_t frames) {
    predicted_frames_ += frames;
    options_.monitor.Report("lift", predicted_frames_ / passes_, total_frames_);
  }

  const KeypointSequence& keypoints_;
  const LiftOptions& options_;
  const TemporalArchitecture& architecture_;
  Predictor pose_;
  std::optional<Predictor> trajectory_;
  std::vector<SeenRun> runs_;     // of all people
  int64_t total_frames_ = 0;      // of all people
  int64_t passes_ = 1;            // how often each of them is predicted
  int64_t predicted_frames_ = 0;  // in all passes
};

}  // namespace

class Lifter::Impl {
 public:
  explicit Impl(const LiftCheckpoint& checkpoint) : pose_(checkpoint.pose) {
    if (checkpoint.trajectory) trajectory_.emplace(*checkpoint.trajectory);
  }

  const TemporalArchitecture& architecture() const { return pose_.architecture(); }

  Motion Lift(const KeypointSequence& keypoints, const LiftOptions& options) const {
    const int joint_count = architecture().input_channels / 2;
    if (keypoints.joint_count() != joint_count) {
      Fail(
          "the lifter takes {} joints a frame, these keypoints ({}) have {}: use a model trained "
          "with them",
          joint_count, keypoints.layout.name, keypoints.joint_count());
    }
    if (keypoints.width_px <= 0 || keypoints.height_px <= 0) {
      Fail("the size of the picture is needed to lift keypoints, found {} x {} pixels",
           keypoints.width_px, keypoints.height_px);
    }
    return LiftJob(pose_, trajectory_ ? &*trajectory_ : nullptr, keypoints, options).Run();
  }

 private:
  TemporalModel pose_;
  std::optional<TemporalModel> trajectory_;
};

Lifter::Lifter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Lifter::~Lifter() = default;
Lifter::Lifter(Lifter&&) noexcept = default;
Lifter& Lifter::operator=(Lifter&&) noexcept = default;

Lifter Lifter::Load(const std::filesystem::path& path, const TemporalModelOptions& options) {
  const LiftCheckpoint checkpoint = ReadLiftCheckpoint(path, options);
  const TemporalArchitecture& architecture = checkpoint.pose.architecture;
  if (architecture.output_joints() != Human36m17().joint_count()) {
    Fail("{}: makes {} joints; only models that make the {} of Human3.6M can lift", path.string(),
         architecture.output_joints(), Human36m17().joint_count());
  }
  if (architecture.input_channels % 2 != 0) {
    Fail("{}: takes {} values a frame, which are no x and y of joints", path.string(),
         architecture.input_channels);
  }
  return Lifter(std::make_unique<Impl>(checkpoint));
}

int Lifter::receptive_field() const {
  return static_cast<int>(impl_->architecture().receptive_field());
}
int Lifter::input_joint_count() const { return impl_->architecture().input_channels / 2; }
const Skeleton& Lifter::skeleton() const { return Human36m17(); }

Motion Lifter::Lift(const KeypointSequence& keypoints, const LiftOptions& options) const {
  return impl_->Lift(keypoints, options);
}

}  // namespace videopose
