// Which joints a body is described by, how they hang together, and which is left and right.

#ifndef VIDEOPOSE_POSE_SKELETON_H_
#define VIDEOPOSE_POSE_SKELETON_H_

#include <string>
#include <string_view>
#include <vector>

namespace videopose {

enum class Side { kCentre, kLeft, kRight };

// Points detected in a picture. Not always a tree (COCO's shoulders and hips form a ring), so bones
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
// The 33 points of BlazePose in their order (detector.md).
const KeypointLayout& BlazePose33();
// Human3.6M as VideoPose3D uses it: 17 joints, root "hip" = 0, right leg 1-3, left leg 4-6, spine
// 7, thorax 8, neck_base 9 ("neck/nose"), head 10, left arm 11-13, right arm 14-16.
const Skeleton& Human36m17();
// The same joints as points in a picture.
const KeypointLayout& Human36m17Keypoints();

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_SKELETON_H_
