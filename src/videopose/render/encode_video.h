// SPDX-License-Identifier: Apache-2.0

// The loop that draws and encodes: inputs come one by one, several threads draw them, the caller's
// encodes them in order.

#ifndef VIDEOPOSE_RENDER_ENCODE_VIDEO_H_
#define VIDEOPOSE_RENDER_ENCODE_VIDEO_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "videopose/base.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/media.h"

namespace videopose::internal {

struct EncodeOptions {
  int workers = 1;  // that draw
  // For the monitor.
  std::string_view what = "render";
  int64_t total = 0;  // of frames
  WorkMonitor monitor;
};

// `Input` has a member int64_t index, which increases from input to input: the image's place in the
// video. Where indices are left out the previous image is repeated. Returns how many frames were
// written; the writer is left open.
template <typename Input>
int64_t EncodeVideo(const std::function<bool(Input&)>& next,
                    const std::function<void(Input&, Image&)>& draw, const EncodeOptions& options,
                    VideoWriter& writer) {
  struct DrawnImage {
    int64_t index = 0;
    Image image;
  };
  Image last;
  int64_t next_index = 0, written = 0;
  const auto write = [&](const Image& image) {
    writer.Write(image);
    ++next_index;
    options.monitor.Report(options.what, ++written, options.total);
  };
  OrderedPipeline<Input, DrawnImage> pipeline;
  pipeline.workers = options.workers;
  pipeline.depth = options.workers + 3;
  pipeline.produce = next;
  pipeline.transform = [&](Input& input, DrawnImage& drawn) {
    drawn.index = input.index;
    draw(input, drawn.image);
  };
  pipeline.consume = [&](DrawnImage& drawn) {
    if (written == 0) next_index = drawn.index;
    while (next_index < drawn.index) write(last);
    write(drawn.image);
    std::swap(last, drawn.image);
  };
  pipeline.Run();
  return written;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_ENCODE_VIDEO_H_
