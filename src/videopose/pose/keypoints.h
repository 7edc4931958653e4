// What a detector sees: points in pixels, per person and frame. The noun between detecting and
// lifting.

#ifndef VIDEOPOSE_POSE_KEYPOINTS_H_
#define VIDEOPOSE_POSE_KEYPOINTS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/pose/joint_track.h"
#include "videopose/pose/skeleton.h"

namespace videopose {

// Pixels of the upright picture: x right, y down, (0, 0) the top left corner of the top left pixel.
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

struct KeypointSequence {
  KeypointLayout layout;
  double fps = 0;
  int width_px = 0, height_px = 0;
  double start_s = 0;       // when frame 0 is shown in the video
  int64_t frame_count = 0;  // T, the same for all people
  std::vector<PersonKeypoints> people;

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

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_KEYPOINTS_H_
