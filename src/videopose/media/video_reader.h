// Frames of any video, image or folder of images, upright and at a steady frame rate.

#ifndef VIDEOPOSE_MEDIA_VIDEO_READER_H_
#define VIDEOPOSE_MEDIA_VIDEO_READER_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "videopose/media/image.h"

namespace videopose {

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
  int scale_to_height_px =
      0;            // > 0: frames come scaled to this height (width keeps the aspect, even numbers)
  int threads = 0;  // of the decoder; 0: ThreadCount()
};

struct VideoInfo {
  int width_px = 0,
      height_px = 0;     // upright, i.e. after rotation, square pixels; before scale_to_height_px
  FrameRate frame_rate;  // of the steady time line that Read follows
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

  // The next frame into `image` (which is reused); false at the end. Frame k is what is to be seen
  // at start_s + k / frame_rate. A damaged file ends early: see damage().
  bool Read(Image& image);

  // Empty, or one line on where and why the file ended before its end or frames had to be dropped.
  // Says less, and misses files that are cut off where their format does not tell, without
  // CaptureFfmpegLog.
  const std::string& damage() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// From now on what FFmpeg logs, anywhere in this process, is not printed to stderr but kept for
// error texts and damage(); false undoes it. A program's to decide: the library does not call it.
void CaptureFfmpegLog(bool capture = true);

}  // namespace videopose

#endif  // VIDEOPOSE_MEDIA_VIDEO_READER_H_
