// SPDX-License-Identifier: Apache-2.0

// What is said of damaged files with FFmpeg's log and without.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "videopose/media.h"
#include "videopose/media/ffmpeg_util.h"
#include "videopose/media/test_clip.h"

namespace videopose::internal::ffmpeg_log_test {

// All tests of this program read error texts with FFmpeg's words in them.
const bool captured = (CaptureFfmpegLog(), true);

std::string DecodeWarningsOf(const std::filesystem::path& path) {
  VideoReader reader(path, {.threads = 1});
  for (Image image; reader.Read(image);) continue;
  return reader.decode_warnings();
}

void PaintNoise(int frame, Image& image) {
  unsigned random = static_cast<unsigned>(frame) + 1;
  for (uint8_t& value : image.bgrx) {
    random = random * 1664525 + 1013904223;
    value = static_cast<uint8_t>(random >> 24);
  }
}

TEST(FfmpegLog, DecodeErrorsAreNoticedWithoutTheLogToo) {
  ASSERT_TRUE(captured);
  const std::filesystem::path folder = test::NewFolder();
  test::MakeClip(folder / "clip.mp4",
                 {.frame_count = 60, .codec_options = {{"g", "60"}, {"bf", "0"}}}, PaintNoise);
  std::string bytes = test::ReadBytes(folder / "clip.mp4");
  const size_t data = bytes.find("mdat");
  ASSERT_NE(data, std::string::npos);
  // Within the key frame, which has some thousand bytes of noise behind the encoder's own words.
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(data) + 2000, 40, '\xA5');
  test::WriteBytes(folder / "hurt.mp4", bytes);

  EXPECT_NE(DecodeWarningsOf(folder / "hurt.mp4"), "");
  CaptureFfmpegLog(false);
  const std::string warnings = DecodeWarningsOf(folder / "hurt.mp4");
  CaptureFfmpegLog();
  EXPECT_NE(warnings, "");
}

TEST(FfmpegLog, TheLibraryLeavesItAlone) {
  CaptureFfmpegLog(false);
  const std::filesystem::path folder = test::NewFolder();
  test::MakeClip(folder / "clip.mp4", {});
  EXPECT_EQ(DecodeWarningsOf(folder / "clip.mp4"), "");
  av_log(nullptr, AV_LOG_ERROR, "these words go to stderr\n");
  EXPECT_EQ(TakeFfmpegMessage(), "");
  CaptureFfmpegLog();
  av_log(nullptr, AV_LOG_ERROR, "these words are kept\n");
  EXPECT_EQ(TakeFfmpegMessage(), "these words are kept");
}

}  // namespace videopose::internal::ffmpeg_log_test
