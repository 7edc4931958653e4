// What is said of damaged files with FFmpeg's log and without.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "videopose/media/ffmpeg_util.h"
#include "videopose/media/test_clip.h"
#include "videopose/media/video_reader.h"

namespace videopose {
namespace {

// All tests of this program read error texts with FFmpeg's words in them.
const bool captured = (CaptureFfmpegLog(), true);

std::string DamageOf(const std::filesystem::path& path) {
  VideoReader reader(path, {.threads = 1});
  for (Image image; reader.Read(image);) continue;
  return reader.damage();
}

TEST(FfmpegLog, DamageIsNoticedWithoutTheLogToo) {
  ASSERT_TRUE(captured);
  const std::filesystem::path folder = test::NewFolder();
  test::MakeClip(folder / "clip.mp4",
                 {.frame_count = 60, .codec_options = {{"g", "60"}, {"bf", "0"}}});
  std::string bytes = test::ReadBytes(folder / "clip.mp4");
  const size_t data = bytes.find("mdat");
  ASSERT_NE(data, std::string::npos);
  // Within the key frame, which is most of the bytes, behind its headers.
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(data) + 1200, 40, '\xA5');
  test::WriteBytes(folder / "hurt.mp4", bytes);

  EXPECT_NE(DamageOf(folder / "hurt.mp4"), "");
  CaptureFfmpegLog(false);
  const std::string damage = DamageOf(folder / "hurt.mp4");
  CaptureFfmpegLog();
  EXPECT_NE(damage.find("a picture is only partly readable"), std::string::npos) << damage;
}

TEST(FfmpegLog, TheLibraryLeavesItAlone) {
  CaptureFfmpegLog(false);
  const std::filesystem::path folder = test::NewFolder();
  test::MakeClip(folder / "clip.mp4", {});
  EXPECT_EQ(DamageOf(folder / "clip.mp4"), "");
  av_log(nullptr, AV_LOG_ERROR, "these words go to stderr\n");
  EXPECT_EQ(TakeFfmpegMessage(), "");
  CaptureFfmpegLog();
  av_log(nullptr, AV_LOG_ERROR, "these words are kept\n");
  EXPECT_EQ(TakeFfmpegMessage(), "these words are kept");
}

}  // namespace
}  // namespace videopose
