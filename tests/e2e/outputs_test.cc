// SPDX-License-Identifier: Apache-2.0

// Where outputs go that are no plain new files: devices, pipes, links, full disks; and that signals
// leave nothing behind.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <ostream>
#include <thread>

#include "clips.h"
#include "program.h"
#include "support/deadline.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/files.h"

namespace videopose::internal::outputs_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// Poses to convert, made once.
fs::path Poses() {
  static const fs::path path = [] {
    fs::path file = ProgramFolder() / "poses.npz";
    WritePoses(file, Figure().motion, nullptr);
    return file;
  }();
  return path;
}

// Nodes of the test's own: a defect must not cost the machine its /dev/null. Empty where the system
// lets no node be made.
fs::path Device(const fs::path& path, unsigned minor) {
  const bool is_made =
      mknod(path.c_str(), S_IFCHR | 0666, makedev(1, minor)) == 0 && std::ofstream(path).is_open();
  return is_made ? path : fs::path();
}
constexpr unsigned kNull = 3, kFull = 7;

const std::vector<std::string> kFormats = {".npz", ".npy", ".json", ".bvh", ".csv",
                                           ".trc", ".c3d", ".glb",  ".html"};

void ExpectOneErrorLine(const ProgramOutcome& result, const std::string& part) {
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_EQ(result.error_line_count(), 1) << result.err;
  EXPECT_THAT(result.err,
              AllOf(StartsWith("videopose: "), HasSubstr(part), Not(HasSubstr("internal"))));
}

TEST(OutputsTest, ADeviceIsWrittenToInEveryFormat) {
  const fs::path folder = EmptyFolder("devices");
  for (const std::string& format : kFormats) {
    const fs::path null = Device(folder / ("null" + format), kNull),
                   full = Device(folder / ("full" + format), kFull);
    if (null.empty() || full.empty()) GTEST_SKIP() << "no device can be made here";
    EXPECT_EQ(RunVideopose({"convert", Poses(), null}).exit_code, 0) << format;
    ExpectOneErrorLine(RunVideopose({"convert", Poses(), full}), "No space left");
    EXPECT_TRUE(fs::is_character_file(null) && fs::is_character_file(full)) << format;
  }
  EXPECT_EQ(NamesIn(folder).size(), 2 * kFormats.size());
}

TEST(OutputsTest, APipeIsWrittenToInEveryFormat) {
  const fs::path folder = EmptyFolder("pipes");
  for (const std::string& format : kFormats) {
    const fs::path fifo = folder / ("pipe" + format), plain = folder / ("plain" + format);
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    std::string read;
    std::thread reader([&] { read = Contents(fifo); });
    EXPECT_EQ(RunVideopose({"convert", Poses(), fifo}).exit_code, 0) << format;
    reader.join();
    EXPECT_TRUE(fs::is_fifo(fifo));
    ASSERT_EQ(RunVideopose({"convert", Poses(), plain}).exit_code, 0);
    // Those that tell their own name differ in it.
    EXPECT_TRUE(format == ".trc" || format == ".html" || read == Contents(plain)) << format;
    EXPECT_GT(read.size(), 100U) << format;
  }
}

TEST(OutputsTest, ALinkStaysAndItsTargetIsReplacedWhole) {
  const fs::path folder = EmptyFolder("links");
  fs::create_directories(folder / "store");
  for (const std::string& format : kFormats) {
    const fs::path real = folder / "store" / ("real" + format), link = folder / ("link" + format);
    std::ofstream(real) << "old";
    fs::permissions(real, fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink(real, link);
    EXPECT_EQ(RunVideopose({"convert", Poses(), link}).exit_code, 0) << format;
    EXPECT_TRUE(fs::is_symlink(link)) << format;
    EXPECT_GT(fs::file_size(real), 100U) << format;
    EXPECT_EQ(fs::status(real).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  }
  EXPECT_EQ(NamesIn(folder / "store").size(), kFormats.size());
}

TEST(OutputsTest, AFolderThatCannotBeWrittenToIsAnErrorLine) {
  for (const std::string& format : kFormats) {
    ExpectOneErrorLine(RunVideopose({"convert", Poses(), "/proc/out" + format}), "/proc/out");
  }
}

// Every subcommand that writes a file; formats of poses have tests of their own above.
struct Writer {
  std::string name;
  std::function<std::vector<std::string>()> arguments;  // the output follows
  std::string extension;
  bool needs_models = false;
};
void PrintTo(const Writer& writer, std::ostream* out) { *out << writer.name; }

class EachWriter : public testing::TestWithParam<Writer> {
 protected:
  void SetUp() override {
    if (GetParam().needs_models) SKIP_WITHOUT_MODELS();
    folder_ = EmptyFolder("out");
  }
  ProgramOutcome WriteTo(const fs::path& output, const ProgramOptions& options = {}) const {
    std::vector<std::string> arguments = GetParam().arguments();
    arguments.push_back(output);
    return RunVideopose(arguments, options);
  }
  fs::path Named(const char* name) const { return folder_ / (name + GetParam().extension); }

  fs::path folder_;
};

TEST_P(EachWriter, WritesIntoAPipe) {
  const fs::path fifo = Named("pipe");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const Deadline deadline("the pipe's writer");
  std::string read;
  std::thread reader([&] { read = Contents(fifo); });
  const ProgramOutcome result = WriteTo(fifo);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  reader.join();
  EXPECT_TRUE(fs::is_fifo(fifo));
  EXPECT_GT(read.size(), 100U);
  EXPECT_EQ(NamesIn(folder_).size(), 1U);
}

TEST_P(EachWriter, WritesWhatALinkLeadsTo) {
  const fs::path link = Named("link"), real = Named("real");
  std::ofstream(real) << "old";
  fs::create_symlink(real, link);
  const ProgramOutcome result = WriteTo(link);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_GT(fs::file_size(real), 100U);
  EXPECT_EQ(NamesIn(folder_).size(), 2U);
}

TEST_P(EachWriter, SaysThatADeviceIsFull) {
  const fs::path full = Device(Named("full"), kFull);
  if (full.empty()) GTEST_SKIP() << "no device can be made here";
  ExpectOneErrorLine(WriteTo(full), "No space left");
  EXPECT_TRUE(fs::is_character_file(full));
  EXPECT_EQ(NamesIn(folder_).size(), 1U);
}

TEST_P(EachWriter, LeavesTheOldFileWhereTheDiskIsFull) {
  const fs::path output = Named("out");
  std::ofstream(output) << "old";
  ExpectOneErrorLine(WriteTo(output, {.largest_file_bytes = 500}), output);  // the error line fits
  EXPECT_EQ(Contents(output), "old");
  EXPECT_EQ(NamesIn(folder_).size(), 1U);
}

TEST_P(EachWriter, NamesAFolderThatCannotBeWrittenTo) {
  ExpectOneErrorLine(WriteTo("/proc/out" + GetParam().extension), "/proc/out");
}

std::vector<std::string> Detecting(const char* command, std::vector<std::string> more) {
  std::vector<std::string> arguments = {command, FigureClip(), "--detector", "blazepose-lite",
                                        "-q"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// As COCO has them, of one person in two frames.
fs::path Keypoints() { return TestData("fixtures/openpose/body25b_multi_cam01/cam01.0001.json"); }

INSTANTIATE_TEST_SUITE_P(
    Subcommands, EachWriter,
    testing::Values(Writer{"video",
                           [] {
                             return Detecting("video", {"--max-frames", "3", "-o"});
                           },
                           ".mp4", true},
                    Writer{"video_export",
                           [] {
                             return Detecting("video",
                                              {"--max-frames", "3", "-o",
                                               ProgramFolder() / "beside.mp4", "--export"});
                           },
                           ".npz", true},
                    Writer{"detect",
                           [] {
                             return Detecting("detect", {"--max-frames", "3", "-o"});
                           },
                           ".npz", true},
                    Writer{"live", [] { return Detecting("live", {"-o"}); }, ".npz", true},
                    Writer{"lift",
                           [] {
                             return std::vector<std::string>{"lift",   Keypoints(), "--fps", "25",
                                                             "--size", "480x854",   "-q",    "-o"};
                           },
                           ".npz"},
                    Writer{"render",
                           [] {
                             return std::vector<std::string>{"render", Poses(), "-o"};
                           },
                           ".gif"},
                    Writer{"angles",
                           [] {
                             return std::vector<std::string>{"convert", Poses(), "--angles"};
                           },
                           ".png"},
                    Writer{"report",
                           [] {
                             return std::vector<std::string>{"run",
                                                             "--data-dir",
                                                             TestData("golden/data"),
                                                             "-c",
                                                             TestData("golden/ck_333"),
                                                             "-ste",
                                                             "S9",
                                                             "--evaluate",
                                                             "epoch_1.bin",
                                                             "-arc",
                                                             "3,3,3",
                                                             "--report"};
                           },
                           ".json"},
                    Writer{"models",
                           [] {
                             return std::vector<std::string>{
                                 "models", "causal", TestData("golden/ck_333/epoch_1.bin"), "-o"};
                           },
                           ".bin"}),
    [](const auto& writer) { return writer.param.name; });

// What would cost a file that is read, or one of two that are written. "IN.x" stands for a copy of
// `input` in the folder, "OUT" for the folder.
struct Overwriting {
  std::string name;
  std::function<fs::path()> input;
  std::string copy;  // its name in the folder
  std::vector<std::string> arguments;
  std::string line = "would overwrite the input";
  bool needs_models() const { return arguments[0] == "video" && arguments[1] != "--list"; }
};
void PrintTo(const Overwriting& overwriting, std::ostream* out) { *out << overwriting.name; }

class EachOverwriting : public testing::TestWithParam<Overwriting> {};

TEST_P(EachOverwriting, IsRefusedBeforeTheWork) {
  const Overwriting& tried = GetParam();
  if (tried.needs_models()) SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("overwriting"), copy = folder / tried.copy;
  fs::create_directories(copy.parent_path());
  fs::copy_file(tried.input(), copy);
  fs::create_symlink(tried.copy, folder / ("link" + copy.extension().string()));
  fs::create_symlink("new" + copy.extension().string(),
                     folder / ("other" + copy.extension().string()));
  std::ofstream(folder / "list.txt") << "in.mp4\n";
  const std::string old = Contents(copy), list = Contents(folder / "list.txt");
  const std::vector<std::string> names = NamesIn(folder);
  ProgramOptions options;
  options.working_folder = folder;
  ExpectOneErrorLine(RunVideopose(tried.arguments, options), tried.line);
  EXPECT_TRUE(Contents(copy) == old);
  EXPECT_EQ(Contents(folder / "list.txt"), list);
  EXPECT_EQ(NamesIn(folder), names);
}

fs::path Checkpoint() { return TestData("golden/ck_333/epoch_1.bin"); }

// As an image only its name counts.
const std::vector<Overwriting> kOverwritings = {
    {"video", FigureClip, "in.mp4", {"video", "in.mp4", "-o", "in.mp4"}},
    {"video_by_a_link", FigureClip, "in.mp4", {"video", "in.mp4", "-o", "link.mp4"}},
    {"video_pattern",
     Keypoints,
     "frames/3.jpg",
     {"video", "frames", "-o", "frames/%d.jpg"},
     "would overwrite the input frames/3.jpg"},
    {"video_folder", Keypoints, "frames/3.jpg", {"video", "frames", "-o", "frames/"}},
    {"video_folder_of_its_image",
     Keypoints,
     "frames/000001.png",
     {"video", "frames/000001.png", "-o", "frames/"}},
    {"video_list",
     FigureClip,
     "in.mp4",
     {"video", "--list", "list.txt", "-o", "out", "--report", "list.txt"}},
    {"video_report",
     FigureClip,
     "in.mp4",
     {"video", "--list", "list.txt", "-o", "out", "--report", "in.mp4"}},
    {"video_twice",
     FigureClip,
     "in.mp4",
     {"video", "in.mp4", "-o", "out.mp4", "--export", "x.csv", "--angles", "./x.csv"},
     "would be written twice"},
    {"detect", FigureClip, "in.npz", {"detect", "in.npz", "-o", "./in.npz"}},
    {"lift", Keypoints, "in.json", {"lift", "in.json", "-o", "link.json"}},
    {"lift_over_its_lifter",
     Keypoints,
     "in.json",
     {"lift", "other.json", "--lifter", "in.json", "-o", "in.json"}},
    {"render", FigureClip, "in.mp4", {"render", "list.txt", "--video", "in.mp4", "-o", "link.mp4"}},
    {"live", FigureClip, "in.mp4", {"live", "in.mp4", "-o", "in.mp4"}},
    {"live_by_a_link", FigureClip, "in.mp4", {"live", "in.mp4", "-o", "out.npz", "-o", "link.mp4"}},
    {"live_twice",
     FigureClip,
     "in.mp4",
     {"live", "in.mp4", "-o", "new.mp4", "-o", "other.mp4"},
     "would be written twice"},
    {"convert", Poses, "in.npz", {"convert", "in.npz", "out.bvh", "./in.npz"}},
    {"convert_two_spellings",
     Poses,
     "in.npz",
     {"convert", "in.npz", "x.bvh", "./x.bvh"},
     "would be written twice"},
    {"convert_a_link_to_nothing_yet",
     Poses,
     "in.npz",
     {"convert", "in.npz", "new.npz", "other.npz"},
     "would be written twice"},
    {"demo",
     FigureClip,
     "in.mp4",
     {"demo", "-o", "demo.mp4", "--clip", "./demo.mp4"},
     "would be written twice"},
    {"models_pack", Checkpoint, "in.bin", {"models", "pack", "in.bin", "-o", "in.bin"}},
    {"models_causal", Checkpoint, "in.bin", {"models", "causal", "in.bin", "-o", "link.bin"}},
    {"models_widen",
     Checkpoint,
     "in.bin",
     {"models", "widen", "in.bin", "--channels", "16", "-o", "./in.bin"}},
    {"models_export", Checkpoint, "in.onnx", {"models", "export", "in.onnx", "-o", "in.onnx"}},
    {"report",
     Checkpoint,
     "in.bin",
     {"run", "-c", ".", "--evaluate", "in.bin", "--report", "link.bin"}},
};

INSTANTIATE_TEST_SUITE_P(Subcommands, EachOverwriting, testing::ValuesIn(kOverwritings),
                         [](const auto& tried) { return tried.param.name; });

TEST(OutputsTest, AFullStandardOutputIsAnErrorLine) {
  if (!fs::is_character_file("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const ProgramOptions full{.standard_output = "/dev/full"};
  const fs::path folder = EmptyFolder("full_output");
  const std::vector<std::vector<std::string>> commands = {{"--version"},
                                                          {"help"},
                                                          {"help", "--markdown"},
                                                          {"help", "video"},
                                                          {"info", Poses()},
                                                          {"models", "list"},
                                                          {"models", "path"},
                                                          {"convert", Poses(), folder / "out.npz"},
                                                          {"run", "--print-config"}};
  for (const auto& command : commands) {
    SCOPED_TRACE(testing::PrintToString(command));
    const ProgramOutcome result = RunVideopose(command, full);
    if (result.exit_code == 2) continue;  // another version has no such words
    ExpectOneErrorLine(result, "standard output: cannot write: No space left");
  }
  EXPECT_TRUE(fs::exists(folder / "out.npz")) << "what was asked for is there all the same";
}

TEST(OutputsTest, AFullStandardErrorChangesNoExitCode) {
  EXPECT_EQ(RunVideopose({"info", "missing.npz"}, {.largest_file_bytes = 10}).exit_code, 1);
  EXPECT_EQ(RunVideopose({"info", "--none"}, {.largest_file_bytes = 10}).exit_code, 2);
}

TEST(OutputsTest, LiveEndsWhereItsLinesDoNotArrive) {
  SKIP_WITHOUT_MODELS();
  ExpectOneErrorLine(RunVideopose({"live", FigureClip(), "-q"}, {.standard_output = "/dev/full"}),
                     "standard output: cannot write: No space left");
}

TEST(OutputsTest, AReaderThatLeavesIsNoFailure) {
  const fs::path folder = EmptyFolder("left");
  const ProgramOutcome result = RunProgram(
      "/bin/sh",
      {"-c", std::string(VIDEOPOSE_PROGRAM) + " help --markdown | head -n 1 >/dev/null; echo $?"});
  EXPECT_EQ(result.out, "0\n");
  EXPECT_EQ(result.err, "");
}

TEST(OutputsTest, AStopEndsAProgramThatWaitsForAPipe) {
  const fs::path folder = EmptyFolder("waiting"), fifo = folder / "never.npz";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const Deadline deadline("the program that waits");
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    const ProgramOptions stopped{.interrupt_after = std::chrono::milliseconds(1000),
                                 .signal = signal};
    EXPECT_EQ(RunVideopose({"info", fifo}, stopped).exit_code, 128 + signal);
    EXPECT_EQ(RunVideopose({"convert", Poses(), fifo}, stopped).exit_code, 128 + signal);
    EXPECT_THAT(NamesIn(folder), ElementsAre("never.npz"));
  }
}

TEST(OutputsTest, AStopEndsAProgramThatWaitsForAChild) {
  const fs::path programs = EmptyFolder("programs"), npm = programs / "npm";
  std::ofstream(npm) << "#!/bin/sh\nexec sleep 500\n";
  fs::permissions(npm, fs::perms::owner_all);
  const Deadline deadline("the program whose child waits");
  const ProgramOutcome result =
      RunVideopose({"models", "fetch", "--models-dir", TestFolder() / "models"},
                   {.interrupt_after = std::chrono::milliseconds(1000),
                    .signal = SIGTERM,
                    .environment = {"PATH=" + programs.string() + ":/usr/bin:/bin"}});
  EXPECT_EQ(result.exit_code, 128 + SIGTERM) << result.err;
}

TEST(OutputsTest, EverySignalToStopLeavesNothingBehind) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("stopped");
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    const ProgramOutcome result = RunVideopose(
        {"video", FigureClip(), "-o", folder / "out.mp4", "--export", folder / "out.npz"},
        {.interrupt_after = std::chrono::milliseconds(700), .signal = signal});
    EXPECT_TRUE(result.exit_code == 128 + signal || result.exit_code == 0) << result.err;
    if (result.exit_code != 0) {
      EXPECT_THAT(NamesIn(folder), IsEmpty()) << signal;
    }
  }
}

TEST(OutputsTest, AnIgnoredSignalStaysIgnored) {
  const fs::path folder = EmptyFolder("ignoring"), fifo = folder / "pipe.csv";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const Deadline deadline("the program that ignores");
  // It waits for a reader, who comes long after the signal.
  std::thread reader([&] {
    std::this_thread::sleep_for(std::chrono::seconds(4));
    Contents(fifo);
  });
  EXPECT_EQ(
      RunVideopose({"convert", Poses(), fifo}, {.interrupt_after = std::chrono::milliseconds(500),
                                                .signal = SIGINT,
                                                .ignored_signal = SIGINT})
          .exit_code,
      0);
  reader.join();
}

TEST(OutputsTest, AVideoMayComeThroughAPipe) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("through_a_pipe");
  const std::string options = " --max-frames 5 --detector blazepose-lite -q -o ";
  const ProgramOutcome piped =
      RunProgram("/bin/sh", {"-c", "cat " + FigureClip().string() + " | " + VIDEOPOSE_PROGRAM +
                                       " video -" + options + (folder / "piped.mp4").string()});
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  const ProgramOutcome plain = RunProgram(
      "/bin/sh", {"-c", std::string(VIDEOPOSE_PROGRAM) + " video " + FigureClip().string() +
                            options + (folder / "plain.mp4").string()});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_TRUE(Contents(folder / "piped.mp4") == Contents(folder / "plain.mp4"));
  EXPECT_THAT(NamesIn(folder), ElementsAre("piped.mp4", "plain.mp4"));
}

// Either all outputs of a video are there, or none.
TEST(OutputsTest, AVideosOutputsAppearTogether) {
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("together");
  const std::vector<std::string> arguments = {
      "video",    FigureClip(),       "-o",       folder / "out.mp4",
      "--export", folder / "out.npz", "--export", folder / "out.bvh"};
  // The exports fit, the video does not.
  const ProgramOutcome failed = RunVideopose(arguments, {.largest_file_bytes = 100'000});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(NamesIn(folder), IsEmpty()) << failed.err;
  ASSERT_EQ(RunVideopose(arguments).exit_code, 0);
  EXPECT_THAT(NamesIn(folder), ElementsAre("out.bvh", "out.mp4", "out.npz"));
}

}  // namespace videopose::internal::outputs_test
