// Keypoints of one's own videos as a data set: what `videopose prepare custom` does.

#ifndef VIDEOPOSE_DATA_PREPARE_CUSTOM_H_
#define VIDEOPOSE_DATA_PREPARE_CUSTOM_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/base/progress.h"
#include "videopose/base/tensor.h"
#include "videopose/data/keypoint_file.h"
#include "videopose/import/import_options.h"

namespace videopose {

// One person in one video, no frame without keypoints.
struct CustomTrack {
  std::string name;  // the video's; with "#2", "#3" for further people in it
  Tensor keypoints;  // (T, 17, 2) pixels, COCO's order
  PictureSize size;
  double fps = 0;  // 0: the file does not say
};

// Reads whatever Import reads (import/import_keypoints.h): everybody, who is seen most first. Of
// Detectron's and Detectron2's .npz files, which do not say who is who, in each frame the best box,
// as VideoPose3D's script does.
// Frames in between without keypoints are interpolated linearly, those at the ends repeat the
// nearest; so do single joints. Throws Error for other files, and where nobody is seen at all.
std::vector<CustomTrack> ReadCustomTracks(const std::filesystem::path& path,
                                          const ImportOptions& options = {});

// The tracks as a data set, each a subject with the action "custom"; of a folder of frames too.
KeypointFile CustomKeypointFile(const std::filesystem::path& path,
                                const ImportOptions& options = {});

struct PrepareCustomOptions {
  // Such files; folders of frames; and folders of such files, all .npz in them, or else all that
  // is there.
  std::vector<std::filesystem::path> inputs;
  std::string name;
  std::filesystem::path data_dir = "data";  // made where it is missing
  ImportOptions import;
  WorkMonitor monitor;
};

// Writes <data_dir>/data_2d_custom_<name>.npz and returns its path. Videos come in the order of the
// inputs, those of a folder by name.
std::filesystem::path PrepareCustom(const PrepareCustomOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_DATA_PREPARE_CUSTOM_H_
