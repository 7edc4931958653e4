// SPDX-License-Identifier: Apache-2.0

// How many of the people in images are detected: what the program finds in single images, compared
// with boxes drawn by eye.

#ifndef VIDEOPOSE_RESEARCH_PEOPLE_RECALL_H_
#define VIDEOPOSE_RESEARCH_PEOPLE_RECALL_H_

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/detect.h"
#include "videopose/detect/body_box.h"

namespace videopose::internal {

// People lower than this count neither way.
inline constexpr float kLeastHeightPx = 60;

struct ImageOfPeople {
  std::string name;  // of the file, without an extension
  std::vector<BodyBox> people;
  std::vector<BodyBox> ignored;  // what is found there counts neither way
};

// A JSON file: {"images": {NAME: {"boxes": [[x0, y0, x1, y1], ...], "hard": [...], "ign": [...]}}},
// in pixels; people mostly hidden are "hard". Throws Error.
std::vector<ImageOfPeople> ReadImagesOfPeople(const std::filesystem::path& path);

struct PeopleRecall {
  std::string name;              // of the image
  std::vector<float> found_px;   // heights of the people who are found
  std::vector<float> missed_px;  // and of those who are not
  int false_people = 0;
};

// A person is found by the box of a body with which theirs has an intersection over union of at
// least 0.4; the best pairs first.
PeopleRecall CompareWithTruth(const ImageOfPeople& truth, std::span<const BodyBox> bodies);

// Detects people in all images, which lie in `folder` as .jpg or .png, each for itself. Throws
// Error for one that is not there, and what reading and detecting throw.
std::vector<PeopleRecall> MeasurePeopleRecall(const std::filesystem::path& truth,
                                              const std::filesystem::path& folder,
                                              const DetectorOptions& detector,
                                              const WorkMonitor& monitor = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RESEARCH_PEOPLE_RECALL_H_
