// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/engine/live_driver.h"
#include "videopose/process.h"

namespace videopose {

using namespace internal;
namespace {

StreamingLifter LoadLifter(const LiveOptions& options) {
  if (options.width_px <= 0 || options.height_px <= 0 || !(options.fps > 0)) {
    Fail(ErrorCode::kInvalidArgument,
         "frames of {} x {} pixels, {} a second: expected numbers above 0", options.width_px,
         options.height_px, options.fps);
  }
  return StreamingLifter::Load(
      options.lifter,
      {.width_px = options.width_px,
       .height_px = options.height_px,
       .focal_px = LensFor(options.ground, options.width_px, options.height_px).focal_px.x,
       .lookahead = options.lookahead,
       .average_flip = options.average_flip,
       .max_people = kMostLivePeople,
       .precision = options.precision},
      options.model);
}

PoseChain MakeChain(const LiveOptions& options) {
  const ClipInfo clip{
      .fps = options.fps, .width_px = options.width_px, .height_px = options.height_px};
  return PoseChain(LiveStages(clip, LoadLifter(options),
                              {.people = options.people,
                               .ground = options.ground,
                               .hands_and_feet = options.hands_and_feet}));
}

}  // namespace

class LivePoses::Impl {
 public:
  explicit Impl(const LiveOptions& options)
      : fps_(options.fps),
        chain_(MakeChain(options)),
        detector_(DetectorFor(options.detector, {.count = options.people})) {}

  std::vector<PeopleInFrame> Push(const Image& image, double time_s) {
    last_index_ = std::max<int64_t>(last_index_ + 1, std::llround(time_s * fps_));
    std::vector<PeopleInFrame> finished;
    chain_.Push(last_index_, time_s, detector_->Detect(image, time_s), finished);
    return finished;
  }

  std::vector<PeopleInFrame> Flush() {
    std::vector<PeopleInFrame> finished;
    chain_.Flush(finished);
    return finished;
  }

 private:
  double fps_;
  PoseChain chain_;
  std::unique_ptr<PoseDetector> detector_;
  int64_t last_index_ = -1;
};

LivePoses::LivePoses(const LiveOptions& options) : impl_(std::make_unique<Impl>(options)) {}
LivePoses::~LivePoses() = default;
LivePoses::LivePoses(LivePoses&&) noexcept = default;
LivePoses& LivePoses::operator=(LivePoses&&) noexcept = default;

std::vector<PeopleInFrame> LivePoses::Push(const Image& frame, double time_s) {
  return impl_->Push(frame, time_s);
}
std::vector<PeopleInFrame> LivePoses::Flush() { return impl_->Flush(); }

}  // namespace videopose
