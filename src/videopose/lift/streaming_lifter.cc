#include <algorithm>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/geometry/screen.h"
#include "videopose/lift.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/person_input.h"
#include "videopose/lift/stream_network.h"

namespace videopose {
namespace {

constexpr size_t kJoints = 17;  // Human36m17()

StreamNetworkOptions NetworkOptions(const TemporalArchitecture& architecture,
                                    const StreamingLifterOptions& options) {
  const int64_t whole = architecture.pad_after();
  const int64_t lookahead = options.lookahead.value_or(whole);
  if (lookahead < 0 || lookahead > whole) {
    Fail(ErrorCode::kInvalidArgument, "a look-ahead of {} frames: this model sees 0 to {}",
         lookahead, whole);
  }
  return {.lookahead = lookahead,
          .sequences = options.max_people * (options.average_flip ? 2 : 1),
          .precision = options.precision};
}

void CheckLifts(const LiftCheckpoint& checkpoint, const std::string& what) {
  const TemporalArchitecture& architecture = checkpoint.pose.architecture;
  const int values =
      checkpoint.input == LifterInput::kPerson ? kPersonInputValues : 2 * Coco17().joint_count();
  if (architecture.output_joints() != static_cast<int>(kJoints) ||
      architecture.input_channels != values) {
    Fail(ErrorCode::kMismatch,
         "{}: takes {} values a frame and makes {} joints; a lifter for video takes COCO's 17 "
         "keypoints and makes the 17 joints of Human3.6M",
         what, architecture.input_channels, architecture.output_joints());
  }
}

bool HasPlace(const Keypoint& point) {
  return point.score > 0 && std::isfinite(point.x_px) && std::isfinite(point.y_px);
}

Vec3f JointAt(const float* values) { return {values[0], values[1], values[2]}; }

std::vector<size_t> InputMirror(LifterInput input) {
  std::vector<size_t> mirror;
  if (input == LifterInput::kPerson) {
    for (const int other : PersonInputMirror()) mirror.push_back(static_cast<size_t>(other));
  } else {
    for (int j = 0; j < Coco17().joint_count(); ++j) {
      mirror.push_back(static_cast<size_t>(Coco17().mirrored(j)));
    }
  }
  return mirror;
}

// A row of points as it looks in a mirror: left and right exchanged, x negated.
void Mirror(std::span<const float> row, const std::vector<size_t>& mirror, float* mirrored) {
  const size_t values = row.size() / mirror.size();
  for (size_t point = 0; point < mirror.size(); ++point) {
    std::copy_n(row.data() + mirror[point] * values, values, mirrored + point * values);
    mirrored[point * values] = -mirrored[point * values];
  }
}

Vec3f MirroredBack(Vec3f joint) { return {-joint.x, joint.y, joint.z}; }

}  // namespace

class StreamingLifter::Impl {
 public:
  Impl(const LiftCheckpoint& checkpoint, const StreamingLifterOptions& options);

  int64_t lookahead() const { return pose_.lookahead(); }
  LifterInput input() const { return input_kind_; }
  int joint_count() const { return layout_.joint_count(); }
  bool has_trajectory() const { return trajectory_.has_value(); }
  void Push(std::span<const StreamedKeypoints> people, std::vector<StreamedPose>& poses);
  void End(int slot, std::vector<StreamedPose>& poses);
  void Clear(int slot) { slots_.at(static_cast<size_t>(slot)).frames = 0; }
  Motion Lift(const KeypointSequence& keypoints, const WorkMonitor& monitor);

 private:
  struct Slot {
    int64_t frames = 0;            // that were pushed
    std::vector<Vec2f> points_px;  // where each point is or was last
    std::vector<uint8_t> was_seen;
    std::vector<float> row;  // of the last frame, as the network reads it
  };

  void Hold(std::span<const Keypoint> keypoints, Slot& slot) const;
  // The one place where pixels become what the network was trained on.
  void MakeRow(std::span<const Keypoint> keypoints, Slot& slot) const;
  // Runs the networks for people_ and appends what comes out.
  void RunFrame(std::vector<StreamedPose>& poses);
  void LiftRun(const PersonKeypoints& person, const FrameRange& run, PersonMotion& motion);
  int64_t passes() const { return average_flip_ ? 2 : 1; }

  TemporalArchitecture architecture_;
  LifterInput input_kind_;
  std::vector<size_t> input_mirror_;  // for each point of a row the one on the other side
  int width_px_, height_px_;
  bool average_flip_;
  KeypointLayout layout_;
  StreamNetwork pose_;
  std::optional<StreamNetwork> trajectory_;
  std::vector<Slot> slots_;
  std::vector<int> people_;  // slots of the frame under way
  std::vector<int64_t> sequences_;
  std::vector<float> input_, output_, root_output_;
  std::vector<StreamedPose> run_poses_;
};

StreamingLifter::Impl::Impl(const LiftCheckpoint& checkpoint, const StreamingLifterOptions& options)
    : architecture_(checkpoint.pose.architecture),
      input_kind_(checkpoint.input),
      input_mirror_(InputMirror(checkpoint.input)),
      width_px_(options.width_px),
      height_px_(options.height_px),
      average_flip_(options.average_flip),
      layout_(Coco17()),
      pose_(checkpoint.pose, NetworkOptions(architecture_, options)),
      slots_(static_cast<size_t>(options.max_people)) {
  CheckLifts(checkpoint, "the model");
  if (checkpoint.trajectory) {
    trajectory_.emplace(*checkpoint.trajectory, NetworkOptions(architecture_, options));
  }
  const auto joints = static_cast<size_t>(layout_.joint_count());
  for (Slot& slot : slots_) {
    slot.points_px.resize(joints);
    slot.was_seen.resize(joints);
    slot.row.resize(static_cast<size_t>(architecture_.input_channels));
  }
  const size_t rows = slots_.size() * static_cast<size_t>(passes());
  people_.reserve(slots_.size());
  sequences_.reserve(rows);
  input_.resize(rows * static_cast<size_t>(architecture_.input_channels));
  output_.resize(rows * 3 * kJoints);
  root_output_.resize(rows * 3);
}

void StreamingLifter::Impl::Hold(std::span<const Keypoint> keypoints, Slot& slot) const {
  if (slot.frames == 0) std::fill(slot.was_seen.begin(), slot.was_seen.end(), uint8_t{0});
  Vec2f middle;
  float seen = 0;
  for (size_t j = 0; j < keypoints.size(); ++j) {
    if (!HasPlace(keypoints[j])) continue;
    slot.points_px[j] = {keypoints[j].x_px, keypoints[j].y_px};
    slot.was_seen[j] = 1;
    middle = middle + slot.points_px[j];
    seen += 1;
  }
  if (seen > 0) middle = (1 / seen) * middle;
  for (size_t j = 0; j < keypoints.size(); ++j) {
    if (slot.was_seen[j] != 0) continue;
    const auto other = static_cast<size_t>(layout_.mirrored(static_cast<int>(j)));
    slot.points_px[j] = slot.was_seen[other] != 0 ? slot.points_px[other] : middle;
  }
}

void StreamingLifter::Impl::MakeRow(std::span<const Keypoint> keypoints, Slot& slot) const {
  const auto width = static_cast<float>(width_px_), height = static_cast<float>(height_px_);
  if (input_kind_ == LifterInput::kPerson) {
    PersonInputRow(keypoints, width, height, slot.row);
    return;
  }
  Hold(keypoints, slot);
  for (size_t j = 0; j < slot.points_px.size(); ++j) {
    const Vec2f point = ScreenFromPixel(slot.points_px[j], width, height);
    slot.row[2 * j] = point.x;
    slot.row[2 * j + 1] = point.y;
  }
}

void StreamingLifter::Impl::Push(std::span<const StreamedKeypoints> people,
                                 std::vector<StreamedPose>& poses) {
  VP_CHECK(width_px_ > 0 && height_px_ > 0, "{} x {} pixels", width_px_, height_px_);
  people_.clear();
  for (const StreamedKeypoints& person : people) {
    VP_CHECK(person.slot >= 0 && person.slot < std::ssize(slots_) &&
                 std::ssize(person.keypoints) == layout_.joint_count() &&
                 std::find(people_.begin(), people_.end(), person.slot) == people_.end(),
             "slot {}, {} keypoints", person.slot, person.keypoints.size());
    MakeRow(person.keypoints, slots_[static_cast<size_t>(person.slot)]);
    people_.push_back(person.slot);
  }
  RunFrame(poses);
}

void StreamingLifter::Impl::RunFrame(std::vector<StreamedPose>& poses) {
  if (people_.empty()) return;
  const auto per_person = static_cast<size_t>(passes());
  const auto cols = static_cast<size_t>(architecture_.input_channels);
  sequences_.clear();
  for (size_t n = 0; n < people_.size(); ++n) {
    Slot& slot = slots_[static_cast<size_t>(people_[n])];
    float* row = input_.data() + n * per_person * cols;
    std::copy(slot.row.begin(), slot.row.end(), row);
    if (average_flip_) Mirror(slot.row, input_mirror_, row + cols);
    for (int64_t pass = 0; pass < passes(); ++pass) {
      const int64_t sequence = people_[n] * passes() + pass;
      if (slot.frames == 0) {
        pose_.Restart(sequence);
        if (trajectory_) trajectory_->Restart(sequence);
      }
      sequences_.push_back(sequence);
    }
    ++slot.frames;
  }
  const int64_t rows = std::ssize(sequences_);
  const Matrix input(input_.data(), rows, architecture_.input_channels);
  pose_.Push(sequences_, input, {output_.data(), rows, architecture_.output_channels});
  if (trajectory_) trajectory_->Push(sequences_, input, {root_output_.data(), rows, 3});

  const Skeleton& skeleton = Human36m17();
  for (size_t n = 0; n < people_.size(); ++n) {
    const int64_t frame = slots_[static_cast<size_t>(people_[n])].frames - 1 - lookahead();
    if (frame < 0) continue;
    StreamedPose& pose = poses.emplace_back();
    pose.slot = people_[n];
    pose.frame = frame;
    const float* values = output_.data() + n * per_person * 3 * kJoints;
    const float* root = root_output_.data() + n * per_person * 3;
    for (size_t j = 1; j < kJoints; ++j) {  // the root stays at 0
      pose.joints_in_cam[j] = JointAt(values + 3 * j);
      if (!average_flip_) continue;
      const auto other = kJoints + static_cast<size_t>(skeleton.mirrored(static_cast<int>(j)));
      pose.joints_in_cam[j] =
          0.5F * (pose.joints_in_cam[j] + MirroredBack(JointAt(values + 3 * other)));
    }
    if (!trajectory_) continue;
    pose.root_in_cam = JointAt(root);
    if (average_flip_) {
      pose.root_in_cam = 0.5F * (pose.root_in_cam + MirroredBack(JointAt(root + 3)));
    }
  }
}

void StreamingLifter::Impl::End(int slot, std::vector<StreamedPose>& poses) {
  Slot& person = slots_.at(static_cast<size_t>(slot));
  if (person.frames == 0) return;
  people_.assign(1, slot);
  for (int64_t i = 0; i < lookahead(); ++i) RunFrame(poses);
  person.frames = 0;
}

void StreamingLifter::Impl::LiftRun(const PersonKeypoints& person, const FrameRange& run,
                                    PersonMotion& motion) {
  run_poses_.clear();
  for (int64_t t = run.begin; t < run.end; ++t) {
    const StreamedKeypoints frame{.slot = 0, .keypoints = person.frame(t)};
    Push({&frame, 1}, run_poses_);
  }
  End(0, run_poses_);
  for (const StreamedPose& pose : run_poses_) {
    const int64_t t = run.begin + pose.frame;
    std::copy(pose.joints_in_cam.begin(), pose.joints_in_cam.end(), motion.frame(t).begin());
    if (trajectory_) motion.root_in_cam[static_cast<size_t>(t)] = pose.root_in_cam;
  }
}

Motion StreamingLifter::Impl::Lift(const KeypointSequence& keypoints, const WorkMonitor& monitor) {
  VP_CHECK(keypoints.joint_count() == joint_count(), "{} joints", keypoints.joint_count());
  width_px_ = keypoints.width_px;
  height_px_ = keypoints.height_px;
  Motion motion{.skeleton = Human36m17(),
                .fps = keypoints.fps,
                .width_px = width_px_,
                .height_px = height_px_,
                .frame_count = keypoints.frame_count};
  const auto frames = static_cast<size_t>(keypoints.frame_count);
  for (const PersonKeypoints& person : keypoints.people) {
    PersonMotion& out = motion.people.emplace_back();
    out.id = person.id;
    out.joints_in_cam = {keypoints.frame_count, static_cast<int>(kJoints), kNoJoint};
    if (trajectory_) out.root_in_cam.assign(frames, kNoJoint);
    for (const FrameRange& run : SeenRanges(person)) {
      monitor.Report("lift", run.begin, keypoints.frame_count);
      LiftRun(person, run, out);
    }
  }
  return motion;
}

StreamingLifter StreamingLifter::Load(const std::filesystem::path& path,
                                      const StreamingLifterOptions& options,
                                      const TemporalModelOptions& model) {
  const LiftCheckpoint checkpoint = ReadLiftCheckpoint(path, model);
  CheckLifts(checkpoint, path.string());
  return {checkpoint, options};
}

StreamingLifter::StreamingLifter(const LiftCheckpoint& checkpoint,
                                 const StreamingLifterOptions& options)
    : impl_(std::make_unique<Impl>(checkpoint, options)) {}
StreamingLifter::~StreamingLifter() = default;
StreamingLifter::StreamingLifter(StreamingLifter&&) noexcept = default;
StreamingLifter& StreamingLifter::operator=(StreamingLifter&&) noexcept = default;

int64_t StreamingLifter::lookahead() const { return impl_->lookahead(); }
LifterInput StreamingLifter::input() const { return impl_->input(); }
int StreamingLifter::joint_count() const { return impl_->joint_count(); }
bool StreamingLifter::has_trajectory() const { return impl_->has_trajectory(); }

void StreamingLifter::Push(std::span<const StreamedKeypoints> people,
                           std::vector<StreamedPose>& poses) {
  impl_->Push(people, poses);
}
void StreamingLifter::End(int slot, std::vector<StreamedPose>& poses) { impl_->End(slot, poses); }
void StreamingLifter::Clear(int slot) { impl_->Clear(slot); }
Motion StreamingLifter::Lift(const KeypointSequence& keypoints, const WorkMonitor& monitor) {
  return impl_->Lift(keypoints, monitor);
}

}  // namespace videopose
