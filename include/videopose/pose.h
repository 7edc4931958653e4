// SPDX-License-Identifier: Apache-2.0

// People as points: skeletons and layouts of keypoints; what a detector sees (KeypointSequence),
// what lifting makes of it (Motion), one person in one frame (Person), and joint angles.

#ifndef VIDEOPOSE_POSE_H_
#define VIDEOPOSE_POSE_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "videopose/geometry.h"

namespace videopose {

// Which joints a body is described by, how they are connected, and which is left and right.

enum class Side { kCentre, kLeft, kRight };

// Points detected in an image. Not always a tree (COCO's shoulders and hips form a ring), so bones
// are pairs.
struct KeypointLayout {
  struct Bone {
    int from, to;
    bool operator==(const Bone&) const = default;
  };

  std::string name;                      // "coco"
  std::vector<std::string> joint_names;  // "left_shoulder"
  std::vector<Bone> bones;               // what is drawn

  int joint_count() const { return static_cast<int>(joint_names.size()); }
  // From the names: "left_..." and "right_...".
  Side side(int joint) const;
  // The joint of the same name on the other side; the joint itself where there is none.
  int mirrored(int joint) const;
  // -1 where there is none.
  int IndexOf(std::string_view joint_name) const;
  bool operator==(const KeypointLayout&) const = default;
};

// Joints of a 3D body: a tree with the root (hip) first.
struct Skeleton {
  std::string name;                      // "h36m17"
  std::vector<std::string> joint_names;  // "left_hip"
  std::vector<int> parents;              // parents[0] == -1, parents[j] < j not required

  int joint_count() const { return static_cast<int>(joint_names.size()); }
  Side side(int joint) const;
  int mirrored(int joint) const;
  int IndexOf(std::string_view joint_name) const;
  bool operator==(const Skeleton&) const = default;
};

// The 17 COCO keypoints in their order: nose, eyes, ears, shoulders, elbows, wrists, hips, knees,
// ankles (left first).
const KeypointLayout& Coco17();
// The 33 points of BlazePose in their order.
const KeypointLayout& BlazePose33();
// Human3.6M as VideoPose3D uses it: 17 joints, root "hip" = 0, right leg 1-3, left leg 4-6, spine
// 7, thorax 8, neck_base 9 ("neck/nose"), head 10, left arm 11-13, right arm 14-16.
inline constexpr int kHuman36mJointCount = 17;
const Skeleton& Human36m17();
// The same joints as points in an image.
const KeypointLayout& Human36m17Keypoints();
// Human36m17() and what lies beyond ankles and wrists: heels and tips of the big toes 17-20,
// knuckles of index and little fingers 21-24 ("left_heel", "left_toe", "left_index", "left_pinky").
const Skeleton& Body25();
// Of both the one with these names; nullptr where they are neither's.
const Skeleton* KnownSkeleton(std::span<const std::string> joint_names);

// One person's values over time: T frames of J joints, row-major. The track knows both numbers, so
// that callers need not carry them along.

template <typename T>
class JointTrack {
 public:
  JointTrack() = default;
  JointTrack(int64_t frame_count, int joint_count, const T& value = {})
      : joint_count_(joint_count), values_(Count(frame_count, joint_count), value) {}
  // `values`: T * J.
  JointTrack(std::vector<T> values, int joint_count)
      : joint_count_(joint_count), values_(std::move(values)) {
    if (joint_count <= 0 || std::ssize(values_) % joint_count != 0) {
      throw std::invalid_argument("values that are no whole frames of so many joints");
    }
  }

  int64_t frame_count() const { return joint_count_ == 0 ? 0 : std::ssize(values_) / joint_count_; }
  int joint_count() const { return joint_count_; }
  bool empty() const { return values_.empty(); }

  std::span<T> frame(int64_t t) { return {values_.data() + t * joint_count_, Joints()}; }
  std::span<const T> frame(int64_t t) const {
    return {values_.data() + t * joint_count_, Joints()};
  }
  T& at(int64_t t, int64_t joint) { return *(values_.data() + t * joint_count_ + joint); }
  const T& at(int64_t t, int64_t joint) const {
    return *(values_.data() + t * joint_count_ + joint);
  }

  // Longer by frames of `value`, or shorter.
  void ResizeFrames(int64_t frame_count, const T& value = {}) {
    values_.resize(Count(frame_count, joint_count_), value);
  }
  // Another frame of J values; the first one of an empty track says what J is.
  void Append(std::span<const T> frame) {
    if (values_.empty()) joint_count_ = static_cast<int>(frame.size());
    if (frame.size() != Joints())
      throw std::invalid_argument("a frame of another number of joints");
    values_.insert(values_.end(), frame.begin(), frame.end());
  }
  void EraseFrames(int64_t begin, int64_t end) {
    values_.erase(values_.begin() + begin * joint_count_, values_.begin() + end * joint_count_);
  }
  void Fill(const T& value) { values_.assign(values_.size(), value); }

  // All values, frame after frame.
  std::span<T> values() { return values_; }
  std::span<const T> values() const { return values_; }
  size_t size() const { return values_.size(); }
  T* data() { return values_.data(); }
  const T* data() const { return values_.data(); }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  T& operator[](size_t i) { return values_[i]; }
  const T& operator[](size_t i) const { return values_[i]; }

  bool operator==(const JointTrack&) const = default;

 private:
  size_t Joints() const { return static_cast<size_t>(joint_count_); }
  static size_t Count(int64_t frame_count, int joint_count) {
    return static_cast<size_t>(frame_count) * static_cast<size_t>(joint_count);
  }

  int joint_count_ = 0;
  std::vector<T> values_;
};

// The output of a detector: points in pixels, per person and frame. The type between detection and
// lifting.

// Pixels of the upright image: x right, y down, (0, 0) the top left corner of the top left pixel.
struct Keypoint {
  float x_px = 0, y_px = 0;
  float score = 0;  // 0..1; 0: not seen; x and y may be a guess
  bool operator==(const Keypoint&) const = default;
};

// A point that a detector sees beyond the layout, with its own idea of the depth.
struct ExtraPoint {
  float x_px = 0, y_px = 0;
  float z_px = 0;   // towards the camera is negative, the hips' centre 0; about the scale of x
  float score = 0;  // 0..1
  bool operator==(const ExtraPoint&) const = default;
};

// One person over the whole clip.
struct PersonKeypoints {
  int id = 1;
  JointTrack<Keypoint> keypoints;       // (T, J)
  JointTrack<ExtraPoint> extra_points;  // (T, K), or empty where the detector has none

  std::span<Keypoint> frame(int64_t t) { return keypoints.frame(t); }
  std::span<const Keypoint> frame(int64_t t) const { return keypoints.frame(t); }
  Keypoint& at(int64_t t, int64_t joint) { return keypoints.at(t, joint); }
  const Keypoint& at(int64_t t, int64_t joint) const { return keypoints.at(t, joint); }
};

// How a camera that moves stands in one frame.
struct CameraView {
  Quaternion first_from_cam;  // turns what this frame's camera sees to the scene's first frame
  double zoom = 1;            // the focal length, relative to the scene's first frame
  double sigma_deg = 0;       // standard deviation of the rotation
  // Where the camera is, before that of the scene's first frame. Not metres: a background does not
  // tell its size. All zero where the camera stays in its place, or is taken to.
  Vec3d place_in_first;
  bool operator==(const CameraView&) const = default;
};

// What the background says of the camera over a clip.
struct CameraTrack {
  double focal_px = 0;            // of the lens that the rotations were measured through
  std::vector<CameraView> views;  // T; empty: the camera stands still, or nothing is known
  std::vector<int64_t> cuts;      // the first frames of all scenes but the first, ascending
  bool operator==(const CameraTrack&) const = default;
};

struct KeypointSequence {
  KeypointLayout layout;
  double fps = 0;
  int width_px = 0, height_px = 0;
  double focal_px = 0;      // of the lens, where it is known; else 0
  double start_s = 0;       // when frame 0 is shown in the video
  int64_t frame_count = 0;  // T, the same for all people
  std::vector<PersonKeypoints> people;
  CameraTrack camera;

  int joint_count() const { return layout.joint_count(); }
};

// Frames [begin, end).
struct FrameRange {
  int64_t begin = 0, end = 0;
  int64_t length() const { return end - begin; }
  bool operator==(const FrameRange&) const = default;
};

// Whether the point was seen and has a place.
bool IsSeen(const Keypoint& point);
// Whether any keypoint of the frame has a score above 0.
bool IsSeen(std::span<const Keypoint> frame);

// The runs of frames in which the person is seen, in order.
std::vector<FrameRange> SeenRanges(const PersonKeypoints& person);

// 3D poses over time: the result of lifting, and the input of rendering, metrics and exports.

// Marks "no pose in this frame".
inline constexpr Vec3f kNoJoint = {std::numeric_limits<float>::quiet_NaN(),
                                   std::numeric_limits<float>::quiet_NaN(),
                                   std::numeric_limits<float>::quiet_NaN()};

// Which feet carry weight on the floor in a frame, as bits.
inline constexpr uint8_t kLeftFootDown = 1, kRightFootDown = 2;

// The source of people's positions in the world. The stage ground sets it (ground.h); all code that
// shows or writes people in the world reads it.

// The rungs of a ladder of fallbacks. World: z up, the floor at z = 0, metres.
enum class Grounding : uint8_t {
  kNone,  // not grounded yet
  // One world for all people, in which the camera has its place (Motion::camera):
  kGivenCamera,  // the file or the data set says where the camera is
  kGivenLens,    // camera, floor and roots solved from keypoints seen through a known lens
  kAssumedLens,  // likewise, the lens unknown: DefaultFocalPx()
  // No common world: the camera is taken as level, every person stands on a floor of their own. One
  // person stays above the origin; several stand as the image shows them at that moment.
  kCameraMoving,
  // The camera is taken as level, the lowest foot of each person is on the floor or in a jump above
  // it; horizontally people are
  kLevelCamera,  // where their known roots are (of a trajectory network, of another program)
  kFromImage,    // where the size and place of their keypoints suggest
  kFloorOnly,    // above the origin, several people side by side
};

constexpr bool HasCamera(Grounding grounding) {
  return grounding == Grounding::kGivenCamera || grounding == Grounding::kGivenLens ||
         grounding == Grounding::kAssumedLens;
}

// As in files: "assumed lens". No name for kNone.
std::string_view NameOf(Grounding grounding);
std::optional<Grounding> GroundingNamed(std::string_view name);

// For people: "camera and floor solved, lens assumed".
std::string_view Describe(Grounding grounding);

// One person over the whole clip. Camera frame: x right, y down, z forward, metres.
struct PersonMotion {
  int id = 1;
  // (T, J), relative to the root joint; kNoJoint where there is no pose.
  JointTrack<Vec3f> joints_in_cam;
  std::vector<Vec3f> root_in_cam;  // T, where the root stands; empty where that is not known
  // T, where Motion::grounding tells it without a camera; else empty
  std::vector<Vec3f> root_in_world;
  std::vector<uint8_t> feet_down;  // T, kLeftFootDown | kRightFootDown; empty: not known
  // How high over the world's floor, the lowest of all people's, the one is that this person stands
  // on, if they do not share it. Above 0.
  std::optional<double> own_floor_m;

  std::span<const Vec3f> frame(int64_t t) const { return joints_in_cam.frame(t); }
  std::span<Vec3f> frame(int64_t t) { return joints_in_cam.frame(t); }
  Vec3f& at(int64_t t, int64_t joint) { return joints_in_cam.at(t, joint); }
  const Vec3f& at(int64_t t, int64_t joint) const { return joints_in_cam.at(t, joint); }
  bool has_pose(int64_t t) const { return IsFinite(joints_in_cam.at(t, 0)); }
};

struct Motion {
  Skeleton skeleton;
  double fps = 0;
  int width_px = 0, height_px = 0;  // of the video it was lifted from
  int64_t frame_count = 0;          // T, the same for all people
  std::vector<PersonMotion> people;
  // Where that is known, and then root_in_cam is, too. Files hold the lens's centre and mean focal
  // length, not its distortion. World: z up, the floor at z = 0, metres.
  std::optional<Camera> camera;
  // (T) where `camera` moves or zooms, from frame to frame, or where the video is cut; else empty.
  // joints_in_cam and root_in_cam are then in the frame of camera_path[t], and `camera` is the
  // first one. Its place is taken as fixed from cut to cut unless it is known to walk. After a cut
  // it is another world: floor and origin come from the people there.
  std::vector<Camera> camera_path;
  // The first frames of all scenes but the first, where the video is cut.
  std::vector<int64_t> cuts;
  Grounding grounding = Grounding::kNone;

  int joint_count() const { return skeleton.joint_count(); }
  // Of frame t. There is a camera.
  const Camera& camera_at(int64_t t) const {
    return camera_path.empty() ? *camera : camera_path[static_cast<size_t>(t)];
  }
};

// One person in one frame: the type that the stages of the engine take and return. A stage sets
// the fields it knows and leaves the others; unknown fields are empty.

struct Person {
  int id = 1;                            // the same person has the same one in all frames
  std::vector<Keypoint> keypoints;       // J of the keypoint layout, pixels; empty: not seen
  std::vector<ExtraPoint> extra_points;  // of the detector, beyond the layout
  std::vector<Keypoint> filled;          // J, what is lifted: keypoints without holes
  std::vector<Vec3f> joints_in_cam;      // J of the skeleton, metres, relative to the root
  std::optional<Vec3f> root_in_cam;      // metres
  uint8_t feet_down = 0;                 // kLeftFootDown | kRightFootDown
  std::vector<Vec3f> joints_in_world;    // J, metres, z up, the floor at 0; see grounding
};

struct PeopleInFrame {
  int64_t index = 0;  // on the steady time line: round(time_s * fps)
  double time_s = 0;  // since the first frame
  std::vector<Person> people;
  Grounding grounding = Grounding::kNone;  // of joints_in_world
  // Of live sources. A scene begins after a cut, and where a camera that was lost is followed
  // again: the world of the frames before has nothing to do with this one.
  bool begins_scene = false;
  // How the camera stands, once it was seen to move: against that of the scene's first frame.
  std::optional<CameraView> view;
  bool is_camera_lost = false;   // it moves, but it is not known how
  std::optional<Camera> camera;  // of this frame, where `view` is known and grounding has a camera
  // Made by the fill stage for the time between two frames: lifted with them, never shown.
  bool is_between = false;
};

// What all frames of a clip have in common.
struct ClipInfo {
  double fps = 0;
  int width_px = 0, height_px = 0;
  double focal_px = 0;  // as KeypointSequence
  KeypointLayout layout = Coco17();
};
ClipInfo InfoOf(const KeypointSequence& keypoints);

// The people who are seen in frame t.
PeopleInFrame PeopleAt(const KeypointSequence& keypoints, int64_t t);

// Joint angles of a person over time, as clinicians name them, in degrees. Standing straight with
// the arms hanging is 0 everywhere; both sides have the same sign for the same movement.
//
//   *_hip_flexion        the thigh forward, against the pelvis      *_hip_abduction     outward
//   *_hip_rotation       internal: the knee turns to the middle; where the knee is bent
//   *_knee_flexion       0..180, straight is 0 (which side it bends to cannot be told)
//   *_shoulder_elevation 0..180, how far the arm is raised, against the thorax, to whatever side
//   *_shoulder_flexion   -90..90, how far it is in front of the body's frontal plane
//   *_shoulder_abduction -90..90, how far it is outside the body's sagittal plane
//   *_shoulder_rotation  -120..120, internal: the forearm turns to the middle; where the elbow is
//                        bent and the arm is not nearly straight up
//   *_elbow_flexion      0..180, straight is 0
//   *_ankle_dorsiflexion -90..90, toes up; a sole square to the shank is 0
//   *_ankle_inversion    -90..90, the sole turns to the middle
//   *_wrist_flexion      towards the palm   *_wrist_deviation   -90..90, to the little finger
//   trunk_flexion, trunk_bending, trunk_rotation   the thorax against the pelvis: forward, to the
//                        right, to the left
//
// Ankles and wrists need Body25().
//
// Body frames are those of the ISB (x forward, y up, z to the right): Wu et al., "ISB
// recommendation on definitions of joint coordinate system", J Biomech 35 (2002) and 38 (2005),
// with the joints at hand instead of bony landmarks:
//   pelvis  z along the hips, y from the hips' middle to the spine joint, square to z
//   thorax  y from the spine joint to the thorax joint, z along the shoulders, square to y
// Without a spine joint both point from hip to thorax.
//
// Hips and trunk are Cardan angles z, x', y'' (flexion, abduction, rotation) as the ISB has them.
// Shoulders are not: an arm raised sideways passes those angles' singularity, and two angles of a
// direction that go to 180 degrees must jump somewhere. With a the upper arm in the thorax' frame
//   elevation = acos(-a.y), flexion = asin(a.x), abduction = asin(a.z to the arm's own side)
// which are continuous everywhere. Ankles and wrists are such angles, too: of heel to toe and of
// the foot's sideways axis from the shank, of the forearm in the hand's frame. Up to the
// horizontal, raised forward or sideways alone, flexion or abduction is the angle that a goniometer
// shows; beyond it elevation is. Rotation is what is left of the upper arm's turn after the
// shortest swing from hanging to a; beyond 120 degrees it comes back, to 0 at 180: without a jump.
//
// Hips go on past 180 degrees, and past their singularity, where that is nearer to the frame
// before, so that lines over time have no jumps.

// A names: "left_hip_flexion", each left one before its right one; the trunk's last.
std::span<const std::string_view> JointAngleNames();

// T * A row-major, degrees. NaN where there is no pose, where the skeleton lacks the joints, and
// for a rotation where the limb beyond is bent less than kLeastBendForRotation_deg.
std::vector<float> JointAnglesOf(const Motion& motion, const PersonMotion& person);

// There 1 cm of error in the wrist turns the forearm by about 6 degrees.
inline constexpr double kLeastBendForRotation_deg = 25;

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_H_
