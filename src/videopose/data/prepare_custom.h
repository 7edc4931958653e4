// Keypoints of one's own videos as a data set: what `videopose prepare custom` does.

#ifndef VIDEOPOSE_DATA_PREPARE_CUSTOM_H_
#define VIDEOPOSE_DATA_PREPARE_CUSTOM_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/base/progress.h"
#include "videopose/base/tensor.h"
#include "videopose/data/keypoint_file.h"

namespace videopose {

// One person in one video, no frame without keypoints.
struct CustomTrack {
  std::string name;  // the video's; with "#2", "#3" for further people in it
  Tensor keypoints;  // (T, 17, 2) pixels, COCO's order
  PictureSize size;
};

// Reads <video>.npz, either
//   Detectron's and Detectron2's: `boxes` and `keypoints`, object arrays with [[], (M, 5)] and
//   [[], (M, 4, 17)] for each frame, and `metadata` with w and h: in each frame the best box; or
//   videopose detect's: `keypoints` (P, T, 17, 2), `scores`, `width_px`, `height_px`: everybody,
//   who is seen most first.
// Frames in between without keypoints are interpolated linearly, those at the ends repeat the
// nearest. Throws Error for other files, and where nobody is seen at all.
std::vector<CustomTrack> ReadCustomTracks(const std::filesystem::path& path);

struct PrepareCustomOptions {
  std::vector<std::filesystem::path> inputs;  // such files, and folders of them
  std::string name;
  std::filesystem::path data_dir = "data";  // made where it is missing
  WorkMonitor monitor;
};

// Writes <data_dir>/data_2d_custom_<name>.npz and returns its path. Videos come in the order of the
// inputs, those of a folder by name.
std::filesystem::path PrepareCustom(const PrepareCustomOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_DATA_PREPARE_CUSTOM_H_
