// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/geometry/clip_lens.h"
#include "videopose/lift.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/gap_filler.h"
#include "videopose/lift/input_rows.h"
#include "videopose/lift/lift_stage.h"
#include "videopose/lift/person_input.h"
#include "videopose/lift/stream_network.h"

namespace videopose {

using namespace internal;
namespace {

constexpr size_t kJoints = kHuman36mJointCount;

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
  const int values = InputRowValues(checkpoint.input, Coco17().joint_count());
  if (architecture.output_joints() != static_cast<int>(kJoints) ||
      architecture.input_channels != values) {
    Fail(ErrorCode::kMismatch,
         "{}: takes {} values a frame and makes {} joints; a lifter for video takes COCO's 17 "
         "keypoints and makes the 17 joints of Human3.6M",
         what, architecture.input_channels, architecture.output_joints());
  }
}

Vec3f JointAt(const float* values) { return {values[0], values[1], values[2]}; }

Vec3f MirroredBack(Vec3f joint) { return {-joint.x, joint.y, joint.z}; }

}  // namespace

class StreamingLifter::Impl {
 public:
  Impl(const LiftCheckpoint& checkpoint, const StreamingLifterOptions& options);

  int64_t lookahead() const { return pose_.lookahead(); }
  int max_people() const { return static_cast<int>(slots_.size()); }
  void SetImage(int width_px, int height_px, double focal_px) {
    image_ = {width_px, height_px, FocalPxOf(focal_px, width_px, height_px)};
  }
  GapFillerOptions FillerOptions(const ClipInfo& clip) const;
  bool has_trajectory() const { return trajectory_.has_value(); }
  void Push(std::span<const StreamedKeypoints> people, std::vector<StreamedPose>& poses);
  void End(int slot, std::vector<StreamedPose>& poses);
  void Clear(int slot) { slots_.at(static_cast<size_t>(slot)).frames = 0; }

 private:
  struct Slot {
    int64_t frames = 0;      // that were pushed
    std::vector<float> row;  // of the last frame, as the network reads it
    // Of the last frames, as many as the network looks ahead and one more: frame t's at t modulo
    // their number.
    std::vector<Quaternion> view_from_cam;
  };

  // Runs the networks for people_ and appends what comes out.
  void RunFrame(std::vector<StreamedPose>& poses);
  int64_t passes() const { return average_flip_ ? 2 : 1; }

  TemporalArchitecture architecture_;
  LifterInput input_kind_;
  std::vector<int> input_mirror_;  // for each point of a row the one on the other side
  InputImage image_;
  bool average_flip_;
  StreamNetwork pose_;
  std::optional<StreamNetwork> trajectory_;
  std::vector<Slot> slots_;
  std::vector<int> people_;  // slots of the frame under way
  std::vector<int64_t> sequences_;
  std::vector<float> input_, output_, root_output_;
};

StreamingLifter::Impl::Impl(const LiftCheckpoint& checkpoint, const StreamingLifterOptions& options)
    : architecture_(checkpoint.pose.architecture),
      input_kind_(checkpoint.input),
      input_mirror_(InputMirror(checkpoint.input, Coco17())),
      average_flip_(options.average_flip),
      pose_(checkpoint.pose, NetworkOptions(architecture_, options)),
      slots_(static_cast<size_t>(options.max_people)) {
  CheckLifts(checkpoint, "the model");
  if (checkpoint.trajectory) {
    trajectory_.emplace(*checkpoint.trajectory, NetworkOptions(architecture_, options));
  }
  SetImage(options.width_px, options.height_px, options.focal_px);
  for (Slot& slot : slots_) {
    slot.row.resize(static_cast<size_t>(architecture_.input_channels));
    slot.view_from_cam.resize(static_cast<size_t>(lookahead()) + 1);
  }
  const size_t rows = slots_.size() * static_cast<size_t>(passes());
  people_.reserve(slots_.size());
  sequences_.reserve(rows);
  input_.resize(rows * static_cast<size_t>(architecture_.input_channels));
  output_.resize(rows * 3 * kJoints);
  root_output_.resize(rows * 3);
}

GapFillerOptions StreamingLifter::Impl::FillerOptions(const ClipInfo& clip) const {
  GapFillerOptions options = GapFillerFor(architecture_, input_kind_, clip);
  options.lookahead = lookahead();
  options.longest_bridge = lookahead() / options.parts;
  return options;
}

void StreamingLifter::Impl::Push(std::span<const StreamedKeypoints> people,
                                 std::vector<StreamedPose>& poses) {
  VP_CHECK(image_.width_px > 0 && image_.height_px > 0, "{} x {} pixels", image_.width_px,
           image_.height_px);
  people_.clear();
  for (const StreamedKeypoints& person : people) {
    VP_CHECK(person.slot >= 0 && person.slot < std::ssize(slots_) &&
                 std::ssize(person.keypoints) == Coco17().joint_count() &&
                 std::find(people_.begin(), people_.end(), person.slot) == people_.end(),
             "slot {}, {} keypoints", person.slot, person.keypoints.size());
    Slot& slot = slots_[static_cast<size_t>(person.slot)];
    const auto newest = static_cast<size_t>(slot.frames) % slot.view_from_cam.size();
    slot.view_from_cam[newest] = InputRow(input_kind_, person.keypoints, image_, slot.row);
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
    if (average_flip_) MirrorRow(slot.row, input_mirror_, row + cols);
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
    const Slot& slot = slots_[static_cast<size_t>(people_[n])];
    const Quaternion& view_from_cam =
        slot.view_from_cam[static_cast<size_t>(frame) % slot.view_from_cam.size()];
    if (input_kind_ == LifterInput::kRays) TurnBack(view_from_cam, pose.joints_in_cam);
    if (!trajectory_) continue;
    pose.root_in_cam = JointAt(root);
    if (average_flip_) {
      pose.root_in_cam = 0.5F * (pose.root_in_cam + MirroredBack(JointAt(root + 3)));
    }
    if (input_kind_ == LifterInput::kRays) TurnBack(view_from_cam, {&pose.root_in_cam, 1});
  }
}

void StreamingLifter::Impl::End(int slot, std::vector<StreamedPose>& poses) {
  Slot& person = slots_.at(static_cast<size_t>(slot));
  if (person.frames == 0) return;
  people_.assign(1, slot);
  for (int64_t i = 0; i < lookahead(); ++i) RunFrame(poses);
  person.frames = 0;
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
int StreamingLifter::max_people() const { return impl_->max_people(); }
bool StreamingLifter::has_trajectory() const { return impl_->has_trajectory(); }

void StreamingLifter::Push(std::span<const StreamedKeypoints> people,
                           std::vector<StreamedPose>& poses) {
  impl_->Push(people, poses);
}
void StreamingLifter::End(int slot, std::vector<StreamedPose>& poses) { impl_->End(slot, poses); }
void StreamingLifter::Clear(int slot) { impl_->Clear(slot); }
GapFillerOptions StreamingLifter::FillerOptions(const ClipInfo& clip) const {
  return impl_->FillerOptions(clip);
}

Motion StreamingLifter::Lift(const KeypointSequence& keypoints, const WorkMonitor& monitor) {
  if (keypoints.layout.joint_names != Coco17().joint_names) {
    Fail(ErrorCode::kMismatch, "keypoints are lifted frame by frame as COCO's 17, found {}",
         keypoints.layout.name);
  }
  monitor.Report("lift", 0, keypoints.frame_count);
  impl_->SetImage(keypoints.width_px, keypoints.height_px, keypoints.focal_px);
  return LiftClip(keypoints, GapFiller(FillerOptions(InfoOf(keypoints))), LiftStage(*this));
}

}  // namespace videopose
