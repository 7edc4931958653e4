// SPDX-License-Identifier: Apache-2.0

// videopose video, and that its single steps give the same result.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/videopose.h"

namespace videopose::internal::video_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

int64_t CountFrames(const fs::path& path) {
  VideoReader reader(path);
  Image image;
  int64_t count = 0;
  while (reader.Read(image)) ++count;
  return count;
}

TEST(VideoTest, OneCommandMakesTheVideoAndTheData) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("one_command");
  const ProgramOutcome result = RunVideopose(
      {"video", FigureClip(), "-o", folder / "out.mp4", "--height", "256", "--export",
       folder / "poses.npz", "--export", folder / "poses.json", "--export", folder / "poses.npy"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty()) << "nothing but errors in a pipe";
  EXPECT_THAT(result.out, HasSubstr("50 frames, 1 person seen in"));
  EXPECT_THAT(NamesIn(folder), ElementsAre("out.mp4", "poses.json", "poses.npy", "poses.npz"));

  const VideoInfo input = VideoReader(FigureClip()).info();
  const VideoReader output(folder / "out.mp4");
  EXPECT_EQ(output.info().frame_rate, input.frame_rate);
  EXPECT_EQ(output.info().height_px, 256);
  EXPECT_GT(output.info().width_px, 512);
  EXPECT_EQ(CountFrames(folder / "out.mp4"), 50);

  const PoseClip from_npz = ReadPoses(folder / "poses.npz");
  const PoseClip from_json = ReadPoses(folder / "poses.json");
  ASSERT_TRUE(from_npz.keypoints.has_value());
  EXPECT_EQ(from_npz.keypoints->width_px, input.width_px);
  EXPECT_EQ(from_npz.motion.frame_count, 50);
  ASSERT_EQ(from_npz.motion.skeleton, Body25());
  ASSERT_EQ(from_json.motion.people.size(), 1U);
  for (int j = 0; j < from_npz.motion.joint_count(); ++j) {
    const Vec3f a = from_npz.motion.people[0].at(20, j);
    const Vec3f b = from_json.motion.people[0].at(20, j);
    EXPECT_LT(Norm(a - b), 1e-6F) << "the same numbers in both files";
  }
}

TEST(VideoTest, TheStepsSinglyGiveTheSame) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("steps");
  const std::vector<std::string> window = {"--start", "0.4", "--max-frames", "20"};
  const auto with_window = [&](std::vector<std::string> words) {
    words.insert(words.end(), window.begin(), window.end());
    return words;
  };
  ASSERT_EQ(RunVideopose(with_window({"video", FigureClip(), "-o", folder / "a.mp4", "--height",
                                      "128", "--export", folder / "a.npz"}))
                .exit_code,
            0);
  ASSERT_EQ(RunVideopose(with_window({"detect", FigureClip(), "-o", folder / "kp.npz"})).exit_code,
            0);
  ASSERT_EQ(RunVideopose({"lift", folder / "kp.npz", "-o", folder / "b.npz"}).exit_code, 0);
  ASSERT_EQ(RunVideopose({"render", folder / "b.npz", "--video", FigureClip(), "-o",
                          folder / "b.mp4", "--height", "128"})
                .exit_code,
            0);
  EXPECT_EQ(Contents(folder / "a.npz"), Contents(folder / "b.npz"));
  EXPECT_EQ(Contents(folder / "a.mp4"), Contents(folder / "b.mp4"));
  EXPECT_EQ(CountFrames(folder / "b.mp4"), 20);
}

TEST(VideoTest, RenderSaysWhereKeypointsAndVideoDiffer) {
  const fs::path folder = EmptyFolder("differ");
  KeypointSequence keypoints = Figure().keypoints;
  keypoints.fps = 50;
  WriteKeypoints(folder / "fast.npz", keypoints);
  const std::vector<std::string> over = {"--video",        FigureClip(), "-o",
                                         folder / "o.mp4", "--height",   "128"};
  const auto rendered = [&](const char* name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"render", folder / name};
    words.insert(words.end(), over.begin(), over.end());
    words.insert(words.end(), more.begin(), more.end());
    return RunVideopose(words);
  };
  const ProgramOutcome refused = rendered("fast.npz");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("50 frames a second"), HasSubstr("has 25"), HasSubstr("--fps 50")));
  EXPECT_FALSE(fs::exists(folder / "o.mp4"));
  EXPECT_EQ(rendered("fast.npz", {"--fps", "50"}).exit_code, 0);

  // Ten frames more than the video has.
  keypoints = Figure().keypoints;
  const int64_t frames = keypoints.frame_count;
  keypoints.frame_count += 10;
  keypoints.people[0].keypoints.ResizeFrames(keypoints.frame_count, {.x_px = 1, .score = 0});
  WriteKeypoints(folder / "long.npz", keypoints);
  const ProgramOutcome said = rendered("long.npz");
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.err,
              HasSubstr(fmt::format("ends after {} of the {} frames", frames, frames + 10)));

  // Ten frames less, and as many.
  keypoints = Figure().keypoints;
  EXPECT_EQ(keypoints.frame_count, frames);
  WriteKeypoints(folder / "whole.npz", keypoints);
  EXPECT_THAT(rendered("whole.npz").err, Not(HasSubstr("ends after")));
  keypoints.frame_count -= 10;
  keypoints.people[0].keypoints.ResizeFrames(keypoints.frame_count, {});
  keypoints.people[0].extra_points = {};
  WriteKeypoints(folder / "short.npz", keypoints);
  const ProgramOutcome goes_on = rendered("short.npz");
  EXPECT_EQ(goes_on.exit_code, 0) << goes_on.err;
  EXPECT_THAT(goes_on.err,
              AllOf(HasSubstr(fmt::format("short.npz ends after {} frames; ", frames - 10)),
                    HasSubstr("goes on")));
}

TEST(VideoTest, RenderSaysThatPointsAreNotInTheVideo) {
  const fs::path folder = EmptyFolder("outside");
  KeypointSequence keypoints = Figure().keypoints;
  Tensor points({keypoints.frame_count, keypoints.joint_count(), 2});
  const auto render = [&](float scale) {
    for (int64_t i = 0; i < points.size() / 2; ++i) {
      const Keypoint& point = keypoints.people[0].keypoints.begin()[i];
      points.data()[2 * i] = scale * point.x_px;
      points.data()[2 * i + 1] = scale * point.y_px;
    }
    WriteNpy(folder / "points.npy", MakeNpy(points));
    return RunVideopose({"render", folder / "points.npy", "--layout", "coco", "--video",
                         FigureClip(), "-o", folder / "o.mp4", "--height", "128"});
  };
  EXPECT_THAT(render(1).err, Not(HasSubstr("lie outside")));
  EXPECT_THAT(render(4).err, AllOf(HasSubstr("points.npy lie outside of the"),
                                   HasSubstr("the video they came from")));
}

TEST(VideoTest, SlowMotionIsLiftedAtItsTrueRate) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("slow_motion");
  const ProgramOutcome result =
      RunVideopose({"video", FigureClip(), "-o", folder / "out.mp4", "--export", folder / "out.npz",
                    "--fps", "100", "--max-frames", "8", "--height", "128"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("taken at 100 frames a second, played at 25"));
  EXPECT_EQ(ReadPoses(folder / "out.npz").motion.fps, 100);
  EXPECT_EQ(VideoReader(folder / "out.mp4").info().frame_rate, (FrameRate{25, 1}));
}

TEST(VideoTest, ImagesFoldersAndOtherOutputs) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("images");
  // The clip as a folder of images, through the project's writer.
  {
    VideoReader reader(FigureClip(), {.max_frames = 6});
    VideoWriter writer(folder / "shots/", {.width_px = reader.info().width_px,
                                           .height_px = reader.info().height_px,
                                           .frame_rate = reader.info().frame_rate});
    Image image;
    while (reader.Read(image)) writer.Write(image);
    writer.Close();
  }
  ASSERT_EQ(NamesIn(folder / "shots").size(), 6U);
  EXPECT_EQ(RunVideopose({"video", folder / "shots", "-o", folder / "out.gif", "--height", "128"})
                .exit_code,
            0);
  EXPECT_EQ(CountFrames(folder / "out.gif"), 6);
  const fs::path one = folder / "shots" / NamesIn(folder / "shots")[0];
  EXPECT_EQ(RunVideopose({"video", one, "-o", folder / "one.png", "--height", "128"}).exit_code, 0);
  EXPECT_EQ(CountFrames(folder / "one.png"), 1);
  EXPECT_EQ(RunVideopose({"video", FigureClip(), "--end", "0.2", "-o", folder / "frames/",
                          "--height", "128"})
                .exit_code,
            0);
  EXPECT_EQ(NamesIn(folder / "frames").size(),
            static_cast<size_t>(
                std::lround(0.2 * VideoReader(FigureClip()).info().frame_rate.per_second())));
}

TEST(VideoTest, AFolderOfVideosGoesOnAfterAFailureAndSkipsWhatIsDone) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("batch");
  fs::create_directories(folder / "in");
  fs::copy_file(FigureClip(), folder / "in/a.mp4");
  std::ofstream(folder / "in/broken.mp4") << "this is no video";
  fs::copy_file(FigureClip(), folder / "in/c.mp4");
  const std::vector<std::string> command = {
      "video", folder / "in", "-o", folder / "out", "--max-frames", "3", "--height", "64"};
  const ProgramOutcome first = RunVideopose(command);
  EXPECT_EQ(first.exit_code, 1);
  EXPECT_THAT(first.err, HasSubstr("1 failed"));
  EXPECT_THAT(first.err, HasSubstr("broken.mp4"));
  EXPECT_THAT(NamesIn(folder / "out"), ElementsAre("a_3d.mp4", "c_3d.mp4"));

  fs::remove(folder / "in/broken.mp4");
  const auto time_before = fs::last_write_time(folder / "out/a_3d.mp4");
  const ProgramOutcome second = RunVideopose(command);
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("2 before"));
  EXPECT_EQ(fs::last_write_time(folder / "out/a_3d.mp4"), time_before);

  std::vector<std::string> forced = command;
  forced.emplace_back("--force");
  EXPECT_EQ(RunVideopose(forced).exit_code, 0);
  EXPECT_GT(fs::last_write_time(folder / "out/a_3d.mp4"), time_before);
}

TEST(VideoTest, PartsGiveTheSameOnAnyNumberOfThreadsAndNearlyThatOfOneDetector) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("parts"), clip = folder / "long.mp4";
  WriteFigureClip(clip, 220, [](int64_t) { return true; });  // 8.8 s: two parts
  const auto detect = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"detect",      clip,         "-o",
                                      folder / name, "--detector", "blazepose-lite"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(RunVideopose(words).exit_code, 0);
    return ReadKeypoints(folder / name);
  };
  const KeypointSequence whole = detect("whole.npz", {});
  const KeypointSequence parts = detect("parts.npz", {"--in-parts", "--threads", "2"});
  detect("parts_1.npz", {"--in-parts", "--threads", "1"});
  EXPECT_EQ(Contents(folder / "parts.npz"), Contents(folder / "parts_1.npz"));
  ASSERT_EQ(parts.frame_count, whole.frame_count);
  ASSERT_EQ(parts.people.size(), 1U);
  std::vector<double> distances_px;
  for (int64_t t = 0; t < whole.frame_count; ++t) {
    for (int64_t j = 0; j < 17; ++j) {
      const Keypoint &a = parts.people[0].at(t, j), &b = whole.people[0].at(t, j);
      distances_px.push_back(std::hypot(a.x_px - b.x_px, a.y_px - b.y_px));
    }
  }
  std::ranges::sort(distances_px);
  EXPECT_LT(distances_px[distances_px.size() / 2], 1);
}

TEST(VideoTest, ATruncatedFileGivesTheFramesBeforeTheCut) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("truncated");
  // Its index stands at the front, so the beginning of it can be read.
  const std::string whole = Contents(FigureClip());
  std::ofstream(folder / "cut.mp4", std::ios::binary) << whole.substr(0, whole.size() * 9 / 10);
  const ProgramOutcome result =
      RunVideopose({"video", folder / "cut.mp4", "-o", folder / "out.mp4", "--height", "128"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("cut.mp4"));
  EXPECT_EQ(result.error_line_count(), 1);
  const int64_t frames = CountFrames(folder / "out.mp4");
  EXPECT_GE(frames, 5);
  EXPECT_LT(frames, 50);
}

TEST(VideoTest, CtrlCLeavesNothingBehind) {
  SKIP_WITHOUT_MODELS();
  // On a fast machine the work may be over first; then the whole file must be there. On a busy one
  // the program may not have begun; then it has nothing to say.
  int interrupted = 0;
  for (const int wait_ms : {150, 400, 900}) {
    const fs::path folder = EmptyFolder("interrupt");
    const ProgramOutcome result =
        RunVideopose({"video", FigureClip(), "-o", folder / "out.mp4", "--height", "1080",
                      "--detector", "blazepose-heavy", "--threads", "1"},
                     {.interrupt_after = std::chrono::milliseconds(wait_ms)});
    if (result.exit_code == 0) {
      EXPECT_THAT(NamesIn(folder), ElementsAre("out.mp4"));
      continue;
    }
    EXPECT_EQ(result.exit_code, 130) << result.err;
    EXPECT_THAT(NamesIn(folder), IsEmpty());
    if (result.err.empty()) continue;
    EXPECT_THAT(result.err, HasSubstr("stopped"));
    ++interrupted;
  }
  EXPECT_GE(interrupted, 1);
}

TEST(VideoTest, AFullDiskIsOneLineAndLeavesNothing) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("full_disk");
  for (const char* name : {"out.mp4", "out.gif"}) {
    const ProgramOutcome result =
        RunVideopose({"video", FigureClip(), "-o", folder / name, "--height", "256"},
                     {.largest_file_bytes = 20'000});
    EXPECT_EQ(result.exit_code, 1) << result.err;
    EXPECT_EQ(result.error_line_count(), 1) << result.err;
    EXPECT_THAT(result.err, HasSubstr(name));
    EXPECT_THAT(NamesIn(folder), IsEmpty());
  }
}

TEST(VideoTest, TheReadmeExampleRuns) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("example");
  ASSERT_EQ(RunVideopose({"detect", FigureClip(), "-o", folder / "clip.npz", "--max-frames", "8"})
                .exit_code,
            0);
  fs::create_directory_symlink(SourceFile("models"), folder / "models");
  const ProgramOutcome result = RunProgram(VIDEOPOSE_EXAMPLE_README, {folder});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(CountFrames(folder / "clip_3d.mp4"), 8);
}

}  // namespace videopose::internal::video_test
