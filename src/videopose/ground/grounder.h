// SPDX-License-Identifier: Apache-2.0

// The stage `ground` of the engine: people frame by frame, with their keypoints and lifted poses,
// in; people in the world out.
//
// Two look-aheads. With the whole clip, frames come out at the end, and are bit for bit what
// GroundMotion() makes of the clip. Without any, each frame comes out at once:
//   * roots are fitted to the last second of keypoints (ground/root_track.h);
//   * camera and floor need more frames and more time: every few seconds the last twenty are
//     grounded as a clip, in the background. The camera then moves half way to that solution,
//     so that nothing jumps. The origin stays where the first solution puts it;
//   * until the first, the camera is taken as level (Grounding::kLevelCamera), the origin under the
//     first root;
//   * where the camera moves (PeopleInFrame::view), roots, floor and camera are those of the
//   scene's
//     first frame, and are turned into each frame's camera at the end;
//   * a scene that begins, and a camera that was lost, begin another world;
//   * feet are not locked and bones keep the lengths that they were lifted with.

#ifndef VIDEOPOSE_GROUND_GROUNDER_H_
#define VIDEOPOSE_GROUND_GROUNDER_H_

#include <cstdint>
#include <deque>
#include <future>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "videopose/ground.h"
#include "videopose/ground/on_floor.h"
#include "videopose/ground/root_track.h"
#include "videopose/pose.h"
#include "videopose/pose/clip_collector.h"

namespace videopose::internal {

enum class GroundLookAhead { kNone, kWholeClip };

struct GrounderOptions {
  GroundOptions ground;  // keep_roots: the roots of the frames are used
  GroundLookAhead look_ahead = GroundLookAhead::kNone;
  ClipInfo clip;
  // With the whole clip: people with these IDs come first, in this order. The world's origin is
  // under the first one.
  std::vector<int> ids;
  // Without look-ahead: the camera is solved on another thread while frames go on; otherwise the
  // same frames give the same results every time.
  bool in_background = true;
};

class Grounder {
 public:
  // Throws Error for a lens that makes no sense.
  explicit Grounder(const GrounderOptions& options);

  // In the order of frames; indices may be left out. Appends the frames that are finished, with
  // root_in_cam, joints_in_world and grounding filled in for all people with joints_in_cam; with
  // the whole clip also feet_down, and joints_in_cam as grounded.
  void Push(PeopleInFrame frame, std::vector<PeopleInFrame>& finished);
  // Appends the frames that are still pending.
  void Flush(std::vector<PeopleInFrame>& finished);

  // With the whole clip, before Flush: what is known of the camera in its frames.
  void SetCameraTrack(CameraTrack track) { camera_track_ = std::move(track); }

  // The placement of the camera, once known; where it moves, of its first frame.
  const std::optional<Camera>& camera() const { return camera_; }
  // Of a whole clip, as Motion::camera_path.
  const std::vector<Camera>& camera_path() const { return camera_path_; }
  // By ID, for people with a floor of their own (PersonMotion::own_floor_m), of a whole clip.
  const std::map<int, double>& own_floors_m() const { return own_floors_m_; }

 private:
  // A person's last second, and their height until a better one is known. The motion is in the
  // camera of the scene's first frame.
  struct Track {
    int64_t next_index = 0;
    int64_t steps = 1;           // frames from the one before to the newest
    std::vector<JointRay> rays;  // T * J
    PersonMotion motion;
    std::vector<Rigid3d> first_from_cam;  // T
    std::optional<HeightOverFloor> height;
    std::vector<float> clearances_m;
  };
  struct Solution {
    std::optional<Camera> camera;
    std::map<int, double> scale_by_id;  // scales people to their true height
  };

  void StartWorld();
  void GroundFrame(PeopleInFrame& frame);
  Track& Follow(int64_t index, const std::optional<CameraView>& view, const Person& person);
  void PutInWorld(const Camera& camera, Person& person) const;
  void StandOnOwnFloor(bool must_arrange, const std::optional<CameraView>& view, Track& track,
                       Person& person);
  bool MustArrange(const PeopleInFrame& frame, bool has_common_world);
  void Remember(const PeopleInFrame& frame);
  bool IsTimeToSolve(int64_t index) const;
  static Solution Solve(const std::deque<PeopleInFrame>& past, const GrounderOptions& options);
  void Take(Solution solution);

  GrounderOptions options_;
  Lens lens_;
  KeypointSequence one_frame_;      // what JointRays() asks for around a person
  std::map<int, Track> tracks_;     // by ID
  std::deque<PeopleInFrame> past_;  // the last twenty seconds, or the whole clip
  int64_t frames_with_poses_ = 0;
  bool are_several_ = false;           // there was a frame with more than one person
  std::optional<Vec2d> level_origin_;  // of the world of a level camera, before it
  std::optional<int64_t> last_solved_index_;
  std::optional<Camera> camera_;
  CameraTrack camera_track_;
  std::vector<Camera> camera_path_;
  std::map<int, double> scale_by_id_, own_floors_m_;
  int world_ = 0, world_of_solution_ = 0;  // they begin anew
  std::future<Solution> solution_;         // last: its destructor waits before the rest is gone
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_GROUNDER_H_
