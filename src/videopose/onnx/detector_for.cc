// SPDX-License-Identifier: Apache-2.0

// Which detector options name.

#include <memory>
#include <string>

#include "videopose/base/error.h"
#include "videopose/config/options.h"
#include "videopose/config/options_file.h"
#include "videopose/config/yaml.h"
#include "videopose/detect.h"
#include "videopose/onnx/keypoint_follower.h"
#include "videopose/onnx/top_down.h"
#include "videopose/track/people_follower.h"

namespace videopose {

using namespace internal;

OnnxDetectorOptions ReadOnnxDetectorOptions(const std::filesystem::path& file) {
  OnnxDetectorOptions options;
  OptionTable table;
  table.Add("keypoints", options.keypoints, "the network that finds a person's keypoints");
  table.Add("boxes", options.boxes, "the network that finds people; none: the whole image is one");
  table.Add("layout", options.layout, "the joints: coco, halpe26, ..., or their names with commas");
  table.Add("simcc_split", options.simcc_split, "cells of SimCC a pixel", kPositive);
  table.Add("least_box_score", options.least_box_score, "boxes below are left out", kShare);
  table.Add("normalise_for_boxes", options.normalise_for_boxes,
            "take ImageNet's mean from what the boxes' network sees");
  const std::string name = file.string();
  ReadOptions(ReadConfigFile(name), name, table);
  try {
    table.Check();
  } catch (const OptionError& error) {
    FailAt(file, ErrorCode::kInvalidArgument, "{}", error.what());
  }
  for (std::filesystem::path* network : {&options.keypoints, &options.boxes}) {
    if (!network->empty()) *network = file.parent_path() / *network;
  }
  return options;
}

std::unique_ptr<PoseDetector> DetectorFor(const DetectorOptions& detector,
                                          const PersonSelection& people) {
  const bool among_all = !people.ids.empty() || people.rule != PersonSelection::kProminent;
  const PeopleFollowerOptions follow =
      PeopleFollowerOptions::For(among_all ? kAllPeople : people.count);
  if (detector.onnx) {
    return std::make_unique<TopDownDetector>(*detector.onnx, follow.most_at_once);
  }
  if (detector.finder) {
    return std::make_unique<FinderDetector>(*detector.finder);
  }
  return std::make_unique<PeopleFollower>(detector, follow);
}

}  // namespace videopose
