// SPDX-License-Identifier: Apache-2.0

// Bad input: exit code 1, one line that names the file; wrong usage: exit code 2. Nothing is left
// behind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/files.h"

namespace videopose::internal::errors_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ErrorsTest : public testing::Test {
 protected:
  void SetUp() override {
    input_ = EmptyFolder("errors_in");
    output_ = EmptyFolder("errors_out");
    std::ofstream(input_ / "empty.mp4").flush();
    std::ofstream(input_ / "text.mp4") << "not a video, just words\n";
    std::ofstream(input_ / "notes.txt") << "words\n";
    fs::create_directories(input_ / "no_images");
    std::ofstream(input_ / "no_images/readme.txt") << "words\n";
  }

  // Expects exit code 1 and one line with each of `parts`.
  void ExpectOneLine(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& parts) {
    const ProgramOutcome result = RunVideopose(arguments);
    const std::string command = testing::PrintToString(arguments);
    EXPECT_EQ(result.exit_code, 1) << command << result.err;
    EXPECT_EQ(result.error_line_count(), 1) << command << result.err;
    EXPECT_THAT(result.err, StartsWith("videopose: ")) << command;
    for (const std::string& part : parts) EXPECT_THAT(result.err, HasSubstr(part)) << command;
    EXPECT_THAT(NamesIn(output_), IsEmpty()) << command;
  }

  fs::path input_, output_;
};

TEST_F(ErrorsTest, InputsThatAreNoVideo) {
  SKIP_WITHOUT_MODELS();
  for (const char* name : {"missing.mp4", "empty.mp4", "text.mp4", "no_images"}) {
    ExpectOneLine({"video", input_ / name, "-o", output_ / "out.mp4"}, {name});
    ExpectOneLine({"detect", input_ / name, "-o", output_ / "out.npz"}, {name});
  }
}

TEST_F(ErrorsTest, OutputsThatCannotBe) {
  SKIP_WITHOUT_MODELS();
  const std::string clip = FigureClip();
  const std::string before = Contents(clip);
  ExpectOneLine({"video", clip, "-o", clip}, {"overwrite"});
  EXPECT_EQ(Contents(clip), before);
  ExpectOneLine({"video", clip, "-o", output_ / "out.xyz"}, {"out.xyz", ".mp4"});
  ExpectOneLine({"video", clip, "-o", output_ / "no/such/out.mp4"}, {"no/such"});
  ExpectOneLine({"video", clip, "-o", output_ / "out.mp4", "--export", output_ / "out.doc"},
                {"out.doc", ".npz"});
  ExpectOneLine({"detect", clip, "-o", output_ / "out.doc"}, {"out.doc", ".npz"});
}

TEST_F(ErrorsTest, ModelsThatAreNotThere) {
  const std::string clip = FigureClip();
  ExpectOneLine({"video", clip, "-o", output_ / "out.mp4", "--models-dir", input_},
                {"models fetch", input_});
  ExpectOneLine({"video", clip, "-o", output_ / "out.mp4", "--detector", input_ / "none.onnx"},
                {"none.onnx"});
  ExpectOneLine({"models", "fetch", "--from", input_ / "notes.txt", "--models-dir", output_},
                {"notes.txt"});
  ExpectOneLine({"lift", input_ / "missing.npz", "-o", output_ / "out.npz"}, {"missing.npz"});
}

TEST_F(ErrorsTest, FlagsOfModelsExportGoWithNothingElse) {
  for (const char* flag : {"--streaming", "--causal", "--dense"}) {
    const auto result = RunVideopose({"models", "pack", TestData("golden/ck_333/epoch_1.bin"), "-o",
                                      output_ / "lifter.bin", flag});
    EXPECT_EQ(result.exit_code, 2) << flag;
    EXPECT_THAT(result.err, testing::HasSubstr("--streaming")) << flag;
    EXPECT_FALSE(fs::exists(output_ / "lifter.bin")) << flag;
  }
}

TEST_F(ErrorsTest, FilesOfTheWrongKind) {
  const std::string text = input_ / "notes.txt";
  ExpectOneLine({"lift", text, "-o", output_ / "out.npz"}, {"notes.txt"});
  ExpectOneLine({"render", text, "-o", output_ / "out.mp4"}, {"notes.txt"});
  ExpectOneLine({"info", text}, {"notes.txt"});
  ExpectOneLine({"info", input_ / "missing.bin"}, {"missing.bin"});
}

TEST_F(ErrorsTest, ALifterThatIsNone) {
  SKIP_WITHOUT_MODELS();
  ExpectOneLine(
      {"video", FigureClip(), "-o", output_ / "out.mp4", "--lifter", input_ / "notes.txt"},
      {"notes.txt"});
}

TEST_F(ErrorsTest, SayWhatTheFileIsAndWhatToDo) {
  const fs::path keypoints = input_ / "keypoints.npz";
  WriteKeypoints(keypoints, Figure().keypoints);
  ExpectOneLine({"convert", keypoints, output_ / "out.bvh"}, {"keypoints.npz", "videopose lift"});
  const fs::path webp = input_ / "moves.webp";
  std::ofstream(webp, std::ios::binary)
      << std::string("RIFF\x64\0\0\0WEBPVP8X\x0A\0\0\0\x02", 21) << std::string(87, '\0');
  ExpectOneLine({"info", webp}, {"moves.webp", "animated WebP"});
  ExpectOneLine({"info", "/proc/self/mem"}, {"/proc/self/mem", "Input/output error"});
  const ProgramOutcome address = RunVideopose({"video", "https://example.org/a.mp4"});
  EXPECT_EQ(address.exit_code, 2);
  EXPECT_THAT(address.err, HasSubstr("videopose live"));
  EXPECT_LT(RunVideopose({"video", "a.mp4", "--focal", "0"}).err.size(), 200U);
}

TEST_F(ErrorsTest, WrongUsageExitsWith2) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"vidoe"},
                                                    {"video"},
                                                    {"video", "a.mp4", "--them", "dark"},
                                                    {"video", "a.mp4", "--height", "tall"},
                                                    {"render", "a.npz"},
                                                    {"video", "a.mp4", "--detector", "big"},
                                                    {"video", "a.mp4", "--max-frames", "0"}}) {
    const ProgramOutcome result = RunVideopose(arguments);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(arguments);
    EXPECT_THAT(result.out, IsEmpty());
  }
  EXPECT_THAT(RunVideopose({"video", "a.mp4", "--them", "dark"}).err,
              HasSubstr("did you mean '--theme'?"));
}

TEST_F(ErrorsTest, HelpAndVersion) {
  EXPECT_EQ(RunVideopose({"help"}).exit_code, 0);
  EXPECT_THAT(RunVideopose({"help", "video"}).out, HasSubstr("--detector"));
  EXPECT_THAT(RunVideopose({"video", "--help"}).out, HasSubstr("--detector"));
  EXPECT_THAT(RunVideopose({"--version"}).out, StartsWith("videopose "));
}

}  // namespace videopose::internal::errors_test
