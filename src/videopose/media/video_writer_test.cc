// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "support/error_of.h"
#include "videopose/base/error.h"
#include "videopose/media.h"
#include "videopose/media/media_input.h"
#include "videopose/media/test_clip.h"

namespace videopose::internal::video_writer_test {

namespace fs = std::filesystem;
using test::MakeClip;
using test::NewFolder;
using test::ReadBytes;
using test::ReadNumber;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> NamesIn(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Image Numbered(int number, int width_px = 96, int height_px = 64) {
  Image image(width_px, height_px);
  test::PaintNumber(number, image);
  return image;
}

void WriteNumbers(const fs::path& path, int count, VideoWriterOptions options = {}) {
  if (options.width_px == 0) options.width_px = 96, options.height_px = 64;
  VideoWriter writer(path, options);
  for (int k = 0; k < count; ++k) {
    writer.Write(Numbered(k, options.width_px, options.height_px));
  }
  writer.Close();
}

// Checks that the frames are 0, 1, 2, ... and returns how many.
int CountNumbers(const fs::path& path) {
  VideoReader reader(path);
  int count = 0;
  for (Image image; reader.Read(image); ++count) EXPECT_EQ(ReadNumber(image), count);
  EXPECT_EQ(reader.decode_warnings(), "");
  return count;
}

TEST(VideoWriter, WritesMp4ForEveryPlayer) {
  const fs::path path = NewFolder() / "out.mp4";
  WriteNumbers(path, 50, {.width_px = 97, .height_px = 65, .frame_rate = {30000, 1001}});
  VideoReader reader(path);
  EXPECT_EQ(reader.info().codec, "h264");
  EXPECT_EQ(reader.info().width_px, 98);
  EXPECT_EQ(reader.info().height_px, 66);
  EXPECT_EQ(reader.info().frame_rate, (FrameRate{30000, 1001}));
  EXPECT_NEAR(reader.info().duration_s, 50 * 1001 / 30000.0, 1e-3);
  EXPECT_FALSE(reader.info().has_audio);
  EXPECT_EQ(CountNumbers(path), 50);
  EXPECT_THAT(NamesIn(path.parent_path()), ElementsAre("out.mp4"));

  MediaInput input(path);
  input.FindStreamInfo();
  const AVCodecParameters* parameters = input.BestStream(AVMEDIA_TYPE_VIDEO)->codecpar;
  EXPECT_EQ(parameters->format, AV_PIX_FMT_YUV420P);
  EXPECT_EQ(parameters->color_space, AVCOL_SPC_BT709);
  EXPECT_EQ(parameters->color_range, AVCOL_RANGE_MPEG);
  const std::string bytes = ReadBytes(path);
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat")) << "a browser could not begin to play";
}

TEST(VideoWriter, KeepsColours) {
  const fs::path folder = NewFolder();
  Image image(64, 48);
  test::Fill(image, 0, 0, 64, 48, 60, 120, 190);
  const std::vector<int> expected = {60, 120, 190};
  for (const char* name : {"a.mp4", "a.gif", "a.png", "a.jpg"}) {
    SCOPED_TRACE(name);
    WriteImage(folder / name, image);
    const std::vector<int> colour = test::ColourAt(ReadImage(folder / name), .5, .5);
    // One rounding each to YUV, in the encoder, and back.
    for (size_t c = 0; c < 3; ++c) EXPECT_NEAR(colour[c], expected[c], 3);
  }
}

TEST(VideoWriter, ObeysBitrate) {
  const fs::path folder = NewFolder();
  const auto noisy = [](const fs::path& path, int kbps) {
    VideoWriter writer(path, {.width_px = 128, .height_px = 128, .bitrate_kbps = kbps});
    Image image(128, 128);
    unsigned random = 1;
    for (int k = 0; k < 100; ++k) {
      for (uint8_t& byte : image.bgrx) byte = (random = random * 1664525 + 1013904223) >> 24;
      writer.Write(image);
    }
    writer.Close();
    return static_cast<double>(fs::file_size(path)) * 8 / 1000 / 4;
  };
  // The rate control of a clip this short is rough.
  EXPECT_NEAR(noisy(folder / "a.mp4", 400), 400, 200);
  EXPECT_NEAR(noisy(folder / "b.mp4", 1600), 1600, 800);
}

TEST(VideoWriter, LeavesNothingBehindWithoutClose) {
  const fs::path folder = NewFolder();
  for (const char* name : {"a.mp4", "a.gif", "a.png", "frames/", "more/%03d.jpg"}) {
    VideoWriter writer(folder / name, {.width_px = 96, .height_px = 64});
    writer.Write(Numbered(1));
  }
  EXPECT_THAT(NamesIn(folder), IsEmpty());
}

TEST(VideoWriter, WritesGifsThatLastAsLongAsTheyShould) {
  const fs::path folder = NewFolder();
  // 100 / 30 is no whole number of hundredths of a second.
  WriteNumbers(folder / "a.gif", 60, {.frame_rate = {30, 1}});
  EXPECT_EQ(CountNumbers(folder / "a.gif"), 60);
  EXPECT_NEAR(VideoReader(folder / "a.gif").info().duration_s, 2, 0.02);
  EXPECT_THAT(ReadBytes(folder / "a.gif"),
              HasSubstr(std::string("NETSCAPE2.0\x03\x01\x00\x00", 15)));
  EXPECT_THAT(NamesIn(folder), ElementsAre("a.gif"));

  // More than 50 frames a second a GIF cannot have.
  WriteNumbers(folder / "b.gif", 120, {.frame_rate = {120, 1}});
  VideoReader fast(folder / "b.gif");
  EXPECT_NEAR(fast.info().duration_s, 1, 0.03);
  EXPECT_LE(fast.info().frame_rate.per_second(), 50);
}

TEST(VideoWriter, GivesAGifTheColoursOfItsEnd) {
  const fs::path path = NewFolder() / "a.gif";
  VideoWriter writer(path, {.width_px = 64, .height_px = 48});
  Image image(64, 48);
  for (int k = 0; k < 40; ++k) {
    for (int x = 0; x < 64; ++x) {
      const auto level = static_cast<uint8_t>(4 * x);
      const uint8_t other = k < 20 ? 0 : level;  // blues, then magentas
      test::Fill(image, x, 0, x + 1, 48, level, 0, other);
    }
    writer.Write(image);
  }
  writer.Close();
  VideoReader reader(path);
  Image last;
  while (reader.Read(last)) continue;
  for (int x = 8; x < 64; x += 8) {
    const std::vector<int> colour = test::ColourAt(last, x / 64.0, .5);
    EXPECT_NEAR(colour[0], 4 * x, 16);
    EXPECT_NEAR(colour[1], 0, 16);
    EXPECT_NEAR(colour[2], 4 * x, 16);
  }
}

TEST(VideoWriter, WritesSingleImages) {
  const fs::path folder = NewFolder();
  Image image(33, 17);
  for (size_t i = 0; i < image.bgrx.size(); ++i) {
    image.bgrx[i] = i % 4 == 3 ? 255 : static_cast<uint8_t>(i * 31);
  }
  WriteImage(folder / "a.png", image);
  EXPECT_EQ(ReadImage(folder / "a.png"), image);
  WriteImage(folder / "a.JPG", Numbered(77));
  EXPECT_EQ(ReadNumber(ReadImage(folder / "a.JPG")), 77);
  EXPECT_THAT(ErrorOf([&] { WriteNumbers(folder / "b.png", 2); }),
              testing::AllOf(HasSubstr("b.png: one image"), HasSubstr("b_%05d.png")));
  EXPECT_THAT(NamesIn(folder), ElementsAre("a.JPG", "a.png"));
}

TEST(VideoWriter, WritesNumberedImages) {
  const fs::path folder = NewFolder();
  WriteNumbers(folder / "new/", 12);
  EXPECT_EQ(CountNumbers(folder / "new"), 12);
  EXPECT_EQ(NamesIn(folder / "new").front(), "000001.png");

  WriteNumbers(folder / "pattern" / "x%d.jpg", 12);
  EXPECT_EQ(CountNumbers(folder / "pattern"), 12);
  EXPECT_TRUE(fs::exists(folder / "pattern" / "x12.jpg"));

  fs::create_directory(folder / "old");
  WriteNumbers(folder / "old", 3);
  EXPECT_THAT(NamesIn(folder / "old"), ElementsAre("000001.png", "000002.png", "000003.png"));
  EXPECT_THAT(NamesIn(folder), ElementsAre("new", "old", "pattern"));
}

TEST(VideoWriter, RefusesWhatItCannotDo) {
  const fs::path folder = NewFolder();
  EXPECT_THAT(ErrorOf([&] { WriteNumbers(folder / "a.avi", 1); }),
              testing::AllOf(HasSubstr("\".avi\""), HasSubstr(".mp4, .gif")));
  EXPECT_THAT(ErrorOf([&] { WriteNumbers(folder / "noext", 1); }), HasSubstr(".mp4, .gif"));
  EXPECT_THAT(ErrorOf([&] { WriteNumbers(folder / "none" / "a.mp4", 1); }),
              HasSubstr("does not exist"));
  EXPECT_THAT(ErrorOf([&] {
                WriteNumbers(folder / "a.mp4", 1, {.frame_rate = {0, 1}});
              }),
              HasSubstr("0/1 frames per second"));
  for (const char* name : {"a.mp4", "a.gif", "a.png", "frames/"}) {
    EXPECT_THAT(ErrorOf([&] { WriteNumbers(folder / name, 0); }), HasSubstr("no frame to write"));
  }
  EXPECT_THAT(NamesIn(folder), IsEmpty());
}

// No file of this process may grow past this; writing then fails as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit = {bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

TEST(VideoWriter, SaysThatTheDiskIsFull) {
  const fs::path folder = NewFolder();
  for (const char* name : {"a.mp4", "a.gif", "a.png", "frames/"}) {
    for (const rlim_t limit : {0, 700, 5000}) {
      SCOPED_TRACE(fmt::format("{} {}", name, limit));
      const FileSizeLimit guard(limit);
      const int count = std::string(name) == "a.png" ? 1 : 20;
      const std::string error = ErrorOf([&] {
        VideoWriter writer(folder / name, {.width_px = 256, .height_px = 256});
        Image image(256, 256);
        unsigned random = 1;
        for (int k = 0; k < count; ++k) {
          for (uint8_t& byte : image.bgrx) byte = (random = random * 1664525 + 1013904223) >> 24;
          writer.Write(image);
        }
        writer.Close();
      });
      EXPECT_THAT(error, testing::AllOf(HasSubstr("cannot write"), HasSubstr("File too large")));
    }
  }
  EXPECT_THAT(NamesIn(folder), IsEmpty());
}

struct AudioSpan {
  AVCodecID codec = AV_CODEC_ID_NONE;
  double onset_s = -1, end_s = 0;  // of the tone; of the whole
};

AudioSpan Listen(const fs::path& path) {
  MediaInput input(path);
  input.FindStreamInfo();
  const AVStream* stream = input.BestStream(AVMEDIA_TYPE_AUDIO);
  if (stream == nullptr) return {};
  AudioSpan audio{.codec = stream->codecpar->codec_id};
  const auto decoder = input.OpenDecoder(stream, 1);
  const auto packet = NewPacket();
  const auto frame = NewFrame();
  for (bool is_over = false; !is_over;) {
    is_over = av_read_frame(input.format(), packet.get()) < 0;
    if (!is_over && packet->stream_index != stream->index) {
      av_packet_unref(packet.get());
      continue;
    }
    avcodec_send_packet(decoder.get(), is_over ? nullptr : packet.get());
    av_packet_unref(packet.get());
    while (avcodec_receive_frame(decoder.get(), frame.get()) >= 0) {
      const double t = static_cast<double>(frame->pts) * av_q2d(stream->time_base);
      const auto* samples = reinterpret_cast<const float*>(frame->data[0]);
      for (int i = 0; i < frame->nb_samples && audio.onset_s < 0; ++i) {
        if (std::abs(samples[i]) > 0.1F) audio.onset_s = t + i / 48000.0;
      }
      audio.end_s = t + frame->nb_samples / 48000.0;
    }
  }
  return audio;
}

TEST(VideoWriter, KeepsAudioInTime) {
  const fs::path folder = NewFolder();
  for (const auto& [container, codec] : std::vector<std::pair<const char*, const char*>>{
           {"mp4", "aac"}, {"mpegts", "aac"}, {"mov", "pcm_s16le"}, {"matroska", "libvorbis"}}) {
    SCOPED_TRACE(codec);
    const fs::path from = folder / container;
    MakeClip(
        from,
        {.container = container, .frame_count = 90, .audio_codec = codec, .tone_start_s = 1.5});
    for (const double start_s : {0.0, 1.0}) {
      SCOPED_TRACE(start_s);
      WriteNumbers(folder / "out.mp4", 45,
                   {.frame_rate = {30, 1}, .audio_from = from, .audio_start_s = start_s});
      const AudioSpan audio = Listen(folder / "out.mp4");
      EXPECT_EQ(audio.codec, AV_CODEC_ID_AAC);
      // In 1.5 s the tone is not reached from 0 on. AAC blurs an onset over a block of 1024
      // samples.
      if (start_s == 0) {
        EXPECT_TRUE(audio.onset_s < 0 || audio.onset_s > 1.47) << audio.onset_s;
      } else {
        EXPECT_NEAR(audio.onset_s, 0.5, 0.03);
      }
      EXPECT_NEAR(audio.end_s, 1.5, 0.05);
      EXPECT_EQ(CountNumbers(folder / "out.mp4"), 45);
    }
  }
}

TEST(VideoWriter, WritesNoAudioWhereThereIsNone) {
  const fs::path folder = NewFolder();
  MakeClip(folder / "silent.mp4", {});
  WriteNumbers(folder / "out.mp4", 5, {.audio_from = folder / "silent.mp4"});
  EXPECT_FALSE(VideoReader(folder / "out.mp4").info().has_audio);
  EXPECT_THAT(
      ErrorOf([&] { WriteNumbers(folder / "no.mp4", 5, {.audio_from = folder / "none.mp4"}); }),
      HasSubstr("none.mp4: no such file"));
  EXPECT_THAT(NamesIn(folder), ElementsAre("out.mp4", "silent.mp4"));
}

}  // namespace videopose::internal::video_writer_test
