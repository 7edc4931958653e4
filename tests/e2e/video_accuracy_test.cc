// SPDX-License-Identifier: Apache-2.0

// `bench video-accuracy` on a trial of the synthetic figure: its video, its camera as a .toml, its
// joints as Pose2Sim writes them.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/motion_files/trc.h"

namespace videopose::internal::video_accuracy_test {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

constexpr int kDelay_frames = 2;

const std::vector<std::pair<std::string, BodyJoint>>& Markers() {
  using enum BodyJoint;
  static const std::vector<std::pair<std::string, BodyJoint>> markers = {
      {"RHip", kRightHip},
      {"RKnee", kRightKnee},
      {"RAnkle", kRightAnkle},
      {"LHip", kLeftHip},
      {"LKnee", kLeftKnee},
      {"LAnkle", kLeftAnkle},
      {"Neck", kThorax},
      {"Head", kHeadTop},
      {"Nose", kNose},
      {"RShoulder", kRightShoulder},
      {"RElbow", kRightElbow},
      {"RWrist", kRightWrist},
      {"LShoulder", kLeftShoulder},
      {"LElbow", kLeftElbow},
      {"LWrist", kLeftWrist}};
  return markers;
}

// Two frames late, axes y, z, x of the world, metres: as in Pose2Sim's demo.
void WriteTruth(const fs::path& file, const std::string& prefix = "") {
  const SyntheticClip& clip = Figure();
  MarkerTrial trial{.rate_hz = clip.fps, .units = "m"};
  for (const auto& [label, joint] : Markers()) trial.labels.push_back(prefix + label);
  const int64_t frames = clip.frame_count - kDelay_frames;
  trial.points = Tensor({frames, std::ssize(Markers()), 3});
  float* out = trial.points.data();
  for (int64_t t = 0; t < frames; ++t) {
    for (const auto& [label, joint] : Markers()) {
      const Vec3d x = clip.poses[static_cast<size_t>(t + kDelay_frames)][joint];
      for (const double value : {x.y, x.z, x.x}) *out++ = static_cast<float>(value);
    }
  }
  WriteTrc(file, trial);
}

void WriteCalibration(const fs::path& file) {
  const Camera& camera = Figure().camera;
  const Quaternion q = Inverse(camera.world_from_cam.rotation);
  const Vec3d axis{q.x, q.y, q.z};
  const double angle_rad = 2 * std::atan2(Norm(axis), q.w);
  const Vec3d turn = angle_rad * Normalized(axis), shift = CamFromWorld(camera, {0, 0, 0});
  for (std::ofstream out(file); const char* name : {"cam_01", "cam_02"}) {
    out << "[" << name << "]\nname = \"" << name << "\"\n";
    out << "size = [ " << camera.lens.width_px << ".0, " << camera.lens.height_px << ".0 ]\n";
    out << "matrix = [ [ " << camera.lens.focal_px.x << ", 0.0, " << camera.lens.centre_px.x
        << " ], [ 0.0, " << camera.lens.focal_px.y << ", " << camera.lens.centre_px.y
        << " ], [ 0.0, 0.0, 1.0 ] ]\n";
    out << "distortions = [ 0.0, 0.0, 0.0, 0.0 ]\n";
    out << "rotation = [ " << turn.x << ", " << turn.y << ", " << turn.z << " ]\n";
    out << "translation = [ " << shift.x << ", " << shift.y << ", " << shift.z << " ]\n\n";
  }
}

class VideoAccuracyTest : public testing::Test {
 protected:
  void SetUp() override {
    trial_ = EmptyFolder("trial");
    fs::copy_file(FigureClip(), trial_ / "walk_cam01.mp4");
    WriteTruth(trial_ / "joints.trc");
    WriteCalibration(trial_ / "cameras.toml");
  }

  ProgramOutcome Run(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"bench", "video-accuracy", trial_, "--report", report_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunVideopose(arguments);
  }
  Json Report() const { return Json::parse(std::ifstream(report_)); }

  // One line that has both, and nothing written.
  void ExpectError(const std::string& first, const std::string& second) const {
    const ProgramOutcome outcome = Run({});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.error_line_count(), 1) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(StartsWith("videopose: "), HasSubstr(first), HasSubstr(second)));
    EXPECT_FALSE(fs::exists(report_));
  }
  void WriteTable(const std::string& text) const { std::ofstream(trial_ / "trial.yaml") << text; }

  fs::path trial_, report_ = TestFolder() / "report.json";
};

TEST_F(VideoAccuracyTest, OfTheDetectedFigure) {
  SKIP_WITHOUT_MODELS();
  const ProgramOutcome outcome = Run({"--truth-delay", "2"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("axes zxy (found"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("fits the images better")));
  const Json report = Report();
  EXPECT_EQ(report["axes"], "zxy");
  ASSERT_EQ(report["rows"].size(), 2U) << "with the given lens and without";
  EXPECT_EQ(report["rows"][0]["camera"], "cam_01");
  EXPECT_EQ(report["rows"][0]["lens"], "given");
  EXPECT_EQ(report["rows"][1]["lens"], "default");
  for (const Json& row : report["rows"]) {
    EXPECT_EQ(row["frames"], Figure().frame_count - kDelay_frames);
    EXPECT_EQ(row["matched_frames"], row["frames"]);
    // The bounds of accuracy_test.cc, which compares with the figure's own joints.
    EXPECT_LT(row["mpjpe_mm"], 130);
    EXPECT_LT(row["pa_mpjpe_mm"], 90);
    EXPECT_LT(row["limb_pa_mpjpe_mm"], 90);
    EXPECT_LT(row["knee_deg"], 25);
    EXPECT_LT(row["keypoints_percent"], 2.5);
    EXPECT_EQ(row["swapped_frames"], 0);
  }
  // Measured: 0.2 and 0.5 m at 4 m. The lens that is assumed has 5/4 of the true focal length.
  EXPECT_LT(report["rows"][0]["root_m"], 0.5);
  EXPECT_EQ(report["means"][0]["mpjpe_mm"], report["rows"][0]["mpjpe_mm"]) << "of one camera";
}

TEST_F(VideoAccuracyTest, SaysWhichDelayFits) {
  SKIP_WITHOUT_MODELS();
  const ProgramOutcome outcome = Run({"--lens", "given"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  // Smoothed keypoints are late by up to a frame.
  EXPECT_THAT(outcome.out, AnyOf(HasSubstr("better with --truth-delay 2"),
                                 HasSubstr("better with --truth-delay 3")));
  EXPECT_EQ(Report()["rows"].size(), 1U);
}

TEST_F(VideoAccuracyTest, WithExactKeypointsByATable) {
  WriteTruth(trial_ / "joints.trc", "Marker ");
  std::string joints;
  for (const auto& [label, joint] : Markers()) {
    if (label == "Head" || label == "Nose" || label == "Neck") continue;
    std::string name = label[0] == 'L' ? "left_" : "right_";
    for (const char c : label.substr(1)) name += static_cast<char>(std::tolower(c));
    joints += fmt::format("  {}: Marker {}\n", name, label);
  }
  WriteTable("axes: zxy\ndelay: 2\nvideos: {cam_02: walk_cam01.mp4}\njoints:\n" + joints);
  const ProgramOutcome outcome = Run({"--exact-keypoints", "--lens", "given"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json row = Report()["rows"][0];
  EXPECT_EQ(row["camera"], "cam_02") << "as the table says, not the video's name";
  EXPECT_NEAR(row["keypoints_percent"], 0, 0.01);
  EXPECT_EQ(row["swapped_frames"], 0);
  EXPECT_GT(row["matched_frames"], 40);
  EXPECT_LT(row["limb_pa_mpjpe_mm"], 90);
}

TEST_F(VideoAccuracyTest, ACalibrationThatIsMissing) {
  fs::remove(trial_ / "cameras.toml");
  ExpectError("trial: no calibration", ".toml");
}

TEST_F(VideoAccuracyTest, MarkersWithUnknownNames) {
  WriteTruth(trial_ / "joints.trc", "Marker ");
  fs::remove(trial_ / "trial.yaml");
  WriteTable("joints: {left_knee: LKNE}\n");
  ExpectError("joints.trc has no marker 'LKNE'; it has Marker RHip", "trial.yaml");
  WriteTable("joints: {left_toe: Marker LKnee}\n");
  ExpectError("'left_toe' is none; expected hip, right_hip", "trial.yaml");
  MarkerTrial other = ReadTrc(trial_ / "joints.trc");
  for (std::string& label : other.labels)
    label = "M" + std::to_string(&label - other.labels.data());
  WriteTrc(trial_ / "joints.trc", other);
  fs::remove(trial_ / "trial.yaml");
  ExpectError("joints.trc: no marker is called left_hip or right_hip; it has M0, M1", "trial.yaml");
}

TEST_F(VideoAccuracyTest, ACameraThatIsNone) {
  fs::rename(trial_ / "walk_cam01.mp4", trial_ / "walk_left.mp4");
  ExpectError("walk_left.mp4: no camera of", "it has cam_01, cam_02");
  WriteTable("videos: {cam_07: walk_left.mp4}\n");
  ExpectError("no camera 'cam_07'", "it has cam_01, cam_02");
}

TEST_F(VideoAccuracyTest, OtherThingsThatAreMissingOrTwice) {
  fs::copy_file(trial_ / "walk_cam01.mp4", trial_ / "again_cam01.mp4");
  ExpectError("camera cam_01 has two videos", "walk_cam01.mp4");
  fs::remove(trial_ / "again_cam01.mp4");
  fs::copy_file(trial_ / "joints.trc", trial_ / "more.trc");
  ExpectError("which truth? There are joints.trc, more.trc", "trial.yaml");
  WriteTable("truth: joints.trc\naxis: zxy\n");
  ExpectError("trial.yaml: line 2", "axes");
  WriteTable("truth: joints.trc\naxes: zyx\n");
  ExpectError("axes 'zyx' would mirror the person", "trial.yaml");
}

// Pose2Sim's demo, whose truth is of the man; how the numbers of docs/evaluation.md come about.
TEST(RealVideoAccuracyTest, OfTheManWhoWalks) {
  SKIP_WITHOUT_MODELS();
  SKIP_WITHOUT_SHARED("real/pose2sim_multi_cam03.mp4");
  SKIP_WITHOUT_SHARED("videos/pose2sim_multi_cam01.mp4");
  const fs::path report = TestFolder() / "report.json", table = TestFolder() / "man.yaml";
  std::ofstream(table) << "folder: " << fs::absolute(SharedFile("real")).string()
                       << "\ndelay: 2\naxes: zxy\nvideos:\n  cam_01: "
                          "../videos/pose2sim_multi_cam01.mp4\n"
                          "  cam_03: pose2sim_multi_cam03.mp4\n";
  const ProgramOutcome outcome =
      RunVideopose({"bench", "video-accuracy", table, "--lens", "given", "--report", report});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json rows = Json::parse(std::ifstream(report))["rows"];
  ASSERT_EQ(rows.size(), 2U);
  // MPJPE and PA-MPJPE of docs/evaluation.md. 5 % more is another processor's rounding, which moves
  // a detection now and then; not another model.
  constexpr double kStated_mm[2][2] = {{97, 67}, {136, 112}}, kMore = 1.05;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Json& row = rows[i];
    SCOPED_TRACE(row.dump());
    EXPECT_EQ(row["frames"], 98);
    // Measured: 98 and 83 frames, 2.2 and 4.6 %: another person would be a box away.
    EXPECT_GE(row["matched_frames"], 75);
    EXPECT_LT(row["keypoints_percent"], 7);
    EXPECT_LT(row["mpjpe_mm"], kMore * kStated_mm[i][0]);
    EXPECT_LT(row["pa_mpjpe_mm"], kMore * kStated_mm[i][1]);
  }
}

}  // namespace videopose::internal::video_accuracy_test
