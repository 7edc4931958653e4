// SPDX-License-Identifier: Apache-2.0

// Keypoints and poses as files: ours, which every tool that reads NumPy or JSON opens, and those of
// other programs.
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
//   grounding () text: how it is known where in the world people are (pose.h: Grounding)
//   root_in_world (P, T, 3) float32 metres, z up, the floor z = 0: where there is no camera; joints
//   in the world are root_in_world + (x, z, -y) of the poses
//   feet_down (P, T, 2) bool, left and right: only where it is known
//   joint_names (J3,) text     parents (J3,) int64, -1: the root
// and where the camera is known (x_in_world = rotation * x_in_cam + position; z up, floor at z = 0)
//   camera_rotation (4,) float64 w x y z, world_from_cam     camera_position (3,) float64 metres
//   focal_px () float64     centre_px (2,) float64
// .json: the same fields in one object, null for NaN.

#ifndef VIDEOPOSE_FILES_H_
#define VIDEOPOSE_FILES_H_

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "videopose/pose.h"

namespace videopose {

// The content of a pose file.
struct PoseClip {
  std::optional<KeypointSequence> keypoints;
  Motion motion;
};

// .npz or .json, in upper or lower case. Throw Error on any other extension, and where they cannot
// write.
void WriteKeypoints(const std::filesystem::path& path, const KeypointSequence& keypoints);
// `keypoints` may be null; else they are of the same people and frames.
void WritePoses(const std::filesystem::path& path, const Motion& motion,
                const KeypointSequence* keypoints);

// .npz or .json, told apart by content. Throw Error with what is missing or has the wrong shape.
KeypointSequence ReadKeypoints(const std::filesystem::path& path);
PoseClip ReadPoses(const std::filesystem::path& path);

// Throws Error unless WriteKeypoints knows the extension; to be asked before long work.
void CheckKeypointExtension(const std::filesystem::path& path);

// Poses as files of every supported kind: ours, and .npy, .csv, .trc, .c3d, .bvh, .glb and .html
// (docs/formats.md).

struct MotionFileOptions {
  std::filesystem::path page_video;  // what an .html page shows beside the motion; empty: nothing
};

// "out_3.npy" for "out.npy" and ID 3.
std::filesystem::path PersonPath(const std::filesystem::path& path, int id);

// By extension, in upper or lower case. Formats that hold one person make a file for each of
// several, by PersonPath.
// `keypoints` may be null; else they are of the same people and frames. Returns the files written.
// Throws Error.
std::vector<std::filesystem::path> WriteMotion(const std::filesystem::path& path,
                                               const Motion& motion,
                                               const KeypointSequence* keypoints = nullptr,
                                               const MotionFileOptions& options = {});

// ".npz", ".json", ...; and a check to be made before long work, which throws Error for others.
std::vector<std::string> MotionExtensions();
void CheckMotionExtension(const std::filesystem::path& path);

// Told apart by content: our pose files, .npy of (T, 17, 3) metres in camera space, and .bvh, .c3d,
// .trc and .csv with the joints that WriteMotion writes. `fps` is the frame rate of an .npy, which
// does not say; others ignore it. Throws Error.
PoseClip ReadMotion(const std::filesystem::path& path, double fps = 0);

// Properties of a file of keypoints that the file may not contain itself.

struct ImportOptions {
  // Which joints the points are: the name of a known layout ("body25"; docs/lift.md has them),
  // or the joints' names with commas between them. None: what the file says, else what fits the
  // number of points.
  std::optional<std::string> layout;
  // 0: what the file says, else 25.
  double fps = 0;
  // Image size. 0: what the file says, else the smallest usual size of videos that holds all
  // points. Both or none.
  int width_px = 0, height_px = 0;
};

// Keypoints of other programs, as ours: COCO's 17 joints of each person over time.
//
// Recognised by content, not by name: OpenPose, AlphaPose, COCO (results, annotations, PoseTrack),
// MMPose, MediaPipe, MoveNet and TensorFlow.js, Detectron and Detectron2, `videopose detect`, NumPy
// arrays, CSV with a header, DeepLabCut. docs/lift.md describes each.
//
// Joints are mapped by name. Joints that a layout lacks have score 0 and a plausible place (eyes
// beside the nose), or (0, 0) where none can be derived; so have joints that were not detected in a
// frame. Scores above 1 become 1.

// What the file does not say, or says twice.
struct ImportAssumption {
  std::string text;    // "25 frames per second, which the file does not say"
  std::string option;  // the field of ImportOptions that would say it; empty: none does
};

struct ImportedKeypoints {
  KeypointSequence keypoints;
  std::string format;  // "OpenPose JSON, body25b", for people
  std::vector<ImportAssumption> assumptions;
};

// `path`: a file, or a folder with one JSON file for each frame. Frames keep the file's numbers
// where those are a video's (docs/formats.md). People keep the numbers of the file's tracks; where
// it has none, they are followed from frame to frame and numbered from 1.
// Throws Error for what cannot be recognised (saying what was looked at and what could have been
// read), for damaged files, and where no person is seen.
ImportedKeypoints Import(const std::filesystem::path& path, const ImportOptions& options = {});

// Whether this is a folder of JSON files whose names differ only in a number.
bool IsFolderOfFrames(const std::filesystem::path& path);

KeypointSequence ImportKeypoints(const std::filesystem::path& path,
                                 const ImportOptions& options = {});

}  // namespace videopose

#endif  // VIDEOPOSE_FILES_H_
