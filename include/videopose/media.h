// SPDX-License-Identifier: Apache-2.0

// Images in memory, image files, and videos read and written frame by frame.

#ifndef VIDEOPOSE_MEDIA_H_
#define VIDEOPOSE_MEDIA_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace videopose {

// An image in memory, the same from decoder to encoder: 4 bytes a pixel in the order B, G, R,
// unused, which is both FFmpeg's BGR0 and Cairo's RGB24 on little-endian machines, so that nothing
// is converted in between.
struct Image {
  static constexpr int kBytesPerPixel = 4;

  int width_px = 0, height_px = 0;
  std::vector<uint8_t> bgrx;  // height * stride_bytes(), rows from the top

  Image() = default;
  Image(int width, int height)
      : width_px(width),
        height_px(height),
        bgrx(static_cast<size_t>(width) * height * kBytesPerPixel) {}

  size_t stride_bytes() const { return static_cast<size_t>(width_px) * kBytesPerPixel; }
  uint8_t* row(int y) { return bgrx.data() + static_cast<size_t>(y) * stride_bytes(); }
  const uint8_t* row(int y) const { return bgrx.data() + static_cast<size_t>(y) * stride_bytes(); }
  bool operator==(const Image&) const = default;
};

// Single images from and to files.

// Any image FFmpeg reads, upright, transparent parts black; of a video the first frame. Throws
// Error.
Image ReadImage(const std::filesystem::path& path);

// .png or .jpg, by the name. Throws Error.
void WriteImage(const std::filesystem::path& path, const Image& image);

// Frames of any video, image or folder of images, upright and at a steady frame rate.

// Frame rates are exact fractions (30000/1001); a double would drift.
struct FrameRate {
  int64_t numerator = 25, denominator = 1;
  double per_second() const {
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  }
  bool operator==(const FrameRate&) const = default;
};

struct VideoReaderOptions {
  double start_s = 0;                 // frames before this time are left out
  std::optional<double> end_s;        // frames from this time on are left out
  std::optional<int64_t> max_frames;  // at most so many
  // Frames a second at which the frames were taken, where the file plays slower or faster; times
  // above are the file's. None: as the file says.
  std::optional<double> captured_fps;
  int scale_to_height_px =
      0;            // > 0: frames come scaled to this height (width keeps the aspect, even numbers)
  int threads = 0;  // of the decoder; 0: ThreadCount()
};

struct VideoInfo {
  int width_px = 0,
      height_px = 0;     // upright, i.e. after rotation, square pixels; before scale_to_height_px
  FrameRate frame_rate;  // of the steady time line that Read follows
  // At which the frames were taken: as the options say, or a telephone's metadata (slow motion), or
  // else frame_rate.
  double captured_fps = 0;
  int64_t estimated_frame_count =
      0;                  // what Read will probably give with these options; 0: not known
  double duration_s = 0;  // 0: not known
  int rotation_deg = 0;   // clockwise, already applied
  bool has_audio = false;
  bool is_still_images = false;  // an image or a folder of images
  std::string codec;             // "h264"
  std::string container;         // "mov,mp4,m4a,3gp,3g2,mj2"
};

class VideoReader {
 public:
  // Throws Error with one line that says what is wrong with the file: missing, empty, no video in
  // it, ...
  explicit VideoReader(const std::filesystem::path& path, const VideoReaderOptions& options = {});
  ~VideoReader();
  VideoReader(VideoReader&&) noexcept;
  VideoReader& operator=(VideoReader&&) noexcept;

  const VideoInfo& info() const;

  // The next frame into `image` (which is reused); false at the end. Frame k is the image shown at
  // start_s + k / frame_rate. A damaged file ends early: see decode_warnings().
  bool Read(Image& image);

  // Empty, or one line on where and why the file ended early or frames had to be dropped.
  // Says less, and misses files that are cut off where their format does not tell, without
  // CaptureFfmpegLog.
  const std::string& decode_warnings() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// From now on what FFmpeg logs, anywhere in this process, is not printed to stderr but kept for
// error texts and decode_warnings(); false undoes it. Only a program calls this, not the library.
void CaptureFfmpegLog(bool capture = true);

// Frames into a file: .mp4 (H.264), .gif, or a folder of .png / .jpg.

struct VideoWriterOptions {
  int width_px = 0, height_px = 0;  // of every frame; odd sizes are padded by one pixel for H.264
  FrameRate frame_rate;
  std::optional<int> bitrate_kbps;   // .mp4: this average rate instead of crf
  int crf = 20;                      // .mp4: H.264 quality, 0 (lossless) to 51
  std::filesystem::path audio_from;  // .mp4: copy the audio of this file; empty: no audio
  double audio_start_s = 0;          // ... from this time on, as long as the frames last
  int threads = 0;                   // of the encoder; 0: ThreadCount()
};

// The kinds of output, by the path: "x.mp4", "x.gif", "x.png" / "x.jpg" (one image), "frames/" or
// an existing folder or "frames/%05d.jpg" (numbered images, PNG unless the name says otherwise).
class VideoWriter {
 public:
  // Throws Error on an extension it does not know (naming those it does) and where it cannot write.
  VideoWriter(const std::filesystem::path& path, const VideoWriterOptions& options);
  ~VideoWriter();  // without Close: no file is left
  VideoWriter(VideoWriter&&) noexcept;
  VideoWriter& operator=(VideoWriter&&) noexcept;

  // Throws Error, e.g. on a full disk ("no space left").
  void Write(const Image& image);
  // Finishes the file and gives it its name. Throws Error.
  void Close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_MEDIA_H_
