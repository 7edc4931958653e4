// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/base/parallel.h"
#include "videopose/media.h"
#include "videopose/media/frame_converter.h"
#include "videopose/media/frame_rate.h"
#include "videopose/media/frame_source.h"
#include "videopose/media/orientation.h"

namespace videopose {

using namespace internal;
namespace {

struct Size {
  int width_px = 0, height_px = 0;
  bool operator==(const Size&) const = default;
};

// Pixels further from square than this are a broken header.
constexpr double kMaxPixelAspect = 8;

Orientation OrientationOf(const AVFrame* frame, const FrameSource& source) {
  const AVFrameSideData* own = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
  if (own != nullptr && own->size >= 9 * sizeof(int32_t)) {
    return OrientationFromDisplayMatrix(reinterpret_cast<const int32_t*>(own->data));
  }
  const int32_t* matrix = source.display_matrix();
  return matrix != nullptr ? OrientationFromDisplayMatrix(matrix) : Orientation{};
}

// Upright and with square pixels.
Size UprightSize(const AVFrame* frame, const FrameSource& source, Orientation orientation) {
  AVRational aspect = frame->sample_aspect_ratio;
  if (aspect.num <= 0 || aspect.den <= 0) aspect = source.sample_aspect_ratio();
  double pixel_aspect = aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1;
  if (pixel_aspect > kMaxPixelAspect || pixel_aspect < 1 / kMaxPixelAspect) pixel_aspect = 1;
  const int width = std::max(1, static_cast<int>(std::lround(frame->width * pixel_aspect)));
  return orientation.transpose ? Size{frame->height, width} : Size{width, frame->height};
}

Size Scaled(Size size, int height_px) {
  if (height_px <= 0) return size;
  const double width = static_cast<double>(size.width_px) * height_px / size.height_px;
  return {std::max(2, 2 * static_cast<int>(std::lround(width / 2))), height_px};
}

void Check(const std::filesystem::path& path, const VideoReaderOptions& options) {
  if (!(options.start_s >= 0)) {
    Fail(ErrorCode::kInvalidArgument, "{}: cannot start at {} s; give 0 or more", path.string(),
         options.start_s);
  }
  if (options.end_s && !(*options.end_s > options.start_s)) {
    Fail(ErrorCode::kInvalidArgument, "{}: the end ({} s) must come after the start ({} s)",
         path.string(), *options.end_s, options.start_s);
  }
  if (options.captured_fps && !(*options.captured_fps > 0 && *options.captured_fps < 1e6)) {
    Fail(ErrorCode::kInvalidArgument, "{}: {} frames per second is no frame rate", path.string(),
         *options.captured_fps);
  }
  if (options.max_frames && *options.max_frames < 0) {
    Fail(ErrorCode::kInvalidArgument, "{}: cannot read {} frames; give 0 or more", path.string(),
         *options.max_frames);
  }
}

}  // namespace

// The steady time line: image i of the file, shown at time t_i, starts at frame
//
//   n_i = round((t_i - t_0) * frame_rate)
//
// and is there until n_{i+1}; of several with one n the last is taken. A file of constant rate
// comes out unchanged, and where one starts to read makes no difference.
class VideoReader::Impl {
 public:
  Impl(std::filesystem::path path, const VideoReaderOptions& options)
      : path_(std::move(path)), source_((Check(path_, options), Open(path_, options))) {
    if (!source_->Next(coming_.get())) {
      Fail("{}: no frame in it could be decoded{}{}", path_.string(),
           source_->decode_error().empty() ? "" : ": ", source_->decode_error());
    }
    first_pts_ = coming_->pts;
    info_ = source_->Describe();
    orientation_ = OrientationOf(coming_.get(), *source_);
    full_size_ = UprightSize(coming_.get(), *source_, orientation_);
    if (options.captured_fps) info_.captured_fps = *options.captured_fps;
    if (!(info_.captured_fps > 0)) info_.captured_fps = info_.frame_rate.per_second();
    info_.width_px = full_size_.width_px;
    info_.height_px = full_size_.height_px;
    info_.rotation_deg = orientation_.rotation_deg();
    const Size size = Scaled(full_size_, options.scale_to_height_px);
    converter_ = FrameConverter(size.width_px, size.height_px);
    SetRange(options);
    if (next_frame_ > 0 && next_frame_ < end_frame_) {
      source_->SkipTo(first_pts_ +
                      av_rescale_q(next_frame_, av_inv_q(Rate()), source_->time_base()));
      Advance();
      if (!FindFrame()) {
        Fail(ErrorCode::kInvalidArgument,
             "{}: nothing comes after the start ({} s): the video lasts {:.2f} s", path_.string(),
             options.start_s, info_.duration_s);
      }
    }
  }

  bool Read(Image& image) {
    if (next_frame_ >= end_frame_ || !FindFrame()) return false;
    // After a seek that missed, the first frame there is.
    const AVFrame* frame = has_current_ ? current_.get() : coming_.get();
    converter_.Convert(frame, info_.is_still_images ? OrientationOf(frame, *source_) : orientation_,
                       image);
    ++next_frame_;
    return true;
  }

  const VideoInfo& info() const { return info_; }
  const std::string& decode_warnings() const { return source_->decode_warnings(); }

 private:
  static std::unique_ptr<FrameSource> Open(const std::filesystem::path& path,
                                           const VideoReaderOptions& options) {
    return OpenFrameSource(path, options.threads > 0 ? options.threads : ThreadCount());
  }

  AVRational Rate() const { return ToRational(info_.frame_rate); }

  void SetRange(const VideoReaderOptions& options) {
    const int64_t total = info_.estimated_frame_count;
    next_frame_ = FrameAtOrAfter(options.start_s, info_.frame_rate);
    if (options.end_s) end_frame_ = FrameAtOrAfter(*options.end_s, info_.frame_rate);
    if (options.max_frames) {
      end_frame_ = std::min(end_frame_, next_frame_ + *options.max_frames);
    }
    if (total > 0) {
      info_.estimated_frame_count = std::max<int64_t>(0, std::min(end_frame_, total) - next_frame_);
    }
  }

  // Makes current_ the image shown at next_frame_; false after the end.
  bool FindFrame() {
    while (has_coming_ && FrameOf(*coming_) <= next_frame_) {
      std::swap(current_, coming_);
      has_current_ = true;
      Advance();
    }
    const bool is_over = !has_coming_ && (!has_current_ || FrameOf(*current_) < next_frame_);
    if (is_over) end_frame_ = next_frame_;
    return !is_over;
  }

  int64_t FrameOf(const AVFrame& frame) const {
    return av_rescale_q_rnd(frame.pts - first_pts_, source_->time_base(), av_inv_q(Rate()),
                            AV_ROUND_NEAR_INF);
  }

  void Advance() {
    has_coming_ = source_->Next(coming_.get());
    if (!has_coming_ || !info_.is_still_images) return;
    const Size size = UprightSize(coming_.get(), *source_, OrientationOf(coming_.get(), *source_));
    if (size != full_size_) {
      Fail(ErrorCode::kMismatch, {.file = source_->current_path()},
           "{}: {}x{} pixels, but the images before it have {}x{}; all must have one size",
           source_->current_path().string(), size.width_px, size.height_px, full_size_.width_px,
           full_size_.height_px);
    }
  }

  std::filesystem::path path_;
  std::unique_ptr<FrameSource> source_;
  VideoInfo info_;
  Orientation orientation_;
  Size full_size_;
  FrameConverter converter_{0, 0};
  FfmpegPtr<AVFrame> current_ = NewFrame(), coming_ = NewFrame();
  bool has_current_ = false, has_coming_ = true;
  int64_t first_pts_ = 0;
  int64_t next_frame_ = 0, end_frame_ = std::numeric_limits<int64_t>::max();
};

VideoReader::VideoReader(const std::filesystem::path& path, const VideoReaderOptions& options) try
    : impl_(std::make_unique<Impl>(path, options)) {
} catch (Error& error) {
  RethrowFromReading(path, error);
}
VideoReader::~VideoReader() = default;
VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;

const VideoInfo& VideoReader::info() const { return impl_->info(); }
bool VideoReader::Read(Image& image) { return impl_->Read(image); }
const std::string& VideoReader::decode_warnings() const { return impl_->decode_warnings(); }

}  // namespace videopose
