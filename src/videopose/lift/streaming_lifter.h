// 2D keypoints without holes in, 3D poses out, one frame at a time: what lift/lift_stage.h is made of
// where it does not wait for the end.
//
//   StreamingLifter lifter = StreamingLifter::Load("models/lifter.bin",
//                                                  {.width_px = 640, .height_px = 480});
//   for (;;) lifter.Push({{.slot = 0, .keypoints = ...}}, poses);

#ifndef VIDEOPOSE_LIFT_STREAMING_LIFTER_H_
#define VIDEOPOSE_LIFT_STREAMING_LIFTER_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "videopose/geometry/vec.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/gap_filler.h"
#include "videopose/lift/stream_network.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"
#include "videopose/pose/person.h"

namespace videopose {

struct StreamingLifterOptions {
  int width_px = 0, height_px = 0;  // of the image that the keypoints are in
  // Frames that a pose waits for what comes after it; none: all that the model can make use of, and
  // then the poses are those of Lifter. With fewer the last frame stands in for what is missing.
  std::optional<int64_t> lookahead;
  bool average_flip = true;  // as LiftOptions
  int max_people = 1;        // at once
  WeightPrecision precision = WeightPrecision::kFloat32;
};

// One frame of one person. Slots, 0 ... max_people - 1, are the caller's to give away.
struct StreamedKeypoints {
  int slot = 0;
  std::span<const Keypoint> keypoints;
};

struct StreamedPose {
  int slot = 0;
  int64_t frame = 0;  // how many frames were pushed to the slot before the one that this is the
                      // pose of, since it was last empty
  std::array<Vec3f, 17> joints_in_cam;  // Human36m17(), metres, relative to the root joint
  Vec3f root_in_cam = kNoJoint;         // where the checkpoint has a trajectory model
};

// Single-threaded, and allocates nothing once built.
class StreamingLifter {
 public:
  // Throws Error as Lifter::Load does, and for a look-ahead that the model does not have.
  static StreamingLifter Load(const std::filesystem::path& path,
                              const StreamingLifterOptions& options,
                              const TemporalModelOptions& model = {});
  StreamingLifter(const LiftCheckpoint& checkpoint, const StreamingLifterOptions& options);

  const TemporalArchitecture& architecture() const { return architecture_; }
  int64_t lookahead() const { return pose_.lookahead(); }  // frames
  LifterInput input() const { return input_kind_; }
  int max_people() const { return static_cast<int>(slots_.size()); }
  bool has_trajectory() const { return trajectory_.has_value(); }
  // StreamingLifterOptions::width_px, for the keypoints of another clip.
  void SetImageSize(int width_px, int height_px);

  // The next frame of these people, each slot at most once; others stand still. Appends the poses
  // of the frames lookahead() before, for those people who have been there so long.
  void Push(std::span<const StreamedKeypoints> people, std::vector<StreamedPose>& poses);

  // The person is gone: appends the poses of the last lookahead() frames and empties the slot.
  void End(int slot, std::vector<StreamedPose>& poses);

  // Empties the slot; poses that are still to come are not wanted.
  void Clear(int slot) { slots_.at(static_cast<size_t>(slot)).frames = 0; }

  // How holes are to be filled for this model (lift/gap_filler.h), frame by frame.
  GapFillerOptions FillerOptions(const ClipInfo& clip) const;

 private:
  struct Slot {
    int64_t frames = 0;      // that were pushed
    std::vector<float> row;  // of the last frame, as the network reads it
  };

  // Runs the networks for people_ and appends what comes out.
  void RunFrame(std::vector<StreamedPose>& poses);
  int64_t passes() const { return average_flip_ ? 2 : 1; }

  TemporalArchitecture architecture_;
  LifterInput input_kind_;
  std::vector<int> input_mirror_;  // for each point of a row the one on the other side
  ClipInfo clip_;
  bool average_flip_;
  StreamNetwork pose_;
  std::optional<StreamNetwork> trajectory_;
  std::vector<Slot> slots_;
  std::vector<int> people_;  // slots of the frame under way
  std::vector<int64_t> sequences_;
  std::vector<float> input_, output_, root_output_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_LIFT_STREAMING_LIFTER_H_
