// Keypoints and poses as files: ours, which every tool that reads NumPy or JSON opens.
//
// Keypoint files, .npz of plain arrays (P people, T frames):
//   keypoints (P, T, J, 2) float32 pixels     scores (P, T, J) float32, 0: not seen
//   ids (P,) int64
//   first_frame, last_frame (P,) int64: where the person is seen first and last, -1: never
//   fps, start_s () float64     width_px, height_px () int64
//   keypoint_names (J,) text    keypoint_layout () text
//   landmarks (P, T, 33, 4) float32 x, y, z pixels and visibility: with BlazePose only
// Pose files, .npz: the above, if the keypoints are known, and
//   poses (P, T, J3, 3) float32 metres, camera frame (x right, y down, z forward), relative to the
//   root; NaN: no pose
//   root (P, T, 3) float32 metres, camera frame: only where it is known
//   feet_down (P, T, 2) bool, left and right: only where it is known
//   joint_names (J3,) text     parents (J3,) int64, -1: the root
// and where the room is known (x_in_world = rotation * x_in_cam + position; z up, the floor z = 0)
//   camera_rotation (4,) float64 w x y z, world_from_cam     camera_position (3,) float64 metres
//   focal_px () float64     centre_px (2,) float64
// .json: the same fields in one object, null for NaN.

#ifndef VIDEOPOSE_POSE_FILES_POSE_FILE_H_
#define VIDEOPOSE_POSE_FILES_POSE_FILE_H_

#include <filesystem>
#include <optional>

#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"

namespace videopose {

// What a pose file holds.
struct PoseClip {
  std::optional<KeypointSequence> keypoints;
  Motion motion;
};

// .npz or .json, in whatever case. Throw Error on any other extension, and where they cannot write.
void WriteKeypoints(const std::filesystem::path& path, const KeypointSequence& keypoints);
// `keypoints` may be null; else they are of the same people and frames.
void WritePoses(const std::filesystem::path& path, const Motion& motion,
                const KeypointSequence* keypoints);

// .npz or .json, told apart by content. Throw Error with what is missing or has the wrong shape.
KeypointSequence ReadKeypoints(const std::filesystem::path& path);
PoseClip ReadPoses(const std::filesystem::path& path);

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_FILES_POSE_FILE_H_
