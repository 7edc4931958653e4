// One's own videos to learn from without labels: keypoints that `videopose prepare custom` made,
// seen by cameras that nobody calibrated.

#ifndef VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_
#define VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/data/dataset.h"

namespace videopose {

struct UnlabeledVideosOptions {
  std::filesystem::path data_dir = "data";
  std::string keypoints;            // data_2d_custom_<keypoints>.npz
  std::vector<std::string> videos;  // empty: all of the file
  double focal_px = 0;              // of all of them; 0: DefaultFocalPx() of ground/calibration.h
  int downsample = 1;               // use every so many frames
};

// Sequences without poses and with intrinsics: the optical axis in the picture's middle, no
// distortion. Throws Error as Dataset does, and where left and right are not the keypoints that
// they are in `labeled`.
std::vector<Sequence> LoadUnlabeledVideos(const Dataset& labeled,
                                          const UnlabeledVideosOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_
