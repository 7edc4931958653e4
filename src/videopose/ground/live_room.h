// Where people stand in the room, while it happens.
//
// Their roots are fitted to the last second of keypoints (ground/root_track.h) frame by frame.
// Where the floor is takes longer to tell and longer to compute: every few seconds the last twenty
// are placed in the room as a clip is (ground/room.h), beside the work on frames, and what comes of
// it about the camera counts from then on. The world's origin stays where the first such look puts
// it.

#ifndef VIDEOPOSE_GROUND_LIVE_ROOM_H_
#define VIDEOPOSE_GROUND_LIVE_ROOM_H_

#include <cstdint>
#include <deque>
#include <future>
#include <map>
#include <optional>
#include <vector>

#include "videopose/ground.h"
#include "videopose/ground/root_track.h"
#include "videopose/pose.h"
#include "videopose/engine/frame.h"

namespace videopose {

struct LiveRoomOptions {
  RoomOptions room;  // keep_roots: those of the frames count
  int width_px = 0, height_px = 0;
  double fps = 0;
  // Looks for the floor on another thread and goes on meanwhile; else the same results come every
  // time.
  bool in_background = true;
};

class LiveRoom {
 public:
  // Throws Error for a lens that makes no sense.
  explicit LiveRoom(const LiveRoomOptions& options);

  // In the order of frames. Fills in root_in_cam and, from the time on when the room is known,
  // joints_in_world. Leaves them alone if the camera moves.
  void Place(PeopleInFrame& frame);

  // Where the camera is, once known.
  const std::optional<CameraPlacement>& camera() const { return camera_; }

 private:
  // Somebody's last second.
  struct Way {
    int64_t next_index = 0;
    std::vector<JointRay> rays;  // T * J
    PersonMotion motion;
  };
  struct Look {
    std::optional<CameraPlacement> camera;
    std::map<int, double> scale_by_id;  // by which people become as tall as they are
  };

  void FitRoot(int64_t index, Person& person);
  void Remember(const PeopleInFrame& frame);
  bool IsTimeToLook(int64_t index) const;
  static Look LookAt(const std::deque<PeopleInFrame>& past, const LiveRoomOptions& options);
  void Take(Look look);
  void PutInWorld(Person& person) const;

  LiveRoomOptions options_;
  CameraCalibration lens_;
  KeypointSequence one_frame_;   // what JointRays() asks for around a person
  std::map<int, Way> ways_;      // by ID
  std::deque<PeopleInFrame> past_;
  int64_t frames_with_poses_ = 0;
  std::optional<int64_t> last_look_index_;
  std::optional<CameraPlacement> camera_;
  std::map<int, double> scale_by_id_;
  std::future<Look> look_;  // last: it is waited for before the rest is gone
};

}  // namespace videopose

#endif  // VIDEOPOSE_GROUND_LIVE_ROOM_H_
