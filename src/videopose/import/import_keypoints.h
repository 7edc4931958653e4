// Keypoints that other programs found, as ours: COCO's 17 joints of each person over time.
//
// Found by content, not by name: OpenPose, AlphaPose, COCO (results, annotations, PoseTrack),
// MMPose, MediaPipe, MoveNet and TensorFlow.js, Detectron and Detectron2, `videopose detect`, NumPy
// arrays, CSV with a header, DeepLabCut. docs/imports.md describes each.
//
// Joints are mapped by name. Those that a layout lacks have score 0 and a place that a body would
// have them at (eyes beside the nose), or (0, 0) where nothing tells it; so have those that were
// not found in a frame. Scores above 1 become 1.

#ifndef VIDEOPOSE_IMPORT_IMPORT_KEYPOINTS_H_
#define VIDEOPOSE_IMPORT_IMPORT_KEYPOINTS_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/import/import_options.h"
#include "videopose/pose/keypoints.h"

namespace videopose {

struct ImportedKeypoints {
  KeypointSequence keypoints;
  std::string format;  // "OpenPose JSON, body25b", for people
  // What the file does not say and was assumed: one line each, with the flag that says it.
  std::vector<std::string> assumptions;
};

// `path`: a file, or a folder with one JSON file for each frame. Frame 0 is the first that the file
// knows; numbers that are left out are frames without anybody. People keep the numbers of the
// file's tracks; where it has none, they are followed from frame to frame and numbered from 1.
// Throws Error for what cannot be recognised (saying what was looked at and what could have been
// read), for damaged files, and where nobody is seen at all.
ImportedKeypoints Import(const std::filesystem::path& path, const ImportOptions& options = {});

// Whether this is a folder of JSON files that are called alike but for a number.
bool IsFolderOfFrames(const std::filesystem::path& path);

KeypointSequence ImportKeypoints(const std::filesystem::path& path,
                                 const ImportOptions& options = {});

}  // namespace videopose

#endif  // VIDEOPOSE_IMPORT_IMPORT_KEYPOINTS_H_
