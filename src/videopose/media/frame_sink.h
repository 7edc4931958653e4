// SPDX-License-Identifier: Apache-2.0

// The interface of outputs for frames: one kind of output file each.

#ifndef VIDEOPOSE_MEDIA_FRAME_SINK_H_
#define VIDEOPOSE_MEDIA_FRAME_SINK_H_

#include <cstdint>

#include "videopose/media.h"

namespace videopose::internal {

class FrameSink {
 public:
  FrameSink() = default;
  virtual ~FrameSink() = default;  // without Close: no file is left
  FrameSink(const FrameSink&) = delete;
  FrameSink& operator=(const FrameSink&) = delete;

  // All of one size, at least one before Close.
  virtual void Write(const Image& image) = 0;
  virtual void Close() = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_FRAME_SINK_H_
