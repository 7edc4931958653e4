// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "support/error_of.h"
#include "videopose/base/error.h"
#include "videopose/media.h"
#include "videopose/media/test_clip.h"

namespace videopose::internal::video_reader_test {

namespace fs = std::filesystem;
using test::Clip;
using test::ColourAt;
using test::MakeClip;
using test::NewFolder;
using test::ReadBytes;
using test::ReadNumber;
using test::WriteBytes;
using testing::ElementsAre;
using testing::HasSubstr;

// 4:2:0 and limited range round each of three numbers once on each way: two levels, and one more
// for the encoder.
constexpr int kColourTolerance = 3;

MATCHER_P3(IsColour, b, g, r, "") {
  return std::abs(arg[0] - b) <= kColourTolerance && std::abs(arg[1] - g) <= kColourTolerance &&
         std::abs(arg[2] - r) <= kColourTolerance;
}

std::vector<int> Count(int first, int last) {
  std::vector<int> numbers(static_cast<size_t>(last - first));
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

std::vector<int> ReadNumbers(VideoReader& reader) {
  std::vector<int> numbers;
  for (Image image; reader.Read(image);) numbers.push_back(ReadNumber(image));
  return numbers;
}

std::vector<int> ReadNumbers(const fs::path& path, const VideoReaderOptions& options = {}) {
  VideoReader reader(path, options);
  return ReadNumbers(reader);
}

Image FirstFrame(const fs::path& path) {
  VideoReader reader(path);
  Image image;
  EXPECT_TRUE(reader.Read(image));
  return image;
}

std::string ErrorOfReading(const fs::path& path, const VideoReaderOptions& options = {}) {
  return ErrorOf([&] {
    VideoReader reader(path, options);
    for (Image image; reader.Read(image);) continue;
  });
}

struct Kind {
  const char* name;
  Clip clip;
};

std::vector<Kind> Kinds() {
  return {{"h264.mp4", {}},
          {"fragments.mp4", {.muxer_options = "movflags=frag_keyframe+empty_moov"}},
          {"h264.mkv", {.container = "matroska"}},
          {"h264.ts", {.container = "mpegts"}},
          {"h264.flv", {.container = "flv"}},
          {"raw.h264", {.container = "h264", .time_base = {1, 25}}},
          {"mpeg4.avi", {.container = "avi", .codec = "mpeg4"}},
          {"mpeg2.mpg", {.container = "mpeg", .codec = "mpeg2video"}},
          {"ffv1.mkv", {.container = "matroska", .codec = "ffv1"}},
          {"ntsc.mkv", {.container = "matroska", .time_base = {1001, 30000}}},
          {"sound.mp4", {.audio_codec = "aac"}}};
}

TEST(VideoReader, GivesConstantRateFilesFrameForFrame) {
  const fs::path folder = NewFolder();
  for (const Kind& kind : Kinds()) {
    SCOPED_TRACE(kind.name);
    MakeClip(folder / kind.name, kind.clip);
    VideoReader reader(folder / kind.name);
    EXPECT_EQ(reader.info().width_px, 96);
    EXPECT_EQ(reader.info().height_px, 64);
    EXPECT_NEAR(reader.info().frame_rate.per_second(), 1 / av_q2d(kind.clip.time_base), 1e-9);
    EXPECT_EQ(reader.info().has_audio, !kind.clip.audio_codec.empty());
    EXPECT_EQ(ReadNumbers(reader), Count(0, 30));
    EXPECT_EQ(reader.decode_warnings(), "");
  }
}

TEST(VideoReader, StartsAndStopsWhereTold) {
  const fs::path folder = NewFolder();
  for (const Kind& kind : Kinds()) {
    SCOPED_TRACE(kind.name);
    MakeClip(folder / kind.name, kind.clip);
    const double frame_s = av_q2d(kind.clip.time_base);
    for (const int start : {1, 7, 8, 9, 20, 29}) {
      EXPECT_EQ(ReadNumbers(folder / kind.name, {.start_s = start * frame_s}), Count(start, 30));
      EXPECT_EQ(ReadNumbers(folder / kind.name, {.start_s = (start - 0.5) * frame_s}),
                Count(start, 30));
    }
    EXPECT_EQ(ReadNumbers(folder / kind.name, {.start_s = 5 * frame_s, .end_s = 9 * frame_s}),
              Count(5, 9));
    EXPECT_EQ(ReadNumbers(folder / kind.name, {.start_s = 5 * frame_s, .max_frames = 3}),
              Count(5, 8));
    EXPECT_EQ(ReadNumbers(folder / kind.name, {.max_frames = 0}), Count(0, 0));
  }
  const VideoReader cut(folder / "h264.mp4", {.start_s = 0.5, .max_frames = 100});
  EXPECT_EQ(cut.info().estimated_frame_count, 15);
  EXPECT_THAT(ErrorOfReading(folder / "h264.mp4", {.start_s = 8}),
              HasSubstr("the video lasts 1.00 s"));
  EXPECT_THAT(ErrorOfReading(folder / "h264.mp4", {.start_s = -1}), HasSubstr("give 0 or more"));
  EXPECT_THAT(ErrorOfReading(folder / "h264.mp4", {.start_s = 1, .end_s = 1}),
              HasSubstr("must come after the start"));
}

TEST(VideoReader, KnowsTheRateAtWhichFramesWereTaken) {
  const fs::path path = NewFolder() / "slow.mp4";
  const auto captured_fps = [&](const char* noted, const VideoReaderOptions& options = {}) {
    MakeClip(path, {.muxer_options = "movflags=use_metadata_tags",
                    .metadata = {{"com.android.capture.fps", noted}}});
    const VideoReader reader(path, options);
    EXPECT_EQ(reader.info().frame_rate, (FrameRate{30, 1})) << "the file still plays so";
    return reader.info().captured_fps;
  };
  EXPECT_EQ(captured_fps("240.000000"), 240);
  EXPECT_EQ(captured_fps("29.5"), 30) << "near enough: a telephone's rate wavers";
  EXPECT_EQ(captured_fps("nonsense"), 30);
  EXPECT_EQ(captured_fps("-1"), 30);
  EXPECT_EQ(captured_fps("240", {.captured_fps = 120}), 120) << "who is told, knows";
  EXPECT_THROW(captured_fps("240", {.captured_fps = 0}), Error);
}

TEST(VideoReader, BeginsWithTheFirstFrameWhateverItsTime) {
  const fs::path folder = NewFolder();
  Clip late;
  late.times = Count(0, 30).empty() ? std::vector<int64_t>{} : std::vector<int64_t>(30);
  std::iota(late.times.begin(), late.times.end(), 3000);
  for (const char* container : {"mp4", "matroska", "mpegts"}) {
    SCOPED_TRACE(container);
    late.container = container;
    MakeClip(folder / container, late);
    EXPECT_EQ(ReadNumbers(folder / container), Count(0, 30));
    EXPECT_EQ(ReadNumbers(folder / container, {.start_s = 0.5}), Count(15, 30));
  }
}

// A phone's clip: 30 fps by name, times that wander, two frames lost.
TEST(VideoReader, PutsUnsteadyFramesOnASteadyLine) {
  const fs::path path = NewFolder() / "phone.mp4";
  Clip clip{.frame_count = 40, .time_base = {1, 90000}};
  std::vector<int> expected;
  for (int k = 0, tick = 0; k < 40; ++k, ++tick) {
    if (k == 10 || k == 20) {
      expected.push_back(k - 1);
      ++tick;
    }
    clip.times.push_back(tick * 3000 + (k * 37 % 11 - 5) * (k > 0 ? 60 : 0));
    expected.push_back(k);
  }
  MakeClip(path, clip);
  VideoReader reader(path);
  EXPECT_NEAR(reader.info().frame_rate.per_second(), 30, 0.4);
  EXPECT_EQ(ReadNumbers(reader), expected);
}

constexpr int kOne = 65536;

struct Turn {
  std::vector<int32_t> matrix;
  int rotation_deg;
  bool is_upright_wide;
  double x, y;  // where the stored frame's top left corner comes to lie
};

TEST(VideoReader, TurnsAndMirrorsAsTheContainerSays) {
  const fs::path path = NewFolder() / "turned.mp4";
  const auto matrix = [](int a, int b, int c, int d) {
    return std::vector<int32_t>{a * kOne, b * kOne, 0, c * kOne, d * kOne, 0, 0, 0, 1 << 30};
  };
  const std::vector<Turn> turns = {
      {matrix(1, 0, 0, 1), 0, true, .1, .1},     {matrix(0, 1, -1, 0), 90, false, .9, .1},
      {matrix(-1, 0, 0, -1), 180, true, .9, .9}, {matrix(0, -1, 1, 0), 270, false, .1, .9},
      {matrix(-1, 0, 0, 1), 0, true, .9, .1},    {matrix(1, 0, 0, -1), 180, true, .1, .9}};
  const auto paint = [](int, Image& image) {
    test::Fill(image, 0, 0, image.width_px, image.height_px, 30, 200, 30);
    test::Fill(image, 0, 0, image.width_px / 2, image.height_px / 2, 30, 30, 200);
  };
  for (const Turn& turn : turns) {
    SCOPED_TRACE(testing::PrintToString(turn.matrix));
    MakeClip(path, {.frame_count = 2, .rotation = turn.matrix}, paint);
    VideoReader reader(path);
    EXPECT_EQ(reader.info().rotation_deg, turn.rotation_deg);
    EXPECT_EQ(reader.info().width_px, turn.is_upright_wide ? 96 : 64);
    Image image;
    ASSERT_TRUE(reader.Read(image));
    EXPECT_EQ(image.width_px, reader.info().width_px);
    EXPECT_EQ(image.height_px, reader.info().height_px);
    for (const double x : {.1, .9}) {
      for (const double y : {.1, .9}) {
        const bool is_red = x == turn.x && y == turn.y;
        EXPECT_THAT(ColourAt(image, x, y), is_red ? IsColour(30, 30, 200) : IsColour(30, 200, 30));
      }
    }
    VideoReader small(path, {.scale_to_height_px = 32});
    ASSERT_TRUE(small.Read(image));
    EXPECT_EQ(image.height_px, 32);
    EXPECT_EQ(image.width_px, turn.is_upright_wide ? 48 : 22);
  }
}

TEST(VideoReader, KeepsColoursOfEveryPixelFormat) {
  const fs::path folder = NewFolder();
  const auto paint = [](int, Image& image) {
    test::Fill(image, 0, 0, image.width_px, image.height_px, 60, 120, 190);
  };
  const std::vector<Kind> kinds = {
      {"8 bit", {}},
      {"709", {.matrix = AVCOL_SPC_BT709}},
      {"full range", {.matrix = AVCOL_SPC_BT709, .range = AVCOL_RANGE_JPEG}},
      {"10 bit", {.pixel_format = AV_PIX_FMT_YUV420P10}},
      {"444", {.pixel_format = AV_PIX_FMT_YUV444P, .width_px = 97, .height_px = 65}},
      {"odd", {.container = "matroska", .codec = "ffv1", .width_px = 33, .height_px = 17}},
      {"bgra", {.container = "matroska", .codec = "ffv1", .pixel_format = AV_PIX_FMT_BGRA}},
      {"portrait", {.width_px = 54, .height_px = 96}}};
  for (const Kind& kind : kinds) {
    SCOPED_TRACE(kind.name);
    MakeClip(folder / "clip", kind.clip, paint);
    const Image image = FirstFrame(folder / "clip");
    ASSERT_EQ(image.width_px, kind.clip.width_px);
    ASSERT_EQ(image.height_px, kind.clip.height_px);
    for (const double place : {0.0, 0.5, 0.9}) {
      EXPECT_THAT(ColourAt(image, place, place), IsColour(60, 120, 190));
    }
  }
}

TEST(VideoReader, ReadsGrayAndBlendsTransparentOverBlack) {
  const fs::path path = NewFolder() / "clip.mkv";
  const auto paint = [](int, Image& image) {
    test::Fill(image, 0, 0, image.width_px, image.height_px, 100, 100, 100);
    for (size_t i = 3; i < image.bgrx.size(); i += 4) image.bgrx[i] = 128;
  };
  MakeClip(path,
           {.container = "matroska",
            .codec = "ffv1",
            .pixel_format = AV_PIX_FMT_GRAY8,
            .frame_count = 1},
           paint);
  EXPECT_THAT(ColourAt(FirstFrame(path), .5, .5), IsColour(100, 100, 100));
  MakeClip(
      path,
      {.container = "matroska", .codec = "ffv1", .pixel_format = AV_PIX_FMT_BGRA, .frame_count = 1},
      paint);
  EXPECT_THAT(ColourAt(FirstFrame(path), .5, .5), IsColour(50, 50, 50));
}

TEST(VideoReader, MakesPixelsSquare) {
  const fs::path path = NewFolder() / "clip.mp4";
  MakeClip(path, {.pixel_aspect = {16, 11}});
  VideoReader reader(path);
  EXPECT_EQ(reader.info().width_px, 140);  // 96 * 16 / 11 = 139.6
  EXPECT_EQ(reader.info().height_px, 64);
  EXPECT_EQ(ReadNumbers(reader), Count(0, 30));
}

TEST(VideoReader, DeinterlacesOnlyWhatIsInterlaced) {
  const fs::path path = NewFolder() / "clip.mpg";
  const auto combs = [](int frame, Image& image) {
    for (int y = 0; y < image.height_px; ++y) {
      const uint8_t level = (y + frame) % 2 == 0 ? 200 : 60;
      test::Fill(image, 0, y, image.width_px, y + 1, level, level, level);
    }
  };
  for (const bool is_interlaced : {false, true}) {
    SCOPED_TRACE(is_interlaced);
    MakeClip(path,
             {.container = "mpeg",
              .codec = "mpeg2video",
              .time_base = {1, 25},
              .is_interlaced = is_interlaced,
              .codec_options = {{"qmin", "1"}, {"b", "9M"}}},
             combs);
    VideoReader reader(path);
    EXPECT_EQ(reader.info().frame_rate, (FrameRate{25, 1}));
    int count = 0;
    for (Image image; reader.Read(image); ++count) {
      const int step = std::abs(ColourAt(image, .5, .5)[1] - ColourAt(image, .5, .5 + 1. / 64)[1]);
      const bool is_comb = step > 70;
      const bool is_inside = count > 1 && count < 28;  // yadif has no neighbours at the ends
      if (is_inside) {
        EXPECT_EQ(is_comb, !is_interlaced) << "frame " << count << ": " << step;
      }
    }
    EXPECT_EQ(count, 30);
  }
}

TEST(VideoReader, ReadsAFolderOfImagesInNaturalOrder) {
  const fs::path folder = NewFolder();
  Image image(64, 48);
  for (int k = 0; k < 12; ++k) {
    test::PaintNumber(k, image);
    WriteImage(folder / fmt::format("frame{}.png", k), image);
  }
  WriteBytes(folder / "notes.txt", "not an image");
  VideoReader reader(folder);
  EXPECT_TRUE(reader.info().is_still_images);
  EXPECT_EQ(reader.info().estimated_frame_count, 12);
  EXPECT_EQ(reader.info().frame_rate, (FrameRate{25, 1}));
  EXPECT_EQ(ReadNumbers(reader), Count(0, 12));
  EXPECT_EQ(ReadNumbers(folder, {.start_s = 4 / 25.0, .max_frames = 3}), Count(4, 7));

  // A broken frame is left out, the one before stays.
  const std::string bytes = ReadBytes(folder / "frame5.png");
  WriteBytes(folder / "frame5.png", bytes.substr(0, 40));
  VideoReader broken(folder);
  EXPECT_THAT(ReadNumbers(broken), ElementsAre(0, 1, 2, 3, 4, 4, 6, 7, 8, 9, 10, 11));
  EXPECT_THAT(broken.decode_warnings(), HasSubstr("frame5.png"));

  WriteImage(folder / "frame5.png", Image(32, 48));
  EXPECT_THAT(ErrorOfReading(folder),
              testing::AllOf(HasSubstr("frame5.png: 32x48"), HasSubstr("64x48")));
}

TEST(VideoReader, SaysInOneLineWhatIsWrong) {
  const fs::path folder = NewFolder();
  EXPECT_THAT(ErrorOfReading(folder / "none.mp4"), HasSubstr("none.mp4: no such file"));
  EXPECT_THAT(ErrorOfReading(folder), HasSubstr("no images in it"));
  WriteBytes(folder / "empty.mp4", "");
  EXPECT_THAT(ErrorOfReading(folder / "empty.mp4"), HasSubstr("the file is empty"));
  WriteBytes(folder / "text.mp4", "Dear diary,\ntoday I learned that this is no video.\n");
  EXPECT_THAT(ErrorOfReading(folder / "text.mp4"), HasSubstr("text.mp4: not a video or an image"));
  WriteBytes(folder / "list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://x/y.ts\n");
  EXPECT_THAT(ErrorOfReading(folder / "list.m3u8"), HasSubstr("list.m3u8: a play list"));
  MakeClip(folder / "clip.mp4", {});
  const std::string bytes = ReadBytes(folder / "clip.mp4");
  WriteBytes(folder / "half.mp4", bytes.substr(0, bytes.size() / 2));
  EXPECT_THAT(ErrorOfReading(folder / "half.mp4"), HasSubstr("moov atom not found"));
  if (geteuid() != 0) {
    chmod((folder / "clip.mp4").c_str(), 0);
    EXPECT_THAT(ErrorOfReading(folder / "clip.mp4"), HasSubstr("Permission denied"));
  }
}

TEST(VideoReader, GivesTheFramesBeforeADecodeError) {
  const fs::path folder = NewFolder();
  for (const Kind& kind : Kinds()) {
    const std::string name = kind.name;
    if (name == "h264.mp4" || name == "sound.mp4") continue;  // their index is at the end
    SCOPED_TRACE(name);
    MakeClip(folder / name, kind.clip);
    const std::string bytes = ReadBytes(folder / name);
    WriteBytes(folder / "cut", bytes.substr(0, bytes.size() * 6 / 10));
    VideoReader reader(folder / "cut");
    const std::vector<int> numbers = ReadNumbers(reader);
    ASSERT_GE(numbers.size(), 4U);  // key frames and headers are most of the bytes
    ASSERT_LT(numbers.size(), 28U);
    // The last may be a frame that is partly there.
    for (size_t k = 0; k + 3 < numbers.size(); ++k) EXPECT_EQ(numbers[k], static_cast<int>(k));
  }
  MakeClip(folder / "fast.mp4", {.frame_count = 200, .muxer_options = "movflags=+faststart"});
  const std::string bytes = ReadBytes(folder / "fast.mp4");
  WriteBytes(folder / "cut.mp4", bytes.substr(0, bytes.size() * 6 / 10));
  VideoReader reader(folder / "cut.mp4");
  ReadNumbers(reader);
  EXPECT_THAT(reader.decode_warnings(), testing::AllOf(HasSubstr("cut.mp4: damaged after "),
                                                       HasSubstr("the frames before were used")));
}

// Nothing is asserted about the frames: only that there are never too many, and no crash.
TEST(VideoReader, SurvivesEveryCutAndFlippedBytes) {
  const fs::path folder = NewFolder();
  std::vector<Kind> kinds = Kinds();
  kinds.push_back({"a.gif",
                   {.container = "gif",
                    .codec = "gif",
                    .pixel_format = AV_PIX_FMT_BGR8,
                    .time_base = {1, 25}}});
  kinds.push_back({"a.png",
                   {.container = "image2pipe",
                    .codec = "png",
                    .pixel_format = AV_PIX_FMT_RGB24,
                    .frame_count = 1}});
  kinds.push_back({"a.jpg",
                   {.container = "image2pipe",
                    .codec = "mjpeg",
                    .pixel_format = AV_PIX_FMT_YUVJ420P,
                    .frame_count = 1,
                    .codec_options = {}}});
  const auto expect_few_frames = [&] {
    try {
      VideoReader reader(folder / "hurt", {.threads = 1});
      int64_t count = 0;
      for (Image image; count < 2000 && reader.Read(image);) ++count;
      EXPECT_LT(count, 2000);
    } catch (const Error&) {
      // as good an answer
    }
  };
  for (const Kind& kind : kinds) {
    SCOPED_TRACE(kind.name);
    Clip clip = kind.clip;
    clip.frame_count = std::min(clip.frame_count, 10);
    MakeClip(folder / kind.name, clip);
    const std::string bytes = ReadBytes(folder / kind.name);
    for (size_t part = 0; part < 12; ++part) {
      WriteBytes(folder / "hurt", bytes.substr(0, bytes.size() * part / 12 + part % 3));
      expect_few_frames();
    }
    unsigned random = 1;
    for (int round = 0; round < 12; ++round) {
      std::string hurt = bytes;
      for (size_t flips = 0; flips < 4; ++flips) {
        random = random * 1664525 + 1013904223;
        // Headers, which say how large things are, get half of them.
        const size_t range = flips % 2 == 0 ? std::min<size_t>(300, hurt.size()) : hurt.size();
        hurt[(random >> 8) % range] = static_cast<char>(random >> 3);
      }
      WriteBytes(folder / "hurt", hurt);
      expect_few_frames();
    }
  }
}

TEST(VideoReader, DoesNotAllocateForAbsurdSizes) {
  const fs::path path = NewFolder() / "huge.png";
  WriteImage(path, Image(16, 16));
  std::string bytes = ReadBytes(path);
  for (const size_t at : {16U, 20U}) bytes.replace(at, 4, std::string("\x00\x00\xff\xff", 4));
  WriteBytes(path, bytes);
  EXPECT_THAT(ErrorOfReading(path), HasSubstr("huge.png: "));
}

// What a clip of HDR shows whose signal is grey of this value, 0 to 1. BT.2408, table 1, has the
// signals: reference white (203 cd/m2), the grey card (18 % of it), black.
Image HdrGrey(AVColorTransferCharacteristic transfer, double signal) {
  const fs::path path = NewFolder() / "hdr.mp4";
  const auto level = static_cast<uint8_t>(std::lround(255 * signal));
  MakeClip(path,
           {.pixel_format = AV_PIX_FMT_YUV420P10,
            .width_px = 54,
            .frame_count = 3,
            .matrix = AVCOL_SPC_BT2020_NCL,
            .primaries = AVCOL_PRI_BT2020,
            .transfer = transfer},
           [&](int, Image& image) {
             test::Fill(image, 0, 0, image.width_px, image.height_px, level, level, level);
           });
  return FirstFrame(path);
}

TEST(VideoReader, ToneMapsHdrSoThatWhiteStaysWhite) {
  struct Case {
    AVColorTransferCharacteristic transfer;
    double white, grey;
  };
  for (const auto& [transfer, white, grey] :
       {Case{AVCOL_TRC_ARIB_STD_B67, 0.75, 0.38}, Case{AVCOL_TRC_SMPTE2084, 0.58, 0.38}}) {
    SCOPED_TRACE(transfer);
    const Image of_white = HdrGrey(transfer, white), of_grey = HdrGrey(transfer, grey);
    const auto at_white = ColourAt(of_white, 0.5, 0.5), at_grey = ColourAt(of_grey, 0.9, 0.5);
    // An sRGB signal of 237 is 0.85 of white's light, 109 is 0.15.
    EXPECT_THAT(at_white, IsColour(237, 237, 237));
    EXPECT_NEAR(at_grey[0], 109, 10);
    EXPECT_THAT(at_grey, IsColour(at_grey[0], at_grey[0], at_grey[0]));
    EXPECT_THAT(ColourAt(HdrGrey(transfer, 0), 0.5, 0.5), IsColour(0, 0, 0));
    // Brighter light is still told apart from white, up to 1000 cd/m2.
    const auto bright =
        ColourAt(HdrGrey(transfer, transfer == AVCOL_TRC_SMPTE2084 ? 0.75 : 1), 0.5, 0.5);
    EXPECT_GE(bright[1], 252);
  }
}

TEST(VideoReader, ToneMappingKeepsHues) {
  const fs::path path = NewFolder() / "hdr.mp4";
  // Skin by daylight, as the HLG signal has it: red over green over blue.
  MakeClip(path,
           {.pixel_format = AV_PIX_FMT_YUV420P10,
            .frame_count = 3,
            .matrix = AVCOL_SPC_BT2020_NCL,
            .primaries = AVCOL_PRI_BT2020,
            .transfer = AVCOL_TRC_ARIB_STD_B67},
           [](int, Image& image) {
             test::Fill(image, 0, 0, image.width_px, image.height_px, 110, 130, 160);
           });
  const auto colour = ColourAt(FirstFrame(path), 0.5, 0.5);
  EXPECT_GT(colour[2], colour[1] + 15);
  EXPECT_GT(colour[1], colour[0] + 10);
  EXPECT_GT(colour[0], 90);
}

// As FFmpeg writes it: without a box at the beginning of the file that says so.
TEST(VideoReader, EncryptedVideosAreNamed) {
  const fs::path path = NewFolder() / "clip.mp4";
  MakeClip(path, {.muxer_options = "encryption_scheme=cenc-aes-ctr,"
                                   "encryption_key=000102030405060708090a0b0c0d0e0f,"
                                   "encryption_kid=0123456789abcdef0123456789abcdef"});
  try {
    FirstFrame(path);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the video is encrypted"));
  }
}

TEST(VideoReader, AgreesWithTheFfmpegProgram) {
  if (std::system("ffmpeg -version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no ffmpeg program";
  const fs::path path = NewFolder() / "clip.mp4";
  MakeClip(path, {.matrix = AVCOL_SPC_BT709, .range = AVCOL_RANGE_MPEG});
  const std::string command =
      fmt::format("ffmpeg -v quiet -i '{}' -pix_fmt bgr0 -f rawvideo -", path.string());
  FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  VideoReader reader(path);
  std::vector<uint8_t> expected(96 * 64 * 4);
  for (Image image; reader.Read(image);) {
    ASSERT_EQ(fread(expected.data(), 1, expected.size(), pipe), expected.size());
    EXPECT_EQ(image.bgrx, expected);
  }
  EXPECT_EQ(fread(expected.data(), 1, 1, pipe), 0U);
  pclose(pipe);
}

}  // namespace videopose::internal::video_reader_test
