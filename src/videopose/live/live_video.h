// SPDX-License-Identifier: Apache-2.0

// The panels that `video` makes, for results as they come: drawn and encoded on a thread of their
// own.

#ifndef VIDEOPOSE_LIVE_LIVE_VIDEO_H_
#define VIDEOPOSE_LIVE_LIVE_VIDEO_H_

#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "videopose/base/bounded_queue.h"
#include "videopose/engine/frame.h"
#include "videopose/media.h"
#include "videopose/pose.h"
#include "videopose/render.h"

namespace videopose::internal {

struct LiveVideoOptions {
  RenderOptions render;
  FrameRate frame_rate;
  bool are_several = false;    // people have colours and IDs; a wider 3D panel
  bool hands_and_feet = true;  // poses are of Body25() instead of Human36m17()
  // Images that cannot be drawn in time are left out and the previous one is repeated; else Add
  // waits.
  bool drops = true;
};

class LiveVideo {
 public:
  LiveVideo(std::filesystem::path path, const LiveVideoOptions& options);
  ~LiveVideo();  // without Close: no file is left
  LiveVideo(const LiveVideo&) = delete;
  LiveVideo& operator=(const LiveVideo&) = delete;

  // In the order of frames. Throws Error where an earlier image could not be written.
  void Add(const Frame& frame, const PeopleInFrame& people);
  // Finishes the file; without any result there is no file. Throws Error.
  void Close();

 private:
  struct Item {
    Frame frame;
    PeopleInFrame people;
  };

  void Work();
  void DrawAll(const Item& first);
  void ThrowIfFailed();

  std::filesystem::path path_;
  LiveVideoOptions options_;
  BoundedQueue<Item> queue_;
  std::optional<VideoWriter> writer_;
  std::mutex error_mutex_;
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIVE_LIVE_VIDEO_H_
