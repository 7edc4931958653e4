// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/live_video.h"

#include <utility>

#include "videopose/pose.h"
#include "videopose/render/drawn_stream.h"
#include "videopose/render/encode_video.h"
#include "videopose/render/frame_composer.h"

namespace videopose::internal {
namespace {

constexpr size_t kWaitingImages = 8;

// A frame that waits to be drawn.
struct LiveInput {
  int64_t index = 0;
  std::shared_ptr<const Image> image;
  DrawnFrame frame;
};

}  // namespace

LiveVideo::LiveVideo(std::filesystem::path path, const LiveVideoOptions& options)
    : path_(std::move(path)),
      options_(options),
      queue_(kWaitingImages, options.drops ? WhenFull::kDropOldest : WhenFull::kWait),
      thread_([this] { Work(); }) {}

LiveVideo::~LiveVideo() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

void LiveVideo::ThrowIfFailed() {
  const std::lock_guard lock(error_mutex_);
  if (error_) std::rethrow_exception(error_);
}

void LiveVideo::Add(const Frame& frame, const PeopleInFrame& people) {
  ThrowIfFailed();
  queue_.Push({frame, people});
}

void LiveVideo::Close() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
  ThrowIfFailed();
  if (writer_) writer_->Close();
}

void LiveVideo::Work() {
  try {
    if (const std::optional<Item> first = queue_.Pop()) DrawAll(*first);
  } catch (...) {
    const std::lock_guard lock(error_mutex_);
    error_ = std::current_exception();
    queue_.Close();
  }
}

void LiveVideo::DrawAll(const Item& first) {
  const DrawnSubject subject{.skeleton = options_.hands_and_feet ? Body25() : Human36m17(),
                             .layout = Coco17(),
                             .width_px = first.frame.image->width_px,
                             .height_px = first.frame.image->height_px,
                             .fps = options_.frame_rate.per_second(),
                             .has_many = options_.are_several,
                             .are_several = options_.are_several};
  DrawnStream stream(subject, options_.render);
  const FrameComposer composer(subject, options_.render);
  writer_.emplace(path_, VideoWriterOptions{.width_px = composer.width_px(),
                                            .height_px = composer.height_px(),
                                            .frame_rate = options_.frame_rate,
                                            .threads = 1});
  std::optional<Item> result = first;
  EncodeVideo<LiveInput>(
      [&](LiveInput& input) {
        if (!result) result = queue_.Pop();
        if (!result) return false;
        input = {.index = result->frame.index,
                 .image = result->frame.image,
                 .frame = stream.Push(result->people)};
        result.reset();
        return true;
      },
      [&](LiveInput& input, Image& image) {
        composer.Compose(input.frame, input.image.get(), image);
        input.image.reset();
      },
      {}, *writer_);
}

}  // namespace videopose::internal
