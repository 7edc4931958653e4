// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/live_driver.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "videopose/base/bounded_queue.h"
#include "videopose/base/error.h"
#include "videopose/camera_motion/cut_finder.h"
#include "videopose/camera_motion/small_image.h"

namespace videopose::internal {
namespace {

// One that is being worked on, and the newest.
constexpr size_t kWaitingFrames = 2;
constexpr double kLongestPauseBeforeReopening_s = 5;

// Images whose memory is used again once no other thread holds them.
class ImagePool {
 public:
  // Called by one thread.
  std::shared_ptr<Image> Take() {
    for (const std::shared_ptr<Image>& image : images_) {
      if (image.use_count() != 1) continue;
      // Other threads' reads of the image happened before they released it.
      std::atomic_thread_fence(std::memory_order_acquire);
      return image;
    }
    return images_.emplace_back(std::make_shared<Image>());
  }

 private:
  std::vector<std::shared_ptr<Image>> images_;
};

struct DetectedFrame {
  Frame frame;
  std::vector<DetectedPerson> people;
  SmallImage image;  // where the camera is followed
  bool is_cut = false;
};

class LiveDriver {
 public:
  LiveDriver(std::unique_ptr<LiveSource> source, PoseDetector& detector, PoseChain& chain,
             const FrameSink& sink, const LiveDriverOptions& options)
      : source_(std::move(source)),
        info_(source_->info()),
        detector_(detector),
        chain_(chain),
        sink_(sink),
        options_(options),
        drops_(info_.has_pace || options.realtime),
        watches_camera_(chain.stages().camera.has_value()),
        captured_(kWaitingFrames, drops_ ? WhenFull::kDropOldest : WhenFull::kWait),
        detected_(kWaitingFrames) {}

  LiveSummary Run() {
    std::vector<std::jthread> threads;
    Guarded([&] {
      threads.emplace_back([this] { Guarded([this] { Capture(); }); });
      threads.emplace_back([this] { Guarded([this] { Detect(); }); });
      RunChain();
    });
    threads.clear();  // joins them
    if (error_) std::rethrow_exception(error_);
    summary_.frames_dropped = captured_.dropped() + late_;
    return std::move(summary_);
  }

 private:
  // A stage that fails ends the others.
  template <typename Stage>
  void Guarded(const Stage& stage) {
    try {
      stage();
    } catch (...) {
      const std::lock_guard lock(error_mutex_);
      if (!error_) error_ = std::current_exception();
      failed_ = true;
      captured_.Close();
      detected_.Close();
    }
  }

  bool MustStop() const {
    return failed_ || (options_.stop_requested && options_.stop_requested());
  }

  // False if a stop was requested first.
  bool SleepUntil(FrameClock::time_point time) const {
    constexpr auto kGlance = std::chrono::milliseconds(50);
    while (!MustStop()) {
      const FrameClock::time_point now = FrameClock::now();
      if (now >= time) return true;
      std::this_thread::sleep_until(std::min(time, now + kGlance));
    }
    return false;
  }

  static FrameClock::duration Seconds(double seconds) {
    return std::chrono::duration_cast<FrameClock::duration>(std::chrono::duration<double>(seconds));
  }

  void Capture() {
    FrameClock::time_point start = FrameClock::now();  // of the time line
    double source_begins_s = 0;                        // the source's time 0 on our clock
    double last_time_s = -1 / info_.fps;
    int64_t last_index = -1;
    while (!MustStop()) {
      const std::shared_ptr<Image> image = pool_.Take();
      double time_s = 0;
      if (!source_->Read(*image, time_s)) {
        if (!Reopen()) break;
        const double now_s = 1e-3 * MillisecondsSince(start);
        const double next_s = last_time_s + 1 / info_.fps;
        source_begins_s = std::clamp(now_s, next_s, next_s + options_.longest_break_s);
        start += Seconds(std::max(0.0, now_s - source_begins_s));
        continue;
      }
      last_time_s = time_s += source_begins_s;
      if (options_.realtime && !info_.has_pace && !SleepUntil(start + Seconds(time_s))) break;
      last_index = std::max<int64_t>(last_index + 1, std::llround(time_s * info_.fps));
      ++summary_.frames_read;
      if (!captured_.Push({.image = image,
                           .index = last_index,
                           .time_s = time_s,
                           .arrived = FrameClock::now()})) {
        break;
      }
    }
    captured_.Close();
  }

  // Reopens a source that broke off; false at a regular end or when a stop was requested.
  bool Reopen() {
    if (!info_.is_endless || !options_.reopen) {
      summary_.error_text = source_->error_text();
      return false;
    }
    std::string error_text = source_->error_text();
    source_.reset();
    double pause_s = options_.reopen_after_s;
    while (!source_) {
      if (MustStop()) return false;
      if (options_.on_error) options_.on_error(error_text + "; trying again");
      if (!SleepUntil(FrameClock::now() + Seconds(pause_s))) return false;
      pause_s = std::min(2 * pause_s, kLongestPauseBeforeReopening_s);
      try {
        source_ = options_.reopen();
      } catch (const Error& error) {
        error_text = error.what();
      }
    }
    const LiveSourceInfo& now = source_->info();
    if (now.width_px != info_.width_px || now.height_px != info_.height_px) {
      Fail(ErrorCode::kMismatch,
           "the source came back with frames of {} x {} pixels instead of {} x {}; start again",
           now.width_px, now.height_px, info_.width_px, info_.height_px);
    }
    ++summary_.reopened;
    return true;
  }

  void Detect() {
    CutFinder cuts;
    while (std::optional<Frame> frame = captured_.Pop()) {
      if (drops_ && FrameClock::now() - frame->arrived > Seconds(options_.max_latency_s)) {
        ++late_;
        continue;
      }
      frame->dropped_before = captured_.dropped() + late_;
      SmallImage image;
      bool is_cut = false;
      if (watches_camera_) {
        image = MakeSmall(*frame->image);
        is_cut = cuts.Push(image).has_value();
        if (is_cut) detector_.StartScene();
      }
      std::vector<DetectedPerson> people = detector_.Detect(*frame->image, frame->time_s);
      if (!detected_.Push({.frame = std::move(*frame),
                           .people = std::move(people),
                           .image = std::move(image),
                           .is_cut = is_cut})) {
        break;
      }
    }
    detected_.Close();
  }

  void RunChain() {
    std::vector<PeopleInFrame> done;
    while (std::optional<DetectedFrame> detected = detected_.Pop()) {
      const Frame& frame = under_way_.emplace_back(std::move(detected->frame));
      chain_.Push(frame.index, frame.time_s, std::move(detected->people), detected->image,
                  detected->is_cut, done);
      Deliver(done);
    }
    chain_.Flush(done);
    Deliver(done);
  }

  // Frames that the chain has finished.
  void Deliver(std::vector<PeopleInFrame>& done) {
    for (const PeopleInFrame& people : done) {
      while (under_way_.front().index != people.index) under_way_.pop_front();
      sink_(under_way_.front(), people);
      under_way_.pop_front();
    }
    done.clear();
  }

  std::unique_ptr<LiveSource> source_;
  const LiveSourceInfo info_;
  PoseDetector& detector_;
  PoseChain& chain_;
  const FrameSink& sink_;
  const LiveDriverOptions& options_;
  const bool drops_, watches_camera_;
  ImagePool pool_;
  BoundedQueue<Frame> captured_;
  BoundedQueue<DetectedFrame> detected_;
  std::deque<Frame> under_way_;  // in the chain
  LiveSummary summary_;
  int64_t late_ = 0;
  std::atomic<bool> failed_{false};
  std::mutex error_mutex_;
  std::exception_ptr error_;
};

}  // namespace

PoseChain LiveChain(const LiveOptions& options, bool in_background) {
  if (options.width_px <= 0 || options.height_px <= 0 || !(options.fps > 0)) {
    Fail(ErrorCode::kInvalidArgument,
         "frames of {} x {} pixels, {} a second: expected numbers above 0", options.width_px,
         options.height_px, options.fps);
  }
  const ClipInfo clip{
      .fps = options.fps, .width_px = options.width_px, .height_px = options.height_px};
  const Lens lens = LensFor(options.ground, clip.width_px, clip.height_px);
  StreamingLifter lifter = StreamingLifter::Load(options.lifter,
                                                 {.width_px = clip.width_px,
                                                  .height_px = clip.height_px,
                                                  .focal_px = lens.focal_px.x,
                                                  .lookahead = options.lookahead,
                                                  .average_flip = options.average_flip,
                                                  .max_people = kMostLivePeople,
                                                  .precision = options.precision},
                                                 options.model);
  if (options.ground.keep_roots && !lifter.has_trajectory()) {
    Fail(ErrorCode::kInvalidArgument, {.option = "keep_roots"},
         "this lifter has no trajectory network");
  }
  PoseStages stages;
  stages.camera.emplace(lens, options.ground.camera);
  stages.sides.emplace(SideCorrectorOptions{.layout = clip.layout, .lookahead = 0});
  stages.select.emplace(
      PeopleSelectorOptions{.clip = clip, .lookahead = 0, .people = {.count = options.people}});
  stages.fill.emplace(lifter.FillerOptions(clip));
  stages.lift.emplace(std::move(lifter));
  stages.ground.emplace(
      GrounderOptions{.ground = options.ground, .clip = clip, .in_background = in_background});
  if (options.hands_and_feet) stages.limb_ends.emplace(lens, clip.fps);
  return PoseChain(std::move(stages));
}

LiveSummary RunLive(std::unique_ptr<LiveSource> source, PoseDetector& detector, PoseChain& chain,
                    const FrameSink& sink, const LiveDriverOptions& options) {
  return LiveDriver(std::move(source), detector, chain, sink, options).Run();
}

}  // namespace videopose::internal
