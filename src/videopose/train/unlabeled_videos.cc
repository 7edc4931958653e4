// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/unlabeled_videos.h"

#include "videopose/base/error.h"
#include "videopose/geometry/clip_lens.h"

namespace videopose::internal {
namespace {

// f_screen = f_px / (width / 2); cx = cy = 0 is the middle of the screen.
ScreenIntrinsics IntrinsicsOf(const ImageSize& size, double known_focal_px) {
  const double focal_px = FocalPxOf(known_focal_px, size.width_px, size.height_px);
  const auto focal = static_cast<float>(2 * focal_px / size.width_px);
  return {.fx = focal, .fy = focal};
}

}  // namespace

std::vector<Sequence> LoadUnlabeledVideos(const Dataset& labeled, const DataOptions& options,
                                          const SemiSupervisedOptions& semi_supervised) {
  const Dataset dataset({.data_dir = options.dataset.data_dir,
                         .name = "custom",
                         .keypoints = semi_supervised.keypoints});
  const KeypointFile& file = dataset.keypoints();
  if (file.mirrored != labeled.keypoints().mirrored) {
    Fail(ErrorCode::kMismatch,
         "{}: left and right are other keypoints than in {}; both must come from the same layout",
         file.path.string(), labeled.keypoints().path.string());
  }
  SequenceFilter filter{.subjects = options.unlabeled_subjects,
                        .downsample = options.downsample,
                        .with_poses = false};
  if (filter.subjects.empty()) {
    for (const auto& video : file.subjects) filter.subjects.push_back(video.name);
  }
  std::vector<Sequence> sequences = dataset.Load(filter);
  for (Sequence& sequence : sequences) {
    sequence.intrinsics =
        IntrinsicsOf(*FindNamed(file.video_sizes, sequence.subject), semi_supervised.focal_px);
  }
  return sequences;
}

}  // namespace videopose::internal
