// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/live_source.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/media.h"

namespace videopose::internal::live_source_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int kFrames = 12;

fs::path Clip() {
  fs::path path = TestFolder() / "live_source.mp4";
  VideoWriter writer(path, {.width_px = 64, .height_px = 48, .frame_rate = {25, 1}});
  for (int i = 0; i < kFrames; ++i) {
    Image image(64, 48);
    std::fill(image.bgrx.begin(), image.bgrx.end(), static_cast<uint8_t>(20 * i));
    writer.Write(image);
  }
  writer.Close();
  return path;
}

std::string Message(const std::string& source, const LiveSourceOptions& options = {}) {
  try {
    OpenLiveSource(source, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

void ExpectTheClip(LiveSource& source) {
  EXPECT_EQ(source.info().width_px, 64);
  EXPECT_EQ(source.info().height_px, 48);
  EXPECT_DOUBLE_EQ(source.info().fps, 25);
  EXPECT_FALSE(source.info().is_endless || source.info().has_pace);
  Image image;
  double time_s = -1;
  for (int i = 0; i < kFrames; ++i) {
    ASSERT_TRUE(source.Read(image, time_s)) << i;
    EXPECT_NEAR(time_s, 0.04 * i, 1e-3);
    EXPECT_EQ(image.width_px, 64);
    EXPECT_NEAR(image.bgrx[4000], 20 * i, 12) << "lossy";
  }
  EXPECT_FALSE(source.Read(image, time_s));
  EXPECT_EQ(source.error_text(), "");
}

// Reads its standard input from a file while it is there.
class StandardInput {
 public:
  explicit StandardInput(const fs::path& path) : saved_(dup(0)) {
    const int file = open(path.c_str(), O_RDONLY);
    dup2(file, 0);
    close(file);
  }
  ~StandardInput() {
    dup2(saved_, 0);
    close(saved_);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

 private:
  int saved_;
};

TEST(LiveSource, AFile) { ExpectTheClip(*OpenLiveSource(Clip().string())); }

TEST(LiveSource, TheStandardInput) {
  const StandardInput input(Clip());
  ExpectTheClip(*OpenLiveSource("-"));
}

TEST(LiveSource, WhatIsNoVideoIsOneLine) {
  const fs::path text = TestFolder() / "live_source.txt";
  std::ofstream(text) << "no video";
  {
    const StandardInput input(text);
    EXPECT_THAT(Message("-"), HasSubstr("standard input: cannot open"));
  }
  EXPECT_THAT(Message("nothing.mp4"), HasSubstr("nothing.mp4: no such file"));
  EXPECT_THAT(Message("/dev/video97"), HasSubstr("/dev/video97: cannot open"));
  EXPECT_THAT(Message("/dev/null"), HasSubstr("/dev/null: cannot open")) << "a device, no camera";
  EXPECT_EQ(Message("/dev/null").find('\n'), std::string::npos);
  EXPECT_THAT(Message("http://127.0.0.1:1/x"), HasSubstr("http://127.0.0.1:1/x: cannot open"));
  EXPECT_THAT(Message("nonsense://x"), HasSubstr("nonsense://x: cannot open"));
}

// Neither an address nor a play list on the standard input may lead to the files of this machine.
TEST(LiveSource, AddressesDoNotLeadToFiles) {
  const fs::path clip = Clip();
  EXPECT_THAT(Message("file://" + clip.string()), HasSubstr("cannot open"));
  EXPECT_THAT(Message("concat://" + clip.string()), HasSubstr("cannot open"));
  const fs::path list = TestFolder() / "live_source.m3u8";
  std::ofstream(list) << "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" << clip.string()
                      << "\n#EXT-X-ENDLIST\n";
  const StandardInput input(list);
  EXPECT_NE(Message("-"), "");
}

TEST(LiveSource, EveryBeginningOfAFileComesToAnEnd) {
  std::ifstream file(Clip(), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(file)), {});
  const fs::path cut = TestFolder() / "live_source_cut.mp4";
  for (size_t size = 1; size < whole.size(); size += 1 + whole.size() / 40) {
    std::ofstream(cut, std::ios::binary) << whole.substr(0, size);
    const StandardInput input(cut);
    try {
      const auto source = OpenLiveSource("-");
      Image image;
      double time_s = 0;
      int frames = 0;
      while (source->Read(image, time_s)) ++frames;
      EXPECT_LE(frames, kFrames);
    } catch (const Error&) {  // as good
    }
  }
}

TEST(LiveSource, AStopEndsTheWaiting) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const int saved = dup(0);
  dup2(pipe_ends[0], 0);
  const std::atomic<bool> stop{true};
  // Nothing ever comes; without the stop this would last a hundred seconds.
  EXPECT_NE(Message("-", {.timeout_s = 100, .stop_requested = &stop}), "");
  dup2(saved, 0);
  for (const int end : {pipe_ends[0], pipe_ends[1], saved}) close(end);
}

}  // namespace videopose::internal::live_source_test
