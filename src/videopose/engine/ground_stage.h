// The stage that says where in the world people are: with the whole clip as look-ahead as
// ground/room.h does it, else frame by frame (ground/live_room.h).

#ifndef VIDEOPOSE_ENGINE_GROUND_STAGE_H_
#define VIDEOPOSE_ENGINE_GROUND_STAGE_H_

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "videopose/ground/live_room.h"
#include "videopose/ground.h"
#include "videopose/pose.h"

namespace videopose {

class GroundStage {
 public:
  // The whole clip. People with these IDs come first, in this order: the world's origin is under
  // the first one.
  GroundStage(const ClipInfo& clip, const RoomOptions& options, std::vector<int> ids)
      : clip_(clip), options_(options), ids_(std::move(ids)) {}
  // Frame by frame; frames come out at once.
  explicit GroundStage(const LiveRoomOptions& options)
      : live_(std::make_unique<LiveRoom>(options)) {}

  void Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out);
  void Flush(std::vector<PeopleInFrame>& out);

  // Where the camera is, once known.
  const std::optional<CameraPlacement>& camera() const { return live_ ? live_->camera() : camera_; }

 private:
  ClipInfo clip_;
  RoomOptions options_;
  std::vector<int> ids_;
  std::vector<PeopleInFrame> frames_;
  std::optional<CameraPlacement> camera_;
  std::unique_ptr<LiveRoom> live_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_ENGINE_GROUND_STAGE_H_
