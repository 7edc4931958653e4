// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/data_options.h"

namespace videopose::internal {

void DataOptions::Describe(OptionTable& table) {
  constexpr Bounds kPixels = {.least = 0, .most = 1 << 20};
  ImportOptions& import = dataset.import;
  table.Add("dataset", dataset.name,
            "h36m, humaneva15, humaneva20, custom: your own videos, or mocap: motion capture");
  table.Add("keypoints", dataset.keypoints,
            "the 2D detections, data_2d_<dataset>_<NAME>.npz; of custom also a file of keypoints");
  table.Add("folder", dataset.data_dir, "where the data are");
  table.Add("train_subjects", train_subjects, "to learn from");
  table.Add("test_subjects", test_subjects, "to evaluate on");
  table.Add("unlabeled_subjects", unlabeled_subjects,
            "to learn from without ground truth, semi-supervised");
  table.Add("actions", action_prefixes, "only actions that begin like one of these, * for all");
  table.Add("subset", subset, "of each training sequence", {.least = 0, .most = 1, .above = true});
  table.Add("downsample", downsample, "use every N-th frame", kAtLeastOne);
  table.Add("layout", import.layout, "which joints the points of a file of keypoints are");
  table.Add("fps", import.fps, "of that file, where it does not say; 0: 25",
            {.least = 0, .most = 1e4});
  table.Add("width_px", import.width_px, "of its images, where it does not say; 0: a usual size",
            kPixels);
  table.Add("height_px", import.height_px, "likewise", kPixels);
}

void DataOptions::Check() const {
  CheckBounds(*this);
  if ((dataset.import.width_px == 0) != (dataset.import.height_px == 0)) {
    throw OptionError("width_px", std::to_string(dataset.import.width_px),
                      "expected height_px with it");
  }
}

}  // namespace videopose::internal
