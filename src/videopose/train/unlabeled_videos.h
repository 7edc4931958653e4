// The user's videos to learn from without labels: keypoints that `videopose prepare custom` made,
// from cameras without calibration.

#ifndef VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_
#define VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_

#include <vector>

#include "videopose/data/data_options.h"
#include "videopose/train/trainer_options.h"

namespace videopose {

// The focal length taken where none is given, of the picture's longer side: that of a 29 mm lens on
// 36 mm wide film, between the main cameras of phones when they film (26 mm and a little cut off)
// and camcorders. One that is wrong by a factor puts people nearer or farther by about that factor;
// poses change little.
constexpr double kUsualFocalLength = 0.8;

// Sequences without poses and with intrinsics: the optical axis in the image's middle, no
// distortion. Which of the videos in the file are taken, the unlabelled subjects say; none: all.
// Throws Error as Dataset does, and where left and right are not the keypoints that they are in
// `labeled`.
std::vector<Sequence> LoadUnlabeledVideos(const Dataset& labeled, const DataOptions& options,
                                          const SemiSupervisedOptions& semi_supervised);

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_UNLABELED_VIDEOS_H_
