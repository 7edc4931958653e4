// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/grounder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/ground/body_measures.h"
#include "videopose/ground/world.h"

namespace videopose::internal {
namespace {

constexpr double kTrack_s = 1, kPast_s = 20;
// How long a person must be seen before the camera is solved, and how often it is solved again.
constexpr double kFirstSolution_s = 3, kSolveEvery_s = 4;

// Half way from one solution to the next, so that the output does not jump; the origin stays.
Camera Between(const Camera& before, const Camera& now) {
  constexpr Vec3d kUp{0, 0, 1};
  const Vec3d up = Normalized(Rotate(Inverse(before.world_from_cam.rotation), kUp) +
                              Rotate(Inverse(now.world_from_cam.rotation), kUp));
  const Vec3d right = Normalized(Vec3d{1, 0, 0} - up.x * up);
  Camera camera = before;
  camera.world_from_cam.rotation = Inverse(FromAxes(right, Cross(up, right), up));
  camera.world_from_cam.translation.z =
      0.5 * (before.world_from_cam.translation.z + now.world_from_cam.translation.z);
  return camera;
}

// Directions of the frame's camera in that of the scene's first frame, and back.
std::vector<Vec3f> Into(const std::optional<CameraView>& view, std::vector<Vec3f> in_cam) {
  if (!view) return in_cam;
  for (Vec3f& at : in_cam) at = Rotate(view->first_from_cam, at.Cast<double>()).Cast<float>();
  return in_cam;
}
Vec3f BackFrom(const std::optional<CameraView>& view, const Vec3f& in_first) {
  if (!view) return in_first;
  return Rotate(Inverse(view->first_from_cam), in_first.Cast<double>()).Cast<float>();
}

Camera Seen(const Camera& first, const CameraView& view) {
  Camera camera = first;
  camera.lens.focal_px = view.zoom * camera.lens.focal_px;
  camera.world_from_cam.rotation = camera.world_from_cam.rotation * view.first_from_cam;
  return camera;
}

bool HasPose(const PeopleInFrame& frame) {
  return std::ranges::any_of(frame.people,
                             [](const Person& person) { return !person.joints_in_cam.empty(); });
}

ClipCollector ClipOf(const std::deque<PeopleInFrame>& frames, const GrounderOptions& options) {
  ClipCollector clip(options.clip, options.ids);
  for (const PeopleInFrame& frame : frames) clip.Add(frame);
  return clip;
}

// Copies what the grounded clip knows of a frame's people; the rest of the frame stays.
void Fill(const Motion& motion, const std::vector<JointTrack<Vec3f>>& in_world, int64_t t,
          PeopleInFrame& frame) {
  frame.grounding = motion.grounding;
  for (Person& person : frame.people) {
    if (person.joints_in_cam.empty()) continue;
    const auto at = std::ranges::find(motion.people, person.id, &PersonMotion::id);
    const auto joints = at->frame(t);
    person.joints_in_cam.assign(joints.begin(), joints.end());
    person.root_in_cam.reset();
    const auto time = static_cast<size_t>(t);
    if (!at->root_in_cam.empty()) person.root_in_cam = at->root_in_cam[time];
    if (!at->feet_down.empty()) person.feet_down = at->feet_down[time];
    const auto world = in_world[at - motion.people.begin()].frame(t);
    person.joints_in_world.assign(world.begin(), world.end());
  }
}

}  // namespace

Grounder::Grounder(const GrounderOptions& options)
    : options_(options),
      lens_(LensFor(options.ground, options.clip.width_px, options.clip.height_px)),
      one_frame_{.layout = options.clip.layout,
                 .fps = options.clip.fps,
                 .width_px = options.clip.width_px,
                 .height_px = options.clip.height_px,
                 .frame_count = 1} {
  VP_CHECK(options.clip.fps > 0, "frames at {} per second", options.clip.fps);
}

void Grounder::Push(PeopleInFrame frame, std::vector<PeopleInFrame>& finished) {
  if (options_.look_ahead == GroundLookAhead::kWholeClip) {
    past_.push_back(std::move(frame));
    return;
  }
  GroundFrame(frame);
  finished.push_back(std::move(frame));
}

void Grounder::Flush(std::vector<PeopleInFrame>& finished) {
  if (options_.look_ahead == GroundLookAhead::kNone || past_.empty()) return;
  ClipCollector clip = ClipOf(past_, options_);
  Motion motion = clip.TakeMotion();
  KeypointSequence keypoints = clip.TakeKeypoints();
  keypoints.camera = std::move(camera_track_);
  GroundMotion(keypoints, options_.ground, motion);
  camera_ = motion.camera;
  camera_path_ = motion.camera_path;
  for (const PersonMotion& person : motion.people) {
    if (person.own_floor_m) own_floors_m_[person.id] = *person.own_floor_m;
  }
  std::vector<JointTrack<Vec3f>> in_world;
  for (const PersonMotion& person : motion.people)
    in_world.push_back(JointsInWorld(motion, person));
  const int64_t first_index = past_.front().index;
  for (PeopleInFrame& frame : past_) {
    Fill(motion, in_world, frame.index - first_index, frame);
    finished.push_back(std::move(frame));
  }
  past_.clear();
}

void Grounder::GroundFrame(PeopleInFrame& frame) {
  if (frame.begins_scene) StartWorld();
  if (solution_.valid() &&
      solution_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    Solution solution = solution_.get();
    if (world_of_solution_ == world_) Take(std::move(solution));
  }
  const bool is_known = !frame.is_camera_lost &&
                        (options_.ground.camera != CameraMotion::kMoving || frame.view.has_value());
  frame.grounding = !is_known                    ? Grounding::kCameraMoving
                    : !camera_                   ? Grounding::kLevelCamera
                    : KnowsLens(options_.ground) ? Grounding::kGivenLens
                                                 : Grounding::kAssumedLens;
  std::optional<Camera> camera = is_known ? camera_ : std::nullopt;
  const std::optional<CameraView> view = is_known ? frame.view : std::nullopt;
  if (camera && view) frame.camera = camera = Seen(*camera, *view);
  const PeopleInFrame lifted = frame;
  const bool must_arrange = MustArrange(frame, is_known);
  for (Person& person : frame.people) {
    if (person.joints_in_cam.empty()) continue;
    Track& track = Follow(frame.index, view, person);
    const bool keeps_root = options_.ground.keep_roots && is_known;
    if (!keeps_root) person.root_in_cam = BackFrom(view, track.motion.root_in_cam.back());
    if (camera) {
      if (person.root_in_cam) PutInWorld(*camera, person);
    } else {
      StandOnOwnFloor(must_arrange, view, track, person);
    }
    if (!is_known) person.root_in_cam.reset();
  }
  std::erase_if(tracks_, [&](const auto& track) {
    return static_cast<double>(frame.index - track.second.next_index) >
           kTrack_s * options_.clip.fps;
  });
  if (!is_known) return;
  Remember(lifted);
  if (!IsTimeToSolve(frame.index)) return;
  last_solved_index_ = frame.index;
  if (options_.in_background) {
    world_of_solution_ = world_;
    solution_ = std::async(std::launch::async, Solve, past_, options_);
  } else {
    Take(Solve(past_, options_));
  }
}

// Another place; a solution that is being worked on is of the one before.
void Grounder::StartWorld() {
  ++world_;
  tracks_.clear();
  past_.clear();
  frames_with_poses_ = 0;
  are_several_ = false;
  level_origin_.reset();
  last_solved_index_.reset();
  camera_.reset();
  scale_by_id_.clear();
}

// Without a common world a single person stays above the origin, as in a clip.
bool Grounder::MustArrange(const PeopleInFrame& frame, bool has_common_world) {
  are_several_ = are_several_ || frame.people.size() > 1;
  return are_several_ || has_common_world;
}

// Adds a frame to the person's track and fits its roots.
Grounder::Track& Grounder::Follow(int64_t index, const std::optional<CameraView>& view,
                                  const Person& person) {
  const int joints = Human36m17().joint_count();
  const auto longest = std::max<int64_t>(1, std::llround(kTrack_s * options_.clip.fps));
  Track& track = tracks_[person.id];
  if (index - track.next_index > longest || !track.height) {
    track = {.next_index = index, .height = HeightOverFloor(options_.clip.fps)};
    track.motion.joints_in_cam = {0, joints};
    track.clearances_m =
        JointClearances_m(Human36m17(), BodyScale(Human36m17(), person.joints_in_cam));
  }
  const std::vector<Vec3f> in_first = Into(view, person.joints_in_cam);
  const Rigid3d first_from_cam{view ? view->first_from_cam : Quaternion(), {}};
  // In frames in which they were not seen they have a pose too, without rays: the root goes on
  // through them as it moves. Without a pose it would begin anew after each.
  track.steps = index + 1 - track.next_index;
  for (int64_t i = 1; i < track.steps; ++i) {
    track.rays.resize(track.rays.size() + static_cast<size_t>(joints));
    track.motion.joints_in_cam.Append(in_first);
    track.first_from_cam.push_back(first_from_cam);
  }
  PersonKeypoints seen{.id = person.id, .keypoints = {1, options_.clip.layout.joint_count()}};
  std::ranges::copy(person.keypoints, seen.keypoints.begin());
  CameraViews zoomed;
  if (view) zoomed.zooms = {view->zoom};
  const std::vector<JointRay> rays = JointRays(one_frame_, seen, Human36m17(), lens_, zoomed);
  track.rays.insert(track.rays.end(), rays.begin(), rays.end());
  track.motion.joints_in_cam.Append(in_first);
  track.first_from_cam.push_back(first_from_cam);
  track.next_index = index + 1;
  const int64_t surplus = track.motion.joints_in_cam.frame_count() - longest;
  if (surplus > 0) {
    track.rays.erase(track.rays.begin(), track.rays.begin() + joints * surplus);
    track.motion.joints_in_cam.EraseFrames(0, surplus);
    track.first_from_cam.erase(track.first_from_cam.begin(),
                               track.first_from_cam.begin() + surplus);
  }
  const bool turned = std::ranges::any_of(
      track.first_from_cam, [](const Rigid3d& at) { return at.rotation != Quaternion(); });
  FitRoots(track.rays, {}, options_.clip.fps, track.motion,
           turned ? MovingFrame(track.first_from_cam) : MovingFrame());
  return track;
}

void Grounder::PutInWorld(const Camera& camera, Person& person) const {
  const auto known = scale_by_id_.find(person.id);
  const auto scale = known == scale_by_id_.end() ? 1.0F : static_cast<float>(known->second);
  person.joints_in_world.clear();
  for (const Vec3f& joint : person.joints_in_cam) {
    const Vec3d in_cam = (scale * (*person.root_in_cam + joint)).Cast<double>();
    person.joints_in_world.push_back((camera.world_from_cam * in_cam).Cast<float>());
  }
}

// The camera of the scene's first frame is taken as level.
void Grounder::StandOnOwnFloor(bool must_arrange, const std::optional<CameraView>& view,
                               Track& track, Person& person) {
  const std::vector<Vec3f> joints = Into(view, person.joints_in_cam);
  Vec3d root{0, 0, track.height->Push(ReachBelowRoot(joints, track.clearances_m), track.steps)};
  if (must_arrange && person.root_in_cam) {
    const Vec3f in_first = Into(view, {*person.root_in_cam}).front();
    if (!level_origin_) level_origin_ = {in_first.x, in_first.z};
    root.x = in_first.x - level_origin_->x;
    root.y = in_first.z - level_origin_->y;
  }
  const Quaternion world_from_cam = WorldFromLevelCamera();
  person.joints_in_world.clear();
  for (const Vec3f& joint : joints) {
    person.joints_in_world.push_back(
        (root + Rotate(world_from_cam, joint.Cast<double>())).Cast<float>());
  }
}

void Grounder::Remember(const PeopleInFrame& frame) {
  past_.push_back(frame);
  frames_with_poses_ += HasPose(frame) ? 1 : 0;
  const auto longest = static_cast<int64_t>(kPast_s * options_.clip.fps);
  while (frame.index - past_.front().index > longest) {
    frames_with_poses_ -= HasPose(past_.front()) ? 1 : 0;
    past_.pop_front();
  }
}

bool Grounder::IsTimeToSolve(int64_t index) const {
  if (solution_.valid() || past_.empty()) return false;
  // Of the time that has passed: not all frames come here.
  const auto passed = static_cast<double>(past_.back().index - past_.front().index + 1);
  const double share = static_cast<double>(frames_with_poses_) / static_cast<double>(past_.size());
  if (share * passed < kFirstSolution_s * options_.clip.fps) return false;
  return !last_solved_index_ ||
         static_cast<double>(index - *last_solved_index_) >= kSolveEvery_s * options_.clip.fps;
}

Grounder::Solution Grounder::Solve(const std::deque<PeopleInFrame>& past,
                                   const GrounderOptions& options) {
  const ClipCollector clip = ClipOf(past, options);
  Motion motion = clip.motion();
  GroundOptions ground = options.ground;
  ground.refine = false;  // the camera is all that is asked
  GroundMotion(clip.keypoints(), ground, motion);
  Solution solution{.camera = motion.camera};
  for (size_t p = 0; p < motion.people.size(); ++p) {
    const double before_m = StandingHeight(clip.motion().people[p], motion.skeleton);
    if (!(before_m > 0)) continue;
    solution.scale_by_id[motion.people[p].id] =
        StandingHeight(motion.people[p], motion.skeleton) / before_m;
  }
  return solution;
}

void Grounder::Take(Solution solution) {
  if (!solution.camera) return;
  camera_ = camera_ ? Between(*camera_, *solution.camera) : *solution.camera;
  scale_by_id_ = std::move(solution.scale_by_id);
}

}  // namespace videopose::internal
