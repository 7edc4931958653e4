// SPDX-License-Identifier: Apache-2.0

// BlazePose against the real package's output (golden/mediapipe).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/check.h"
#include "videopose/detect.h"
#include "videopose/detect/appearance.h"
#include "videopose/detect/one_euro.h"
#include "videopose/detect/person_detector.h"
#include "videopose/detect/pose_landmarks.h"
#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose::internal::blazepose_test {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kStages = TestData("golden/mediapipe/sports2d_demo.stages_full_cpu.json");

TEST(CocoFromLandmarksTest, TakesThePointsOfTheSameName) {
  Landmarks landmarks;
  for (int k = 0; k < 33; ++k) landmarks[k] = {static_cast<float>(k), 0, 0, 0.5F};
  const std::vector<Keypoint> keypoints = CocoFromLandmarks(landmarks);
  for (int j = 0; j < 17; ++j) {
    const int landmark = static_cast<int>(keypoints[j].x_px);
    EXPECT_EQ(BlazePose33().joint_names[landmark], Coco17().joint_names[j]);
    EXPECT_EQ(keypoints[j].score, 0.5F);
  }
}

class GoldenTest : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_MODELS(); }
};

Json ReadJson(const fs::path& path) { return Json::parse(std::ifstream(path)); }

Vec2f Pixel(const Json& point, const Json& clip) {
  return {point[0].get<float>() * clip["width"].get<float>(),
          point[1].get<float>() * clip["height"].get<float>()};
}

// The first frames of a clip with the exact colour conversion that the golden frames had.
std::vector<Image> ExactFrames(const fs::path& clip, int count, int width, int height) {
  const fs::path raw = TestFolder() / "blazepose_frames.raw";
  const std::string command = fmt::format(
      "ffmpeg -y -v error -i '{}' -frames:v {} -sws_flags "
      "accurate_rnd+full_chroma_int+full_chroma_inp+bicubic -f rawvideo -pix_fmt bgr0 '{}'",
      clip.string(), count, raw.string());
  VP_CHECK(std::system(command.c_str()) == 0, "{}", command);
  std::ifstream in(raw, std::ios::binary);
  std::vector<Image> frames;
  for (int i = 0; i < count; ++i) {
    Image& image = frames.emplace_back(width, height);
    in.read(reinterpret_cast<char*>(image.bgrx.data()),
            static_cast<std::streamsize>(image.bgrx.size()));
    VP_CHECK(in, "frame {} of {}", i, clip.string());
  }
  fs::remove(raw);
  return frames;
}

// Each stage from the package's own inputs to that stage, so no error adds up. The networks agree
// to float32 rounding through some 70 layers, 1e-5 of the square; pixels are then off by less than
// a hundredth.
void ExpectEachStageAgrees() {
  const Json golden = ReadJson(kStages);
  constexpr int kFrames = 10;
  const std::vector<Image> frames = ExactFrames(SharedFile("videos/sports2d_demo.mp4"), kFrames,
                                                golden["width"], golden["height"]);
  WorkerPool pool(1);
  PersonDetector detector(DefaultModelsDir() / PersonDetectorFile().name, pool);
  PoseLandmarkModel model(DefaultModelsDir() / LandmarkFile(BlazePoseSize::kFull).name, pool);
  int landmark_frames = 0;
  for (int t = 0; t < kFrames; ++t) {
    const Json& expected = golden["frames"][t];
    if (!expected["detection"].is_null()) {
      const auto people = detector.Detect(frames[t], LetterboxRoi(frames[t]));
      ASSERT_FALSE(people.empty());
      const PersonDetection& found = people[0];
      EXPECT_NEAR(found.score, expected["detection"]["score"].get<float>(), 1e-4);
      for (size_t k = 0; k < 4; ++k) {
        const Vec2f point = Pixel(expected["detection"]["kp"][k], golden);
        EXPECT_LT(Norm(found.points[k] - point), 0.1) << t << " " << k;
      }
      const Json& roi_expected = expected["roi_det"];
      const Roi roi = RoiFromBodyCircle(Pixel(expected["detection"]["kp"][0], golden),
                                        Pixel(expected["detection"]["kp"][1], golden));
      EXPECT_NEAR(roi.side_px, roi_expected[2].get<float>() * golden["width"].get<float>(), 0.01);
      EXPECT_NEAR(roi.rotation_rad, roi_expected[4].get<float>(), 1e-5);
    }
    const Json& used = expected["roi_used"];
    const Roi roi = {.centre_px = Pixel(used, golden),
                     .side_px = used[2].get<float>() * golden["width"].get<float>(),
                     .rotation_rad = used[4]};
    const PoseLandmarks found = model.Find(frames[t], roi);
    EXPECT_NEAR(found.presence, expected["score"].get<float>(), 1e-4) << t;
    if (expected["lm_unfiltered"].is_null()) continue;
    ++landmark_frames;
    for (size_t k = 0; k < 33; ++k) {
      const Json& point = expected["lm_unfiltered"][k];
      const Landmark& landmark = found.points_px[k];
      EXPECT_LT(Norm(Vec2f{landmark.x_px, landmark.y_px} - Pixel(point, golden)), 0.01);
      EXPECT_NEAR(landmark.z_px / golden["width"].get<float>(), point[2].get<float>(), 1e-4);
      EXPECT_NEAR(landmark.score, point[3].get<float>(), 1e-3);
      const Json& world = expected["out_world"][k];
      EXPECT_NEAR(found.world_m[k].x, world[0].get<float>(), 1e-4);
      EXPECT_NEAR(found.world_m[k].y, world[1].get<float>(), 1e-4);
      EXPECT_NEAR(found.world_m[k].z, world[2].get<float>(), 1e-4);
    }
  }
  EXPECT_EQ(landmark_frames, 4);
}

// The filter of the points that the next region of interest comes from.
TEST_F(GoldenTest, RoiFilterAgrees) {
  const Json golden = ReadJson(kStages);
  OneEuroFilter filter({.min_cutoff_hz = 0.01F, .beta = 10, .derivative_cutoff_hz = 1});
  int compared = 0;
  for (const Json& frame : golden["frames"]) {
    if (frame["aux_unfiltered"].is_null()) continue;
    const Vec2f hips = Pixel(frame["aux_unfiltered"][0], golden);
    const Vec2f circle = Pixel(frame["aux_unfiltered"][1], golden);
    std::array<float, 4> values = {hips.x, hips.y, circle.x, circle.y};
    filter.Apply(values, frame["t_ms"].get<double>() / 1000, 1 / (2 * Norm(circle - hips)));
    for (size_t k = 0; k < 2; ++k) {
      const Vec2f expected = Pixel(frame["aux_filtered"][k], golden);
      // 1e-6 of a side of 1768 pixels is float32 rounding; times differ by half a microsecond.
      EXPECT_NEAR(values[2 * k], expected.x, 0.01) << frame["index"];
      EXPECT_NEAR(values[2 * k + 1], expected.y, 0.01) << frame["index"];
    }
    ++compared;
  }
  EXPECT_EQ(compared, 14);
}

struct Agreement {
  double median = 0, p95 = 0;  // distance over the diagonal of the person's box
  double same_presence = 0;    // share of frames
  double world_median_m = 0;
};

double Quantile(std::vector<double>& values, double share) {
  std::ranges::sort(values);
  return values.at(static_cast<size_t>(share * static_cast<double>(values.size() - 1)));
}

Agreement Compare(const Json& golden, bool smooth, int first_compared) {
  VideoReader reader(SharedFile("videos") / (golden["video"].get<std::string>() + ".mp4"));
  BlazePose detector({.models_dir = DefaultModelsDir(), .smooth = smooth});
  std::vector<double> distances, world_distances;
  int same = 0, t = 0;
  Image image;
  for (const Json& expected : golden["frames"]) {
    if (!reader.Read(image)) break;
    const auto found = detector.Follow(image, expected["t_ms"].get<double>() / 1000);
    const bool is_there = !expected["landmarks"].is_null();
    same += static_cast<int>(found.has_value() == is_there);
    if (t++ < first_compared || !found || !is_there) continue;
    Landmarks truth;
    for (size_t k = 0; k < 33; ++k) {
      const Json& point = expected["landmarks"][k];
      truth[k] = {point[0], point[1], point[2], point[3]};
      const Json& world = expected["world"][k];
      world_distances.push_back(Norm(found->world_m[k] - Vec3f{world[0], world[1], world[2]}));
    }
    const auto ours = CocoFromLandmarks(found->landmarks), theirs = CocoFromLandmarks(truth);
    const auto [left, right] = std::ranges::minmax(theirs, {}, &Keypoint::x_px);
    const auto [top, bottom] = std::ranges::minmax(theirs, {}, &Keypoint::y_px);
    const double diagonal = std::hypot(right.x_px - left.x_px, bottom.y_px - top.y_px);
    for (size_t j = 0; j < 17; ++j) {
      distances.push_back(std::hypot(ours[j].x_px - theirs[j].x_px, ours[j].y_px - theirs[j].y_px) /
                          diagonal);
    }
  }
  EXPECT_EQ(t, static_cast<int>(golden["frames"].size()));
  return {.median = Quantile(distances, 0.5),
          .p95 = Quantile(distances, 0.95),
          .same_presence = static_cast<double>(same) / t,
          .world_median_m = Quantile(world_distances, 0.5)};
}

// The decoder's colours differ by a level or two from the golden frames', and each frame's region
// comes from the frame before, so small differences live on. Measured with ffmpeg's default
// conversion: median 0.14% and 0.21%, 95th percentile 0.5% and 1.4%; with exactly the same colours
// 0.04% and 0.01%.
void ExpectWholeClipsAgree() {
  for (const char* name : {"tfjs_pose_squats.track_full_cpu", "tfjs_pose_squats.smooth_full_cpu",
                           "sports2d_demo.track_full_cpu", "sports2d_demo.smooth_full_cpu"}) {
    SCOPED_TRACE(name);
    const Json golden = ReadJson(SharedFile("golden/mediapipe") / fmt::format("{}.json", name));
    // The first frames of this clip show a tree that the detector takes for a person.
    const int first_compared = golden["video"] == "sports2d_demo" ? 21 : 0;
    const Agreement found = Compare(golden, golden["smooth_landmarks"], first_compared);
    EXPECT_LT(found.median, 0.005);
    EXPECT_LT(found.p95, 0.025);
    EXPECT_GE(found.same_presence, 0.98);
    EXPECT_LT(found.world_median_m, 0.02);
  }
}

TEST_F(GoldenTest, RealClipsAgreeStageByStageAndAsAWhole) {
  SKIP_WITHOUT_SHARED("videos");
  if (std::system("ffmpeg -version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no ffmpeg program";
  ExpectEachStageAgrees();
  ExpectWholeClipsAgree();
}

TEST_F(GoldenTest, NoPersonInAnEmptyImageAndAFreshStartAfterIt) {
  BlazePose detector({});
  const Image grey(320, 240);
  for (int t = 0; t < 3; ++t) EXPECT_FALSE(detector.Follow(grey, t));
  const Image image = ReadImage(TestData("fixtures/images/tfjs_pose.jpg"));
  EXPECT_TRUE(detector.Follow(image, 3));
  EXPECT_FALSE(detector.Follow(Image(image.width_px, image.height_px), 4));
  BlazePose fresh({});
  EXPECT_EQ(detector.Follow(image, 5)->landmarks, fresh.Follow(image, 0)->landmarks);
}

TEST_F(GoldenTest, IsADetectorLikeOthers) {
  const Image image = ReadImage(TestData("fixtures/images/tfjs_pose.jpg"));
  BlazePose detector({}), same({});
  const std::vector<DetectedPerson> people = detector.Detect(image, 0);
  const BlazePoseResult result = *same.Follow(image, 0);
  ASSERT_EQ(people.size(), 1U);
  EXPECT_EQ(people[0].presence, result.presence);
  EXPECT_EQ(people[0].keypoints, CocoFromLandmarks(result.landmarks));
  EXPECT_EQ(std::ssize(people[0].keypoints), detector.layout().joint_count());
  EXPECT_EQ(std::ssize(people[0].extra_points), kLandmarks);
  EXPECT_NEAR(SimilarityOf(people[0].appearance, people[0].appearance), 1, 1e-5);
  EXPECT_TRUE(detector.Detect(Image(image.width_px, image.height_px), 1).empty());
  EXPECT_NE(detector.Detect(image, 2).at(0).track_id, people[0].track_id) << "it was lost";
}

}  // namespace videopose::internal::blazepose_test
