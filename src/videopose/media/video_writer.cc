// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <system_error>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/media.h"
#include "videopose/media/frame_sink.h"
#include "videopose/media/gif_sink.h"
#include "videopose/media/image_sink.h"
#include "videopose/media/media_formats.h"
#include "videopose/media/mp4_sink.h"

namespace videopose {

using namespace internal;
namespace fs = std::filesystem;
namespace {

std::unique_ptr<FrameSink> OpenSink(const fs::path& path, const VideoWriterOptions& options) {
  std::error_code ignored;
  if (!path.has_filename() || fs::is_directory(path, ignored)) {
    return std::make_unique<ImageFolderSink>(path, NumberedName{}, ImageFormat::kPng, options);
  }
  const MediaFormat* format = FindMediaFormat(path);
  if (format == nullptr || !format->is_written) {
    const std::string extension = LowerCaseExtension(path);
    Fail(ErrorCode::kCannotWrite,
         "{}: cannot write {}; give {}, a folder (frames/) or a pattern (frames/%05d.png)",
         path.string(),
         extension.empty() ? "a file without an extension" : fmt::format("\"{}\"", extension),
         WrittenMediaExtensions());
  }
  if (format->kind == MediaKind::kVideo) return std::make_unique<Mp4Sink>(path, options);
  if (format->kind == MediaKind::kAnimation) return std::make_unique<GifSink>(path, options);
  const ImageFormat image_format =
      format->extensions[0] == ".png" ? ImageFormat::kPng : ImageFormat::kJpeg;
  if (const auto name = ParseNumberedName(path.filename().string())) {
    return std::make_unique<ImageFolderSink>(path.parent_path(), *name, image_format, options);
  }
  return std::make_unique<SingleImageSink>(path, image_format, options);
}

}  // namespace

class VideoWriter::Impl {
 public:
  Impl(fs::path path, const VideoWriterOptions& options)
      : path_(std::move(path)), width_px_(options.width_px), height_px_(options.height_px) {
    VP_CHECK(width_px_ > 0 && height_px_ > 0, "size {}x{}", width_px_, height_px_);
    const FrameRate& rate = options.frame_rate;
    if (rate.numerator <= 0 || rate.denominator <= 0) {
      Fail(ErrorCode::kInvalidArgument, "{}: cannot write {}/{} frames per second", path_.string(),
           rate.numerator, rate.denominator);
    }
    sink_ = OpenSink(path_, options);
  }

  void Write(const Image& image) {
    VP_CHECK(sink_, "Write after Close");
    VP_CHECK(image.width_px == width_px_ && image.height_px == height_px_,
             "a frame of {}x{} for a video of {}x{}", image.width_px, image.height_px, width_px_,
             height_px_);
    sink_->Write(image);
    is_empty_ = false;
  }

  void Close() {
    VP_CHECK(sink_, "Close after Close");
    if (is_empty_) {
      Fail(ErrorCode::kInvalidArgument, "{}: there is no frame to write", path_.string());
    }
    sink_->Close();
    sink_.reset();
  }

 private:
  fs::path path_;
  int width_px_, height_px_;
  bool is_empty_ = true;
  std::unique_ptr<FrameSink> sink_;
};

VideoWriter::VideoWriter(const fs::path& path, const VideoWriterOptions& options)
    : impl_(std::make_unique<Impl>(path, options)) {}
VideoWriter::~VideoWriter() = default;
VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;
VideoWriter& VideoWriter::operator=(VideoWriter&&) noexcept = default;

void VideoWriter::Write(const Image& image) { impl_->Write(image); }
void VideoWriter::Close() { impl_->Close(); }

}  // namespace videopose
