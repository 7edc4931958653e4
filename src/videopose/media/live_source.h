// SPDX-License-Identifier: Apache-2.0

// Frames as they arrive: from a camera, a pipe, a network stream; or from a file as if it were
// live.

#ifndef VIDEOPOSE_MEDIA_LIVE_SOURCE_H_
#define VIDEOPOSE_MEDIA_LIVE_SOURCE_H_

#include <atomic>
#include <memory>
#include <string>

#include "videopose/base.h"
#include "videopose/media.h"

namespace videopose::internal {

struct LiveSourceOptions {
  // Requested of a camera, which may give something else. 0: its default.
  int width_px = 0, height_px = 0;
  double fps = 0;
  double timeout_s = 10;  // how long to wait for a frame before the source counts as gone
  const std::atomic<bool>* stop_requested = nullptr;  // ends all waiting
};

struct LiveSourceInfo {
  int width_px = 0, height_px = 0;  // of every frame
  double fps = 0;                   // as the source says; 30 where it does not
  // It has no end and can be opened again when it breaks off: cameras, and addresses except
  // those of files whose length is known.
  bool is_endless = false;
  // It has a rate of its own; else it is as fast as it is read.
  bool has_pace = false;
};

class LiveSource {
 public:
  LiveSource() = default;
  virtual ~LiveSource() = default;
  LiveSource(const LiveSource&) = delete;
  LiveSource& operator=(const LiveSource&) = delete;

  virtual const LiveSourceInfo& info() const = 0;

  // The next frame into `image` (which is reused) and its time, counted from the first one's 0.
  // False at the end, and where nothing arrives within the timeout: see error_text().
  virtual bool Read(Image& image, double& time_s) = 0;

  // Empty, or one line on why the frames ended.
  virtual std::string error_text() const = 0;
  // What that is an error of, where there is one.
  virtual ErrorCode error_code() const { return ErrorCode::kWrongFormat; }
};

// `source`: "/dev/video0" (V4L2), "-" (the standard input, any container), an address with "://"
// (RTSP, HTTP, RTMP, UDP), or whatever VideoReader reads. Throws Error with one line that says what
// is wrong.
std::unique_ptr<LiveSource> OpenLiveSource(const std::string& source,
                                           const LiveSourceOptions& options = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_LIVE_SOURCE_H_
