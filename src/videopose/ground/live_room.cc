#include "videopose/ground/live_room.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "videopose/ground/body_measures.h"
#include "videopose/pose/clip_collector.h"
#include "videopose/pose.h"

namespace videopose {
namespace {

const int kJoints = Human36m17().joint_count();
constexpr double kWay_s = 1, kPast_s = 20;
// Somebody must have been seen for so long before the first look, and how often to look again.
constexpr double kFirstLook_s = 3, kLookEvery_s = 4;

// Half way from one placement to the next, so that what is shown does not jump; the origin stays.
CameraPlacement Between(const CameraPlacement& before, const CameraPlacement& now) {
  const auto up_of = [](const CameraPlacement& camera) {
    return Rotate(Inverse(camera.world_from_cam), {0, 0, 1});
  };
  const Vec3d up = Normalized(up_of(before) + up_of(now));
  const Vec3d right = Normalized(Vec3d{1, 0, 0} - up.x * up);
  CameraPlacement camera = before;
  camera.world_from_cam = Inverse(FromAxes(right, Cross(up, right), up));
  camera.position_in_world.z = 0.5 * (before.position_in_world.z + now.position_in_world.z);
  return camera;
}

}  // namespace

LiveRoom::LiveRoom(const LiveRoomOptions& options)
    : options_(options),
      lens_(LensFor(options.room, options.width_px, options.height_px)),
      one_frame_{.layout = Coco17(),
                 .fps = options.fps,
                 .width_px = options.width_px,
                 .height_px = options.height_px,
                 .frame_count = 1} {}

void LiveRoom::Place(PeopleInFrame& frame) {
  if (options_.room.camera_moving) return;
  if (look_.valid() && look_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    Take(look_.get());
  }
  const int64_t index = frame.index;
  for (Person& person : frame.people) {
    if (person.joints_in_cam.empty()) continue;
    if (!options_.room.keep_roots) FitRoot(index, person);
    if (camera_ && person.root_in_cam) PutInWorld(person);
  }
  std::erase_if(ways_, [&](const auto& way) {
    return static_cast<double>(index - way.second.next_index) > kWay_s * options_.fps;
  });
  Remember(frame);
  if (!IsTimeToLook(index)) return;
  last_look_index_ = index;
  if (options_.in_background) {
    look_ = std::async(std::launch::async, LookAt, past_, options_);
  } else {
    Take(LookAt(past_, options_));
  }
}

void LiveRoom::FitRoot(int64_t index, Person& person) {
  const auto longest = std::max<int64_t>(1, std::llround(kWay_s * options_.fps));
  Way& way = ways_[person.id];
  if (index - way.next_index > longest) way = {.next_index = index};
  // Frames in which they were not seen, and this one.
  const auto frames = static_cast<size_t>(index + 1 - way.next_index);
  way.rays.resize(way.rays.size() + (frames - 1) * static_cast<size_t>(kJoints));
  if (way.motion.joints_in_cam.empty()) way.motion.joints_in_cam = {0, kJoints};
  way.motion.joints_in_cam.ResizeFrames(std::ssize(way.rays) / kJoints, kNoJoint);
  const PersonKeypoints seen{
      .id = person.id,
      .keypoints = {person.keypoints, static_cast<int>(person.keypoints.size())}};
  const std::vector<JointRay> rays = JointRays(one_frame_, seen, Human36m17(), lens_);
  way.rays.insert(way.rays.end(), rays.begin(), rays.end());
  way.motion.joints_in_cam.Append(person.joints_in_cam);
  way.next_index = index + 1;
  const int64_t surplus = way.motion.joints_in_cam.frame_count() - longest;
  if (surplus > 0) {
    way.rays.erase(way.rays.begin(), way.rays.begin() + kJoints * surplus);
    way.motion.joints_in_cam.EraseFrames(0, surplus);
  }
  FitRoots(way.rays, {}, options_.fps, way.motion);
  person.root_in_cam = way.motion.root_in_cam.back();
}

void LiveRoom::Remember(const PeopleInFrame& frame) {
  const auto has_pose = [](const PeopleInFrame& r) {
    return std::ranges::any_of(r.people,
                               [](const Person& p) { return !p.joints_in_cam.empty(); });
  };
  past_.push_back(frame);
  frames_with_poses_ += has_pose(frame) ? 1 : 0;
  const auto longest = static_cast<int64_t>(kPast_s * options_.fps);
  while (frame.index - past_.front().index > longest) {
    frames_with_poses_ -= has_pose(past_.front()) ? 1 : 0;
    past_.pop_front();
  }
}

bool LiveRoom::IsTimeToLook(int64_t index) const {
  if (look_.valid() || static_cast<double>(frames_with_poses_) < kFirstLook_s * options_.fps) {
    return false;
  }
  return !last_look_index_ ||
         static_cast<double>(index - *last_look_index_) >= kLookEvery_s * options_.fps;
}

LiveRoom::Look LiveRoom::LookAt(const std::deque<PeopleInFrame>& past,
                                const LiveRoomOptions& options) {
  ClipCollector clip({options.fps, options.width_px, options.height_px});
  for (const PeopleInFrame& frame : past) clip.Add(frame);
  Motion motion = clip.motion();
  const auto height_m = [&](const PersonMotion& person) {
    return StandingHeight(person, motion.skeleton);
  };
  PlaceInRoom(clip.keypoints(), options.room, motion);
  Look look{.camera = motion.camera};
  for (size_t p = 0; p < motion.people.size(); ++p) {
    const double before_m = height_m(clip.motion().people[p]);
    if (before_m > 0) {
      look.scale_by_id[motion.people[p].id] = height_m(motion.people[p]) / before_m;
    }
  }
  return look;
}

void LiveRoom::Take(Look look) {
  if (!look.camera) return;
  camera_ = camera_ ? Between(*camera_, *look.camera) : *look.camera;
  scale_by_id_ = std::move(look.scale_by_id);
}

void LiveRoom::PutInWorld(Person& person) const {
  const auto known = scale_by_id_.find(person.id);
  const auto scale = known == scale_by_id_.end() ? 1.0F : static_cast<float>(known->second);
  std::vector<Vec3f>& world = person.joints_in_world;
  world.resize(person.joints_in_cam.size());
  for (size_t j = 0; j < world.size(); ++j) {
    const Vec3d in_cam = ToDouble(scale * (*person.root_in_cam + person.joints_in_cam[j]));
    world[j] = ToFloat(Rotate(camera_->world_from_cam, in_cam) + camera_->position_in_world);
  }
}

}  // namespace videopose
