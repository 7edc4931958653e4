// SPDX-License-Identifier: Apache-2.0

// A person in the words of other programs, for tests of the importers.

#ifndef VIDEOPOSE_IMPORT_TEST_IMPORT_H_
#define VIDEOPOSE_IMPORT_TEST_IMPORT_H_

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

inline constexpr int kJoints = kCocoJoints;

// Where the tests' person has COCO's joints: an upright body, 100 pixels to a shoulder's width.
inline Vec2f BodyAt(size_t joint, float x_px, float y_px) {
  constexpr Vec2f kBody[kJoints] = {{0, 0},     {9, -10},  {-9, -10},  {20, -6},   {-20, -6},
                                    {50, 60},   {-50, 60}, {60, 140},  {-60, 140}, {65, 210},
                                    {-65, 210}, {30, 200}, {-30, 200}, {32, 300},  {-32, 300},
                                    {34, 400},  {-34, 400}};
  return {x_px + kBody[joint].x, y_px + kBody[joint].y};
}

// The same body in the joints of a layout; what COCO does not have is near the head or the feet.
inline std::vector<Vec2f> BodyIn(const JointLayout& layout, float x_px, float y_px) {
  std::vector<Vec2f> points;
  for (const std::string& name : layout.joints) {
    const int coco = Coco17().IndexOf(name);
    if (coco >= 0) {
      points.push_back(BodyAt(static_cast<size_t>(coco), x_px, y_px));
    } else if (name == "neck" || name == "thorax") {
      points.push_back({x_px, y_px + 60});
    } else if (name == "pelvis") {
      points.push_back({x_px, y_px + 200});
    } else {
      const bool is_foot =
          name.find("toe") != std::string::npos || name.find("heel") != std::string::npos;
      points.push_back({x_px, is_foot ? y_px + 420 : y_px - 60});
    }
  }
  points.resize(layout.point_count, Vec2f{x_px, y_px});
  return points;
}

inline const JointLayout& Layout(std::string_view name) {
  for (const JointLayout& layout : KnownLayouts()) {
    if (layout.name == name) return layout;
  }
  throw Error("no such layout");
}

inline std::string Numbers(const std::vector<Vec2f>& points, double score) {
  std::string text;
  for (const Vec2f& point : points) {
    text += fmt::format("{}{}, {}, {}", text.empty() ? "" : ", ", point.x, point.y, score);
  }
  return "[" + text + "]";
}

class ImportTest : public testing::Test {
 protected:
  void SetUp() override { folder_ = EmptyFolder("import"); }

  // Named so that nothing can be told from the name.
  std::filesystem::path Write(const std::string& text, const std::string& name = "file") const {
    std::filesystem::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string ErrorOf(const std::filesystem::path& path, const ImportOptions& options = {}) {
    try {
      (void)Import(path, options);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  static Keypoint At(const KeypointSequence& keypoints, size_t person, int64_t frame,
                     const char* joint) {
    const size_t j = keypoints.layout.IndexOf(joint);
    return keypoints.people.at(person).frame(frame)[j];
  }
  // The joints from the shoulders down are those of the body, seen.
  static void ExpectBody(const KeypointSequence& keypoints, size_t person, int64_t frame,
                         float x_px, float y_px) {
    for (size_t j = 5; j < kJoints; ++j) {
      const Keypoint& found = keypoints.people.at(person).frame(frame)[j];
      const Vec2f expected = BodyAt(j, x_px, y_px);
      constexpr float kPrintedPx = 1e-2F;
      EXPECT_NEAR(found.x_px, expected.x, kPrintedPx) << Coco17().joint_names[j];
      EXPECT_NEAR(found.y_px, expected.y, kPrintedPx) << Coco17().joint_names[j];
      EXPECT_GT(found.score, 0) << Coco17().joint_names[j];
    }
  }

  std::filesystem::path folder_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_TEST_IMPORT_H_
