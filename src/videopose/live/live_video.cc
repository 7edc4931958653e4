#include "videopose/live/live_video.h"

#include <cmath>
#include <utility>

#include "videopose/pose/clip_collector.h"

namespace videopose {
namespace {

constexpr size_t kWaitingPictures = 8;
// How much of the past decides where the floor is and how the view follows.
constexpr double kPast_s = 1;

}  // namespace

LiveVideo::LiveVideo(std::filesystem::path path, const LiveVideoOptions& options)
    : path_(std::move(path)),
      options_(options),
      queue_(kWaitingPictures, options.drops ? WhenFull::kDropOldest : WhenFull::kWait),
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
    while (const std::optional<Item> item = queue_.Pop()) Draw(*item);
  } catch (...) {
    const std::lock_guard lock(error_mutex_);
    error_ = std::current_exception();
    queue_.Close();
  }
}

void LiveVideo::Draw(const Item& item) {
  const double fps = options_.frame_rate.per_second();
  const int64_t index = item.frame.index;
  past_.push_back(item.people);
  while (index - past_.front().index > std::lround(kPast_s * fps)) {
    past_.pop_front();
  }
  const Image& input = *item.frame.image;
  ClipCollector clip({.fps = fps, .width_px = input.width_px, .height_px = input.height_px});
  for (const PeopleInFrame& past : past_) clip.Add(past);
  const VideoRenderer renderer(clip.motion(), &clip.keypoints(), options_.render);
  if (!writer_) {
    writer_.emplace(path_, VideoWriterOptions{.width_px = renderer.width_px(),
                                              .height_px = renderer.height_px(),
                                              .frame_rate = options_.frame_rate,
                                              .threads = 1});
    next_index_ = index;
  }
  // Where frames were dropped the picture before stands still.
  for (; next_index_ < index; ++next_index_) writer_->Write(picture_);
  renderer.Render(clip.motion().frame_count - 1, &input, picture_);
  writer_->Write(picture_);
  ++next_index_;
}

}  // namespace videopose
