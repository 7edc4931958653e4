#include "videopose/lift/lifter.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/geometry/screen.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/lift/track_filler.h"

namespace videopose {
namespace {

// Frames between two progress reports.
constexpr int64_t kPieceFrames = 1024;

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

// What the network reads: rows of x, y, x, y, ..., with the edge frames repeated so that there are
// as many outputs as frames (reference.md section 4, unchunked).
std::vector<float> PaddedRows(const std::vector<Vec2f>& points, size_t joint_count,
                              const TemporalArchitecture& architecture) {
  const auto frame_count = static_cast<int64_t>(points.size() / joint_count);
  std::vector<float> rows;
  rows.reserve(2 * joint_count * static_cast<size_t>(frame_count + architecture.receptive_field()));
  for (int64_t t = -architecture.pad_before(); t < frame_count + architecture.pad_after(); ++t) {
    const auto source = static_cast<size_t>(std::clamp<int64_t>(t, 0, frame_count - 1));
    for (size_t j = 0; j < joint_count; ++j) {
      rows.push_back(points[source * joint_count + j].x);
      rows.push_back(points[source * joint_count + j].y);
    }
  }
  return rows;
}

// One network over all sequences of a job.
class Predictor {
 public:
  Predictor(const TemporalModel& model, MirrorMap input_mirror, MirrorMap output_mirror)
      : model_(model),
        input_mirror_(std::move(input_mirror)),
        output_mirror_(std::move(output_mirror)),
        stream_(model) {}

  // points_in_screen (T, J_in) -> (T, J_out) metres in camera space. Calls on_frames(n) after each
  // n frames; with average_flip every frame is counted twice.
  template <typename OnFrames>
  std::vector<Vec3f> Predict(const std::vector<Vec2f>& points_in_screen, bool average_flip,
                             const OnFrames& on_frames) {
    std::vector<Vec3f> joints = PredictOnce(points_in_screen, on_frames);
    if (!average_flip) return joints;
    const std::vector<Vec3f> others =
        Mirrored(PredictOnce(Mirrored(points_in_screen, input_mirror_), on_frames), output_mirror_);
    for (size_t i = 0; i < joints.size(); ++i) joints[i] = 0.5F * (joints[i] + others[i]);
    return joints;
  }

 private:
  template <typename OnFrames>
  std::vector<Vec3f> PredictOnce(const std::vector<Vec2f>& points_in_screen,
                                 const OnFrames& on_frames) {
    const std::vector<float> padded =
        PaddedRows(points_in_screen, input_mirror_.size(), model_.architecture());
    const size_t piece = kPieceFrames * 2 * input_mirror_.size();
    const size_t frame_values = 3 * output_mirror_.size();
    stream_.Reset();
    output_.clear();
    for (size_t begin = 0; begin < padded.size(); begin += piece) {
      const size_t before = output_.size();
      stream_.Push(std::span(padded).subspan(begin, std::min(piece, padded.size() - begin)),
                   output_);
      on_frames(static_cast<int64_t>((output_.size() - before) / frame_values));
    }
    std::vector<Vec3f> joints(output_.size() / 3);
    for (size_t i = 0; i < joints.size(); ++i) {
      joints[i] = {output_[3 * i], output_[3 * i + 1], output_[3 * i + 2]};
    }
    return joints;
  }

  const TemporalModel& model_;
  MirrorMap input_mirror_, output_mirror_;
  TemporalStream stream_;
  std::vector<float> output_;
};

// Everybody in one clip.
class LiftJob {
 public:
  LiftJob(const TemporalModel& pose, const TemporalModel* trajectory,
          const KeypointSequence& keypoints, const LiftOptions& options)
      : keypoints_(keypoints),
        options_(options),
        pose_(pose, MirrorMapOf(keypoints.layout), MirrorMapOf(Human36m17())) {
    if (trajectory != nullptr) {
      trajectory_.emplace(*trajectory, MirrorMapOf(keypoints.layout), MirrorMap{0});
    }
    passes_ = (options.average_flip ? 2 : 1) * (trajectory != nullptr ? 2 : 1);
    for (const PersonKeypoints& person : keypoints.people) {
      for (const FrameRange& run : SeenRanges(person, keypoints.joint_count())) {
        total_frames_ += run.length();
      }
    }
  }

  Motion Run() {
    Motion motion{.skeleton = Human36m17(),
                  .fps = keypoints_.fps,
                  .width_px = keypoints_.width_px,
                  .height_px = keypoints_.height_px,
                  .frame_count = keypoints_.frame_count};
    CountFrames(0);
    for (const PersonKeypoints& person : keypoints_.people) {
      motion.people.push_back(LiftPerson(person));
    }
    return motion;
  }

 private:
  PersonMotion LiftPerson(const PersonKeypoints& person) {
    const int joint_count = Human36m17().joint_count();
    PersonMotion motion{.id = person.id};
    motion.joints_in_cam.assign(static_cast<size_t>(keypoints_.frame_count * joint_count),
                                kNoJoint);
    if (trajectory_) {
      motion.root_in_cam.assign(static_cast<size_t>(keypoints_.frame_count), kNoJoint);
    }
    for (const FrameRange& run : SeenRanges(person, keypoints_.joint_count())) {
      LiftRun(person, run, motion);
    }
    return motion;
  }

  void LiftRun(const PersonKeypoints& person, const FrameRange& run, PersonMotion& motion) {
    std::vector<Vec2f> points = FilledTrack(person, run, keypoints_.layout);
    for (Vec2f& point : points) {
      point = ScreenFromPixel(point, static_cast<float>(keypoints_.width_px),
                              static_cast<float>(keypoints_.height_px));
    }
    const auto count = [this](int64_t frames) { CountFrames(frames); };
    const std::vector<Vec3f> joints = pose_.Predict(points, options_.average_flip, count);
    const int joint_count = Human36m17().joint_count();
    std::copy(joints.begin(), joints.end(), motion.joints_in_cam.begin() + run.begin * joint_count);
    for (int64_t t = run.begin; t < run.end; ++t) motion.frame(t, joint_count)[0] = {};
    if (!trajectory_) return;
    const std::vector<Vec3f> roots = trajectory_->Predict(points, options_.average_flip, count);
    std::copy(roots.begin(), roots.end(), motion.root_in_cam.begin() + run.begin);
  }

  void CountFrames(int64_t frames) {
    predicted_frames_ += frames;
    options_.monitor.Report("lift", predicted_frames_ / passes_, total_frames_);
  }

  const KeypointSequence& keypoints_;
  const LiftOptions& options_;
  Predictor pose_;
  std::optional<Predictor> trajectory_;
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
