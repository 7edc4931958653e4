// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "support/zip_file.h"
#include "videopose/base/error.h"
#include "videopose/cli/batch.h"
#include "videopose/cli/bench_video_accuracy.h"
#include "videopose/cli/command.h"
#include "videopose/cli/file_info.h"
#include "videopose/cli/options.h"
#include "videopose/cli/parse.h"
#include "videopose/cli/progress_line.h"
#include "videopose/cli/raw_info.h"
#include "videopose/cli/summary.h"
#include "videopose/cli/usage_error.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::cli_test {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseTest, Times) {
  EXPECT_DOUBLE_EQ(ParseTime("12.5"), 12.5);
  EXPECT_DOUBLE_EQ(ParseTime("1:05"), 65);
  EXPECT_DOUBLE_EQ(ParseTime("1:02:03.5"), 3723.5);
  EXPECT_DOUBLE_EQ(ParseTime("90"), 90);
  for (const char* bad : {"", "x", "-1", "1:", "1:60", "1:2:3:4", "nan", "1e400", "5s"}) {
    EXPECT_THROW(ParseTime(bad), UsageError) << bad;
  }
}

TEST(ParseTest, Counts) {
  EXPECT_EQ(ParseCount("12"), 12);
  for (const char* bad : {"", "0", "-1", "1.5", "x", "99999999999", "1,2"}) {
    EXPECT_THROW(ParseCount(bad), UsageError) << bad;
  }
}

TEST(ParseTest, Numbers) {
  EXPECT_THAT(ParseNumbers("20,-15.5", 2), ElementsAre(20, -15.5));
  EXPECT_THROW(ParseNumbers("20", 2), UsageError);
  EXPECT_THROW(ParseNumbers("20,x", 2), UsageError);
}

TEST(DetectorOptionsTest, NetworksAreKnownByTheirExtensionInAnyCase) {
  CLI::App app;
  DetectorOptions options;
  AddDetectorOptions(app, options);
  app.parse("--detector POSE.ONNX");
  ASSERT_TRUE(options.onnx.has_value());
  EXPECT_EQ(options.onnx->keypoints, "POSE.ONNX");
}

TEST(RawInfoTest, RecordingsAreKnownByTheirExtensionInAnyCase) {
  const fs::path archive = TestFolder() / "recordings.zip";
  std::ofstream(archive, std::ios::binary)
      << ZipFile({{"S1/StackedHourglass/Walking.54138969.H5", "no HDF5"}});
  EXPECT_THAT(ErrorOf([&] { DescribeArchive(archive, {}); }), HasSubstr("Walking.54138969.H5"));
}

TEST(ProgressLineTest, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(FormatProgress({"render", 50, 200}, 0.5), "render    25%  50/200  100 fps  0:02 left");
  EXPECT_EQ(FormatProgress({"detect", 50, 0}, 0.5), "detect   50  100 fps");
  EXPECT_EQ(FormatDuration(3723), "1:02:03");
}

class BatchTest : public testing::Test {
 protected:
  void SetUp() override { folder_ = EmptyFolder("videopose_batch"); }
  void Touch(const std::string& name) { std::ofstream(folder_ / name) << "x"; }
  fs::path folder_;
};

TEST_F(BatchTest, VideosInOrderOthersLeftOut) {
  for (const char* name : {"b.MOV", "a.mp4", "notes.txt", ".hidden.mp4"}) Touch(name);
  ASSERT_TRUE(IsFolderOfVideos(folder_));
  const std::vector<BatchItem> items =
      PlanBatch(VideosIn(folder_), "out", {.poses = {"any.npz", ".json"}, .angles = {"x.svg"}});
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].input, folder_ / "a.mp4");
  EXPECT_EQ(items[0].output, "out/a_3d.mp4");
  EXPECT_THAT(items[0].exports.poses, ElementsAre(fs::path("out/a.npz"), fs::path("out/a.json")));
  EXPECT_THAT(items[0].exports.angles, ElementsAre(fs::path("out/a_angles.svg")));
  EXPECT_EQ(items[1].output, "out/b_3d.mp4");
}

TEST_F(BatchTest, NamesThatDifferInTheExtensionAloneStayApart) {
  Touch("a.mp4");
  Touch("a.mov");
  const std::vector<BatchItem> items = PlanBatch(VideosIn(folder_), "out", {});
  EXPECT_EQ(items[0].output, "out/a.mov_3d.mp4");
  EXPECT_EQ(items[1].output, "out/a.mp4_3d.mp4");
}

TEST_F(BatchTest, AListHasAPathOrAnAddressALine) {
  std::ofstream(folder_ / "list.txt")
      << "# clips\n\n  a.mp4 \r\n/x/b c.mov\nhttp://h/d.mp4?e=1/f.g\n"
         "one/clip.mp4\ntwo/clip.mp4\n/x/shots/\n";
  const std::vector<fs::path> videos = VideosOnList(folder_ / "list.txt");
  EXPECT_THAT(videos, ElementsAre(folder_ / "a.mp4", fs::path("/x/b c.mov"),
                                  fs::path("http://h/d.mp4?e=1/f.g"), folder_ / "one/clip.mp4",
                                  folder_ / "two/clip.mp4", fs::path("/x/shots/")));
  std::vector<std::string> names;
  for (const BatchItem& item : PlanBatch(videos, "out", {})) names.push_back(item.name);
  EXPECT_THAT(names, ElementsAre("a", "b c", "d", "clip.mp4_1", "clip.mp4_2", "shots"));
  std::ofstream(folder_ / "empty.txt") << "# none\n";
  EXPECT_THAT(ErrorOf([&] { VideosOnList(folder_ / "empty.txt"); }), HasSubstr("no clips"));
}

TEST_F(BatchTest, AFolderOfImagesIsOneVideo) {
  Touch("1.png");
  EXPECT_FALSE(IsFolderOfVideos(folder_));
  EXPECT_EQ(DefaultOutput("shots/"), "shots_3d.mp4");
  EXPECT_EQ(DefaultOutput("/a/b/clip.mov"), "clip_3d.mp4");
}

TEST_F(BatchTest, DoneMeansEverythingIsThere) {
  const BatchItem item{
      "a", folder_ / "a.mp4", folder_ / "a_3d.mp4", {.poses = {folder_ / "a.npz"}}};
  EXPECT_FALSE(item.IsDone());
  Touch("a_3d.mp4");
  EXPECT_FALSE(item.IsDone());
  Touch("a_x.npz");
  EXPECT_FALSE(item.IsDone());
  Touch("a_2.npz");  // of several people
  EXPECT_TRUE(item.IsDone());
}

TEST(SummaryTest, CountsPeopleAndFrames) {
  KeypointSequence keypoints{.layout = Coco17(), .fps = 10, .frame_count = 3};
  EXPECT_THAT(FormatSummary(keypoints, 1, {}), HasSubstr("no person found"));
  PersonKeypoints person;
  person.keypoints = {3, 17};
  person.keypoints[17].score = 1;
  keypoints.people.push_back(person);
  EXPECT_EQ(FormatSummary(keypoints, 0.1, {"a.mp4"}),
            "3 frames, 1 person seen in 1 of them, 0.1 s (3 x real time)\nwrote a.mp4\n");
}

TEST(SummaryTest, SeveralPeopleAreNamedByTheirIds) {
  KeypointSequence keypoints{.layout = Coco17(), .fps = 10, .frame_count = 2};
  for (const int id : {1, 4, 6}) {
    PersonKeypoints person{.id = id};
    person.keypoints = {2, 17};
    if (id != 6) person.keypoints[0].score = 1;
    keypoints.people.push_back(person);
  }
  EXPECT_THAT(FormatSummary(keypoints, 1, {}), HasSubstr("2 people (1, 4) seen in 1 of them"));
}

TEST(SummaryTest, ListsWhoWasSeenWhen) {
  const KeypointSequence keypoints{.layout = Coco17(), .fps = 10, .start_s = 5, .frame_count = 100};
  const std::string table = FormatPeople({{.id = 3,
                                           .first_frame = 10,
                                           .last_frame = 39,
                                           .seen_frames = 25,
                                           .height_px = 210.4,
                                           .mean_presence = 0.876},
                                          {.id = 4}},
                                         keypoints);
  EXPECT_EQ(table,
            "  ID        seen from - to      frames    size   sure\n"
            "   3      6.0 s -    9.0 s     25 of 30     210 px   88 %\n");
  EXPECT_EQ(FormatPeople({{.id = 1}}, keypoints), "") << "no person was seen";
}

TEST(BenchTables, OfJointsAndOfTheBiasOfFlexions) {
  BodyErrors errors;
  for (int j = 0; j < 17; ++j) errors.joint_mpjpe.push_back(0.001 * j);
  errors.knee_bias = {{{4, 4.44}, {}, {1, -13.4}, {}, {2, -15.46}}};
  EXPECT_EQ(JointErrorTable({{"clean", errors}}),
            "MPJPE mm          hips     knees    ankles     spine    thorax      neck      head "
            "shoulders    elbows    wrists\n"
            "clean              2.5       3.5       4.5       7.0       8.0       9.0      10.0 "
            "     12.5      13.5      14.5\n");
  EXPECT_EQ(FlexionBiasTable({{"clean", errors}}),
            "too bent by, degrees        0-20     20-60     60-90    90-110  over 110\n"
            "clean, knee                 +4.4         -     -13.4         -     -15.5\n"
            "clean, elbow                   -         -         -         -         -\n");
}

TEST(SummaryTest, NoticesPeopleInOtherUnits) {
  const SyntheticMotion stand({{SyntheticMoveKind::kStand, 0.2}});
  const Motion motion =
      MakeSyntheticClip(stand, LookAt({0, -4, 1.4}, {0, 0, 0.9}, 640, 360, 0.75)).motion;
  const auto warning = [&](float scale, double unit_m = 1) {
    Motion other = motion;
    for (Vec3f& joint : other.people[0].joints_in_cam) joint = scale * joint;
    return SizeWarning(other, "a.npy", unit_m);
  };
  EXPECT_EQ(warning(1), "");
  EXPECT_THAT(warning(100), AllOf(HasSubstr("a.npy: person 1 is 17"), HasSubstr("centimetres")));
  EXPECT_THAT(warning(1000), HasSubstr("expected metres, found what may be millimetres"));
  EXPECT_THAT(warning(0.1F), AllOf(HasSubstr("a.npy: person 1 is 0.17"),
                                   HasSubstr("expected metres, found what may be 10 times too")));
  // BVH's centimetres.
  EXPECT_THAT(warning(0.01F, 0.01), HasSubstr("expected centimetres, found what may be metres"));
  EXPECT_THAT(warning(10, 0.01), HasSubstr("expected centimetres, found what may be millimetres"));
  EXPECT_THAT(warning(1000, 0),
              HasSubstr("the file names, found what may be 1000 times too large"));
}

TEST(FileInfo, SaysWhereAVideoPlaysSlower) {
  VideoInfo video{.width_px = 640, .height_px = 360, .frame_rate = {5, 1}, .captured_fps = 5};
  EXPECT_THAT(DescribeVideo("a.mp4", video), Not(HasSubstr("taken at")));
  video.captured_fps = 240;
  EXPECT_THAT(DescribeVideo("a.mp4", video),
              HasSubstr("  rate: taken at 240 frames a second, played at 5: "));
}

TEST(SummaryTest, SaysWhereAVideoPlaysSlower) {
  VideoInfo video{.frame_rate = {30000, 1001}, .captured_fps = 30000.0 / 1001};
  EXPECT_EQ(FormatCaptureRate(video), "");
  video.captured_fps = 240;
  EXPECT_EQ(FormatCaptureRate(video),
            "rate: taken at 240 frames a second, played at 29.97: speeds are those of 240 "
            "(--fps)\n");
}

TEST(SummaryTest, GroundSaysItsLensOrItsRung) {
  Motion motion{.skeleton = Human36m17()};
  EXPECT_EQ(FormatGround(motion, {}), "");
  motion.camera = Camera{PlainLens(1234.4, 640, 480),
                         {FromAxisAngle({1, 0, 0}, -1.7453292519943295), {0, 0, 1.52}}};
  EXPECT_EQ(
      FormatGround(motion, {.focal_px = 1234.4}),
      "ground: camera 1.5 m over the floor, looking down by 10 degrees, focal length 1234 px\n");
  EXPECT_THAT(FormatGround(motion, {}), HasSubstr("assumed; --fov"));
  motion.camera->world_from_cam.rotation = FromAxisAngle({1, 0, 0}, -1.5707);
  EXPECT_THAT(FormatGround(motion, {}), HasSubstr("floor, level, focal"));
  motion.camera->world_from_cam.translation.z = -0.04;
  EXPECT_THAT(FormatGround(motion, {}), HasSubstr("camera 0.0 m over"));
  motion.camera->world_from_cam.translation.z = -0.5;
  EXPECT_THAT(FormatGround(motion, {}),
              HasSubstr("camera 0.5 m under the floor (of a stage, or the lens is wrong), level"));
  motion.camera.reset();
  motion.grounding = Grounding::kCameraMoving;
  EXPECT_THAT(FormatGround(motion, {}), HasSubstr("ground: camera moving"));
}

std::string UsageMessage(std::vector<const char*> words) {
  words.insert(words.begin(), "videopose");
  try {
    RunCommandLine(static_cast<int>(words.size()), words.data());
  } catch (const UsageError& error) {
    return error.what();
  }
  return "(no usage error)";
}

TEST(CommandTest, WrongUsageNamesTheNearest) {
  EXPECT_THAT(UsageMessage({"vidoe", "a.mp4"}), HasSubstr("did you mean 'video'?"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "--hieght", "5"}),
              HasSubstr("did you mean '--height'?"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "--theme", "pink"}), HasSubstr("dark|light"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "--people", "some"}), HasSubstr("--people"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "--select", "1,second"}), HasSubstr("second"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "--trajectory", "guess"}), HasSubstr("fit|network"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "--fov", "60", "--focal", "900"}),
              HasSubstr("excludes"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "--camera", "shaky"}),
              HasSubstr("auto|moving|static"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "--camera", "auto", "--camera-moving"}),
              HasSubstr("excludes"));
  EXPECT_THAT(UsageMessage({"detect", "a.mp4", "-o", "k.npz", "--scene", "0"}),
              HasSubstr("--scene"));
  EXPECT_THAT(UsageMessage({"video"}), HasSubstr("input is required"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "--start", "soon"}), HasSubstr("--start"));
  EXPECT_THAT(UsageMessage({"video", "a.mp4", "b.mp4"}), HasSubstr("b.mp4"));
  EXPECT_THAT(UsageMessage({"zzzzzzz"}), HasSubstr("videopose help"));
}

TEST(CommandTest, EverySubcommandHasHelp) {
  for (const Command& command : Commands()) {
    const std::string name(command.name);
    const char* const words[] = {"videopose", "help", name.c_str()};
    testing::internal::CaptureStdout();
    EXPECT_EQ(RunCommandLine(3, words), 0);
    EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("videopose " + name));
  }
}

}  // namespace videopose::internal::cli_test
