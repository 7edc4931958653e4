// SPDX-License-Identifier: Apache-2.0

// A media file being written: container, disk and the name it gets in the end.

#ifndef VIDEOPOSE_MEDIA_MEDIA_OUTPUT_H_
#define VIDEOPOSE_MEDIA_MEDIA_OUTPUT_H_

#include <filesystem>
#include <string>

#include "videopose/base/atomic_file.h"
#include "videopose/media/ffmpeg_util.h"

namespace videopose::internal {

// Every failure becomes an Error that names the target: a full disk is reported at the latest by
// Finish, as bytes may wait in buffers before.
class MediaOutput {
 public:
  MediaOutput(const std::filesystem::path& target, const char* container);
  ~MediaOutput();
  MediaOutput(const MediaOutput&) = delete;
  MediaOutput& operator=(const MediaOutput&) = delete;

  // A new stream that holds what `encoder` makes.
  AVStream* AddStream(const AVCodecContext& encoder);
  bool wants_global_header() const { return (format_->oformat->flags & AVFMT_GLOBALHEADER) != 0; }

  // After all streams are added. Options of the muxer: "movflags=+faststart".
  void WriteHeader(const std::string& options);
  // Takes the contents of `packet`, whose times are in `time_base`.
  void Write(AVPacket* packet, AVRational time_base, const AVStream* stream);
  // Sends `frame` (null: there are no more) and writes the packets that come out.
  void Encode(AVCodecContext* encoder, const AVFrame* frame, const AVStream* stream);
  // Completes the file and gives it its name.
  void Finish();
  // The same, but it keeps the temporary name, and vanishes with this object.
  void FinishTemporary();

  const std::filesystem::path& temporary_path() const { return file_.temporary_path(); }
  const std::filesystem::path& target() const { return file_.target(); }
  AVFormatContext* format() { return format_; }

  // Throws if an FFmpeg call failed.
  void Check(int status) const;

 private:
  AtomicFile file_;
  AVFormatContext* format_ = nullptr;
  FfmpegPtr<AVPacket> packet_ = NewPacket();
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_MEDIA_OUTPUT_H_
