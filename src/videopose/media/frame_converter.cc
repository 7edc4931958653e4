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

void FrameConverter::PrepareScaler(const AVFrame* frame, bool has_alpha, int width_px,
                                   int height_px) {
  const std::array<int, 7> key = {frame->width, frame->height, frame->format,     frame->colorspace,
                                  width_px,     height_px,     frame->color_range};
  if (scaler_ && key == scaler_key_) return;
  scaler_.reset(sws_getContext(
      frame->width, frame->height, static_cast<AVPixelFormat>(frame->format), width_px, height_px,
      has_alpha ? AV_PIX_FMT_BGRA : AV_PIX_FMT_BGR0, SWS_BICUBIC, nullptr, nullptr, nullptr));
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

void FrameConverter::Convert(const AVFrame* frame, Orientation orientation, Image& image) {
  SetSize(image, width_px_, height_px_);
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame->format));
  const bool has_alpha = format != nullptr && (format->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
  const int stored_width = orientation.transpose ? height_px_ : width_px_;
  const int stored_height = orientation.transpose ? width_px_ : height_px_;
  PrepareScaler(frame, has_alpha, stored_width, stored_height);

  const bool is_direct = orientation.is_identity() && stored_width % kPixelsAtOnce == 0;
  if (!is_direct) {
    SetSize(stored_, (stored_width + kPixelsAtOnce - 1) / kPixelsAtOnce * kPixelsAtOnce,
            stored_height);
  }
  Image& target = is_direct ? image : stored_;
  uint8_t* const planes[4] = {target.bgrx.data()};
  const int strides[4] = {static_cast<int>(target.stride_bytes())};
  const int rows =
      sws_scale(scaler_.get(), frame->data, frame->linesize, 0, frame->height, planes, strides);
  VP_CHECK(rows == stored_height, "libswscale gave {} rows of {}", rows, stored_height);
  if (!is_direct) {
    CopyUpright(stored_.bgrx.data(), static_cast<ptrdiff_t>(stored_.stride_bytes()), orientation,
                image);
  }
  if (has_alpha) BlendOverBlack(image);
}

}  // namespace videopose::internal
