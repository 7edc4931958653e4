// Frames into a file: .mp4 (H.264), .gif, or a folder of .png / .jpg.

#ifndef VIDEOPOSE_MEDIA_VIDEO_WRITER_H_
#define VIDEOPOSE_MEDIA_VIDEO_WRITER_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "videopose/media/image.h"
#include "videopose/media/video_reader.h"

namespace videopose {

struct VideoWriterOptions {
  int width_px = 0, height_px = 0;  // of every frame; odd sizes are padded by one pixel for H.264
  FrameRate frame_rate;
  std::optional<int> bitrate_kbps;   // .mp4: this average rate instead of crf
  int crf = 20;                      // .mp4: H.264 quality, 0 (lossless) to 51
  std::filesystem::path audio_from;  // .mp4: carry the sound of this file over; empty: no sound
  double audio_start_s = 0;          // ... from this time on, as long as the pictures last
  int threads = 0;                   // of the encoder; 0: ThreadCount()
};

// The kinds of output, by the path: "x.mp4", "x.gif", "x.png" / "x.jpg" (one picture), "frames/" or
// an existing folder or "frames/%05d.jpg" (numbered pictures, PNG unless the name says otherwise).
class VideoWriter {
 public:
  // Throws Error on an extension it does not know (naming those it does) and where it cannot write.
  VideoWriter(const std::filesystem::path& path, const VideoWriterOptions& options);
  ~VideoWriter();  // without Close: nothing stays behind
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

#endif  // VIDEOPOSE_MEDIA_VIDEO_WRITER_H_
