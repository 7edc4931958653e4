// One person in one frame: the noun that the stages of the engine take and give. A stage fills in
// what it knows and leaves the rest alone; what is not known is empty.

#ifndef VIDEOPOSE_POSE_PERSON_H_
#define VIDEOPOSE_POSE_PERSON_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "videopose/geometry/vec.h"
#include "videopose/pose/keypoints.h"

namespace videopose {

// What all frames of a clip have in common.
struct ClipInfo {
  double fps = 0;
  int width_px = 0, height_px = 0;
  KeypointLayout layout = Coco17();
};
ClipInfo InfoOf(const KeypointSequence& keypoints);

struct Person {
  int id = 1;                            // the same person has the same one in all frames
  std::vector<Keypoint> keypoints;       // J of the keypoint layout, pixels; empty: not seen
  std::vector<ExtraPoint> extra_points;  // of the detector, beyond the layout
  std::vector<Keypoint> filled;          // J, what is lifted: keypoints without holes
  std::vector<Vec3f> joints_in_cam;      // J of the skeleton, metres, relative to the root
  std::optional<Vec3f> root_in_cam;      // metres
  uint8_t feet_down = 0;                 // kLeftFootDown | kRightFootDown
  std::vector<Vec3f> joints_in_world;    // J, metres, z up, the floor at 0
};

struct PeopleInFrame {
  int64_t index = 0;  // on the steady time line: round(time_s * fps)
  double time_s = 0;  // since the first frame
  std::vector<Person> people;
  // Made by the fill stage for the time between two frames: lifted with them, never shown.
  bool is_between = false;
};

// The people who are seen in frame t.
PeopleInFrame PeopleAt(const KeypointSequence& keypoints, int64_t t);

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_PERSON_H_
