// SPDX-License-Identifier: Apache-2.0

// Cuts a turned square or an upright rectangle out of a frame, scaled to a model's input: the first
// step for each frame, so it is written to vectorise.

#ifndef VIDEOPOSE_DETECT_CROP_H_
#define VIDEOPOSE_DETECT_CROP_H_

#include <span>

#include "videopose/base/worker_pool.h"
#include "videopose/detect/body_box.h"
#include "videopose/detect/roi.h"
#include "videopose/media.h"

namespace videopose::internal {

enum class CropBorder {
  kRepeatEdge,  // outside the image the nearest pixel of its edge
  kBlack,
};

struct CropOptions {
  int size_px = 256;           // of the result, width and height
  float black = 0, white = 1;  // what levels 0 and 255 become
  CropBorder border = CropBorder::kRepeatEdge;
};

// Samples the middle of each pixel of the result bilinearly from the full-size frame; what `roi`
// masks is black. `rgb` is (size, size, 3), R first. The image must not be empty.
void CropToRgb(const Image& image, const Roi& roi, const CropOptions& options, WorkerPool& pool,
               std::span<float> rgb);

// The same of an upright rectangle, stretched to the square.
void StretchToRgb(const Image& image, const BodyBox& part, const CropOptions& options,
                  WorkerPool& pool, std::span<float> rgb);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_CROP_H_
