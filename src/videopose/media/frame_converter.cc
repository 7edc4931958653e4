// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/frame_converter.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

// libswscale's vector code works on this many pixels at once: it leaves the rest of a row alone, or
// overwrites it, where rows are not a multiple of it.
constexpr int kPixelsAtOnce = 32;

void BlendOverBlack(Image& image) {
  uint8_t* pixels = image.bgrx.data();
  for (size_t i = 0; i < image.bgrx.size(); i += 4) {
    const unsigned alpha = pixels[i + 3];
    for (size_t c = 0; c < 3; ++c) {
      pixels[i + c] = static_cast<uint8_t>((pixels[i + c] * alpha + 127) / 255);
    }
    pixels[i + 3] = 255;
  }
}

void SetSize(Image& image, int width_px, int height_px) {
  if (image.width_px != width_px || image.height_px != height_px) {
    image = Image(width_px, height_px);
  }
}

}  // namespace

void FrameConverter::PrepareScaler(const AVFrame* frame, AVPixelFormat to, int width_px,
                                   int height_px) {
  const std::array<int, 8> key = {
      frame->width, frame->height, frame->format,      frame->colorspace,
      width_px,     height_px,     frame->color_range, to};
  if (scaler_ && key == scaler_key_) return;
  scaler_.reset(sws_getContext(frame->width, frame->height,
                               static_cast<AVPixelFormat>(frame->format), width_px, height_px, to,
                               SWS_BICUBIC, nullptr, nullptr, nullptr));
  VP_CHECK(scaler_, "no conversion from pixel format {}, {}x{} to {}x{}", frame->format,
           frame->width, frame->height, width_px, height_px);
  scaler_key_ = key;

  int* matrix_in = nullptr;
  int* matrix_out = nullptr;
  int full_range_in = 0, full_range_out = 0, brightness = 0, contrast = 0, saturation = 0;
  if (sws_getColorspaceDetails(scaler_.get(), &matrix_in, &full_range_in, &matrix_out,
                               &full_range_out, &brightness, &contrast, &saturation) < 0) {
    return;
  }
  if (frame->color_range != AVCOL_RANGE_UNSPECIFIED) {
    full_range_in = frame->color_range == AVCOL_RANGE_JPEG ? 1 : 0;
  }
  sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(frame->colorspace), full_range_in,
                           matrix_out, full_range_out, brightness, contrast, saturation);
}

void FrameConverter::Scale(const AVFrame* frame, uint8_t* pixels, int stride_bytes, int height_px) {
  uint8_t* const planes[4] = {pixels};
  const int strides[4] = {stride_bytes};
  const int rows =
      sws_scale(scaler_.get(), frame->data, frame->linesize, 0, frame->height, planes, strides);
  VP_CHECK(rows == height_px, "libswscale gave {} rows of {}", rows, height_px);
}

void FrameConverter::Convert(const AVFrame* frame, Orientation orientation, Image& image) {
  SetSize(image, width_px_, height_px_);
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame->format));
  const bool has_alpha = format != nullptr && (format->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
  const int stored_width = orientation.transpose ? height_px_ : width_px_;
  const int stored_height = orientation.transpose ? width_px_ : height_px_;
  const bool is_hdr = ToneMapper::IsNeeded(frame);
  PrepareScaler(frame,
                is_hdr      ? AV_PIX_FMT_RGB48
                : has_alpha ? AV_PIX_FMT_BGRA
                            : AV_PIX_FMT_BGR0,
                stored_width, stored_height);

  const bool is_direct = orientation.is_identity() && stored_width % kPixelsAtOnce == 0;
  if (!is_direct) {
    SetSize(stored_, (stored_width + kPixelsAtOnce - 1) / kPixelsAtOnce * kPixelsAtOnce,
            stored_height);
  }
  Image& target = is_direct ? image : stored_;
  if (is_hdr) {
    if (!tone_mapper_ || !tone_mapper_->Fits(frame)) tone_mapper_.emplace(frame);
    const auto row_values = static_cast<size_t>(target.width_px) * 3;
    signal_.resize(row_values * static_cast<size_t>(stored_height));
    Scale(frame, reinterpret_cast<uint8_t*>(signal_.data()),
          static_cast<int>(row_values * sizeof(uint16_t)), stored_height);
    for (int y = 0; y < stored_height; ++y) {
      tone_mapper_->MapRow(signal_.data() + row_values * static_cast<size_t>(y), stored_width,
                           target.row(y));
    }
  } else {
    Scale(frame, target.bgrx.data(), static_cast<int>(target.stride_bytes()), stored_height);
  }
  if (!is_direct) {
    CopyUpright(stored_.bgrx.data(), static_cast<ptrdiff_t>(stored_.stride_bytes()), orientation,
                image);
  }
  if (has_alpha && !is_hdr) BlendOverBlack(image);
}

}  // namespace videopose::internal
