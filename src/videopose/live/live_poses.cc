// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <utility>

#include "videopose/camera_motion/cut_finder.h"
#include "videopose/camera_motion/small_image.h"
#include "videopose/engine/live_driver.h"
#include "videopose/process.h"

namespace videopose {

using namespace internal;
class LivePoses::Impl {
 public:
  explicit Impl(const LiveOptions& options)
      : fps_(options.fps),
        chain_(LiveChain(options)),
        detector_(DetectorFor(options.detector, {.count = options.people})) {}

  std::vector<PeopleInFrame> Push(const Image& image, double time_s) {
    last_index_ = std::max<int64_t>(last_index_ + 1, std::llround(time_s * fps_));
    std::vector<PeopleInFrame> finished;
    const SmallImage small = MakeSmall(image);
    const bool is_cut = cuts_.Push(small).has_value();
    if (is_cut) detector_->StartScene();
    chain_.Push(last_index_, time_s, detector_->Detect(image, time_s), small, is_cut, finished);
    return finished;
  }

  std::vector<PeopleInFrame> Flush() {
    std::vector<PeopleInFrame> finished;
    chain_.Flush(finished);
    return finished;
  }

 private:
  double fps_;
  CutFinder cuts_;
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
