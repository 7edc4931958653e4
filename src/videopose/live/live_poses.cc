// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/ground/grounder.h"
#include "videopose/lift/slow_video.h"
#include "videopose/live.h"
#include "videopose/live/live_lifter.h"
#include "videopose/live/live_people.h"

namespace videopose {
namespace {

constexpr int kMaxPeople = 8;
// How long a person may be hidden before they count as gone.
constexpr double kLongestGap_s = 0.5;

StreamingLifter LoadLifter(const LiveOptions& options) {
  if (options.width_px <= 0 || options.height_px <= 0 || !(options.fps > 0)) {
    Fail(ErrorCode::kInvalidArgument,
         "frames of {} x {} pixels, {} a second: expected numbers above 0", options.width_px,
         options.height_px, options.fps);
  }
  return StreamingLifter::Load(options.lifter,
                               {.width_px = options.width_px,
                                .height_px = options.height_px,
                                .lookahead = options.lookahead,
                                .average_flip = options.average_flip,
                                .max_people = kMaxPeople,
                                .precision = options.precision},
                               options.model);
}

}  // namespace

class LivePoses::Impl {
 public:
  explicit Impl(const LiveOptions& options) : Impl(options, LoadLifter(options)) {}

  std::vector<PeopleInFrame> Push(const Image& image, double time_s) {
    // The picture is the caller's; nothing keeps it beyond this call.
    LiveFrame frame{.image = {std::shared_ptr<const Image>(), &image},
                    .index = std::max<int64_t>(last_index_ + 1, std::llround(time_s * fps_)),
                    .time_s = time_s};
    last_index_ = frame.index;
    const std::vector<SeenPerson> people = detector_(frame);
    frame.image.reset();
    lifter_.Add(frame, people);
    return std::exchange(finished_, {});
  }

  std::vector<PeopleInFrame> Flush() {
    lifter_.Finish();
    return std::exchange(finished_, {});
  }

 private:
  Impl(const LiveOptions& options, StreamingLifter lifter)
      : fps_(options.fps),
        detector_(MakePeopleDetector(options.detector, options.people)),
        grounder_({.ground = options.room,
                   .width_px = options.width_px,
                   .height_px = options.height_px,
                   .fps = options.fps}),
        parts_(lifter.input() == LifterInput::kPerson ? FrameParts(options.fps) : 1),
        lifter_(
            std::move(lifter), kMaxPeople, std::llround(kLongestGap_s * options.fps),
            [this](LiveResult&& result) { grounder_.Push(PeopleOf(result), finished_); }, parts_) {}

  double fps_;
  LiveDetector detector_;
  Grounder grounder_;
  int parts_;
  LiveLifter lifter_;
  int64_t last_index_ = -1;
  std::vector<PeopleInFrame> finished_;
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
