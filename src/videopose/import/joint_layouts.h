// SPDX-License-Identifier: Apache-2.0

// The orders of joints that detectors use, and how any of them becomes COCO's 17.

#ifndef VIDEOPOSE_IMPORT_JOINT_LAYOUTS_H_
#define VIDEOPOSE_IMPORT_JOINT_LAYOUTS_H_

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/import/detections.h"
#include "videopose/pose.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

struct JointLayout {
  std::string_view name;  // "body25"
  int point_count = 0;    // with a face's and hands' points, which are not in `joints`
  std::vector<std::string> joints;
};

std::span<const JointLayout> KnownLayouts();
// "coco (17), coco18 (18), ...", for messages.
std::string LayoutList();

// The layout to read `detections` by: the one that options ask for, else by the file's names, else
// by the number of points. BODY_25 and BODY_25B, both 25 points, are told apart by which of them
// gives the shorter limbs. Throws Error, with `what`, where none fits.
struct ChosenLayout {
  std::string name;
  std::vector<std::string> joints;  // the first points, in order
};
ChosenLayout ChooseLayout(const Detections& detections, const std::string& asked_for,
                          const std::string& what);

// One word for each joint, however it is written: "LShoulder", "shoulder_left", "Left Shoulder" ->
// "left_shoulder"; "MidHip" -> "pelvis"; "head_top"; "neck". What is no joint of a body comes back
// in lower case.
std::string CanonicalJoint(std::string_view name);

// From one layout's points to COCO's 17.
class CocoMapping {
 public:
  // Throws Error, with `what`, where less than half of a body's limbs are among the joints.
  CocoMapping(const ChosenLayout& layout, const std::string& what);

  // `to`: 17, one person in one frame.
  void Map(std::span<const Keypoint> from, std::span<Keypoint> to) const;

 private:
  Keypoint Named(std::span<const Keypoint> from, std::string_view joint) const;
  void GuessMissing(std::span<const Keypoint> from, std::span<Keypoint> to) const;

  std::vector<std::string> joints_;      // canonical
  std::array<int, kCocoJoints> source_;  // -1: the layout does not have it
};

// From one layout's points, and COCO's, to BlazePose33(): COCO's joints, heels, toes and knuckles.
class LimbEndMapping {
 public:
  explicit LimbEndMapping(const ChosenLayout& layout);

  // The layout has no heel, toe or knuckle.
  bool empty() const { return sources_.empty(); }
  // `coco`: 17, `to`: 33, one person in one frame.
  void Map(std::span<const Keypoint> from, std::span<const Keypoint> coco,
           std::span<ExtraPoint> to) const;

 private:
  struct Source {
    size_t point, landmark;
  };
  std::vector<Source> sources_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_JOINT_LAYOUTS_H_
