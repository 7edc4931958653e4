// One's own videos to learn from without labels: keypoints that `videopose prepare custom` made,
// seen by cameras that nobody calibrated.

#ifndef VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_
#define VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/data/dataset.h"

namespace videopose {

// The focal length taken where none is given, of the picture's longer side: that of a 29 mm lens on
// 36 mm wide film, between the main cameras of phones when they film (26 mm and a little cut off)
// and camcorders. One that is wrong by a factor puts people nearer or farther by about that factor;
// poses change little.
constexpr double kUsualFocalLength = 0.8;

struct UnlabeledVideosOptions {
  std::filesystem::path data_dir = "data";
  std::string keypoints;            // data_2d_custom_<keypoints>.npz
  std::vector<std::string> videos;  // empty: all of the file
  double focal_px = 0;              // of all of them; 0: kUsualFocalLength
  int downsample = 1;               // use every so many frames
};

// Sequences without poses and with intrinsics: the optical axis in the picture's middle, no
// distortion. Throws Error as Dataset does, and where left and right are not the keypoints that
// they are in `labeled`.
std::vector<Sequence> LoadUnlabeledVideos(const Dataset& labeled,
                                          const UnlabeledVideosOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_
