// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/parallel_detection.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "videopose/base/parallel.h"
#include "videopose/media/frame_rate.h"

namespace videopose::internal {
namespace {

// Of how many frames at the end of the overlap both must agree, and how near points must be, in
// heights of the person.
constexpr size_t kJudgedFrames = 5;
constexpr float kSamePlace = 0.02F;

// The mean distance of keypoints, in parts of the first person's extent.
float DistanceOf(const DetectedPerson& a, const DetectedPerson& b) {
  if (a.keypoints.size() != b.keypoints.size() || a.keypoints.empty()) return 1;
  const auto place = [](const Keypoint& keypoint) { return Vec2f{keypoint.x_px, keypoint.y_px}; };
  Vec2f least = place(a.keypoints[0]), most = least;
  float sum = 0;
  for (size_t i = 0; i < a.keypoints.size(); ++i) {
    const Vec2f at = place(a.keypoints[i]);
    least = {std::min(least.x, at.x), std::min(least.y, at.y)};
    most = {std::max(most.x, at.x), std::max(most.y, at.y)};
    sum += Norm(at - place(b.keypoints[i]));
  }
  const float extent_px = std::max(1.0F, Norm(most - least));
  return sum / static_cast<float>(a.keypoints.size()) / extent_px;
}

// Adds to `ids` who is who in one frame; false where they do not agree.
bool JoinFrame(const FrameDetections& earlier, const FrameDetections& later,
               std::map<int, int>& ids) {
  if (earlier.people.size() != later.people.size()) return false;
  for (const DetectedPerson& person : later.people) {
    const auto nearest = std::ranges::min_element(
        earlier.people, {}, [&](const DetectedPerson& other) { return DistanceOf(other, person); });
    if (DistanceOf(*nearest, person) > kSamePlace) return false;
    ids.emplace(person.track_id, nearest->track_id);
    // One of these is one of those, in all frames.
    const auto is_at_odds = [&](const std::pair<const int, int>& pair) {
      return (pair.first == person.track_id) != (pair.second == nearest->track_id);
    };
    if (std::ranges::any_of(ids, is_at_odds)) return false;
  }
  return true;
}

class PartsRun {
 public:
  PartsRun(const DetectionParts& parts, const WorkMonitor& monitor)
      : parts_(parts),
        monitor_(monitor),
        reader_(std::in_place, parts.video, parts.read),
        info_(reader_->info()) {
    const double fps = info_.frame_rate.per_second();
    length_ = std::max<int64_t>(1, std::llround(parts.part_s * fps));
    overlap_ = std::clamp<int64_t>(std::llround(parts.overlap_s * fps), 1, length_);
    first_frame_ = FrameAtOrAfter(parts.read.start_s, info_.frame_rate);
    const int64_t frames = info_.is_still_images ? 0 : info_.estimated_frame_count;
    planned_ = std::max<int64_t>(1, (frames + length_ - 1) / length_);
    planned_parts_.resize(static_cast<size_t>(planned_));
  }

  const VideoInfo& info() const { return info_; }
  VideoReader& reader() { return *reader_; }
  bool is_one_part() const { return planned_ == 1; }

  void Run(const std::function<void(FrameDetections detections)>& take, ProcessedParts& result) {
    reader_.reset();  // each part has its own
    std::vector<std::jthread> threads;
    const int64_t workers = std::min<int64_t>(parts_.workers > 0 ? parts_.workers : ThreadCount(),
                                              std::max<int64_t>(1, planned_));
    try {
      for (int64_t i = 0; i < workers; ++i) {
        threads.emplace_back([this, workers] { Work(workers); });
      }
      Join(take, result);
    } catch (...) {
      Stop();
      throw;  // the threads' destructors join them first
    }
    Stop();
  }

 private:
  struct Part {
    int64_t begin = 0;  // the frame of the clip that frames[0] is
    std::vector<FrameDetections> frames;
    std::unique_ptr<PoseDetector> detector;  // as the last frame left it
    std::map<int, int> ids;                  // of the clip, by the detector's
    std::string decode_warnings;
    bool is_full = false;  // the clip may go on after it
    std::exception_ptr error;
    bool is_ready = false;
  };

  void Stop() {
    const std::lock_guard guard(mutex_);
    is_stopped_ = true;
    changed_.notify_all();
  }

  // Detects parts, none of them so far ahead that many detectors wait to be judged.
  void Work(int64_t workers) {
    for (;;) {
      int64_t index = 0;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(
            lock, [&] { return is_stopped_ || next_ >= planned_ || next_ < joined_ + workers; });
        if (is_stopped_ || next_ >= planned_) return;
        index = next_++;
      }
      Part part;
      try {
        const int64_t first = index * length_;
        part.begin = std::max<int64_t>(0, first - overlap_);
        part.detector = parts_.make_detector();
        Detect(first + length_, part, [] {});
      } catch (...) {
        part.error = std::current_exception();
      }
      const std::lock_guard guard(mutex_);
      part.is_ready = true;
      planned_parts_[static_cast<size_t>(index)] = std::move(part);
      changed_.notify_all();
    }
  }

  // All frames from part.begin up to `end`, or to the end of the clip.
  void Detect(int64_t end, Part& part, const std::function<void()>& after_each) {
    VideoReaderOptions read = parts_.read;
    read.start_s = static_cast<double>(first_frame_ + part.begin) / info_.frame_rate.per_second();
    const int64_t most = read.max_frames.value_or(std::numeric_limits<int64_t>::max());
    read.max_frames = std::max<int64_t>(0, std::min(end, most) - part.begin);
    if (read.threads == 0) read.threads = 1;
    std::optional<VideoReader> reader;
    try {
      reader.emplace(parts_.video, read);
    } catch (const Error& error) {
      // The clip is over before this part.
      if (part.begin > 0 && error.code() == ErrorCode::kInvalidArgument) return;
      throw;
    }
    Image image;
    while (!is_stopped_ && reader->Read(image)) {
      const int64_t frame = part.begin + std::ssize(part.frames);
      const double time_s = static_cast<double>(frame) / info_.captured_fps;
      part.frames.push_back({.width_px = image.width_px,
                             .height_px = image.height_px,
                             .image = MakeSmall(image),
                             .people = part.detector->Detect(image, time_s)});
      ++detected_;
      after_each();
    }
    part.decode_warnings = reader->decode_warnings();
    part.is_full = part.begin + std::ssize(part.frames) == end && part.decode_warnings.empty();
  }

  Part Await(int64_t index) {
    std::unique_lock lock(mutex_);
    joined_ = index;
    changed_.notify_all();
    Part& part = planned_parts_[static_cast<size_t>(index)];
    constexpr std::chrono::milliseconds kGlance{50};
    while (!changed_.wait_for(lock, kGlance, [&] { return part.is_ready; })) {
      lock.unlock();
      Report();
      lock.lock();
    }
    if (part.error) std::rethrow_exception(part.error);
    return std::move(part);
  }

  void Report() const { monitor_.Report("detect", detected_, info_.estimated_frame_count); }

  void Join(const std::function<void(FrameDetections detections)>& take, ProcessedParts& result) {
    Part before;
    for (int64_t index = 0; index == 0 || before.is_full; ++index) {
      const int64_t first = index * length_;
      Part part;
      if (index < planned_) part = Await(index);
      if (index > 0 && (index >= planned_ || !GoesOn(before, part, first))) {
        if (index < planned_) ++result.repeated;
        part = Part{
            .begin = first, .detector = std::move(before.detector), .ids = std::move(before.ids)};
        Detect(first + length_, part, [this] { Report(); });
      }
      Give(part, first, take);
      Report();
      result.decode_warnings = part.decode_warnings;
      ++result.parts;
      before = std::move(part);
    }
  }

  // Whether `part` sees at its beginning what the part before it sees at its end; then it gets that
  // one's IDs.
  bool GoesOn(const Part& before, Part& part, int64_t first) const {
    const auto overlap = static_cast<size_t>(first - part.begin);
    if (part.frames.size() < overlap || before.frames.size() < overlap) return false;
    const std::optional<std::map<int, int>> joined =
        JoinTracks(std::span(before.frames).last(overlap), std::span(part.frames).first(overlap));
    if (!joined) return false;
    for (const auto& [id, id_before] : *joined) part.ids[id] = before.ids.at(id_before);
    return true;
  }

  void Give(Part& part, int64_t first,
            const std::function<void(FrameDetections detections)>& take) {
    for (int64_t i = first - part.begin; i < std::ssize(part.frames); ++i) {
      FrameDetections detections = part.frames[static_cast<size_t>(i)];
      for (DetectedPerson& person : detections.people) {
        const auto [known, is_new] = part.ids.emplace(person.track_id, last_id_ + 1);
        if (is_new) ++last_id_;
        person.track_id = known->second;
      }
      take(std::move(detections));
    }
  }

  const DetectionParts& parts_;
  const WorkMonitor& monitor_;
  std::optional<VideoReader> reader_;  // tells what the clip is like
  VideoInfo info_;
  int64_t length_ = 0, overlap_ = 0, first_frame_ = 0, planned_ = 0;
  int last_id_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Part> planned_parts_;
  int64_t next_ = 0, joined_ = 0;
  std::atomic<bool> is_stopped_{false};
  std::atomic<int64_t> detected_{0};
};

}  // namespace

std::optional<std::map<int, int>> JoinTracks(std::span<const FrameDetections> earlier,
                                             std::span<const FrameDetections> later) {
  std::map<int, int> ids;
  const size_t count = std::min({kJudgedFrames, earlier.size(), later.size()});
  for (size_t back = 1; back <= count; ++back) {
    if (!JoinFrame(earlier[earlier.size() - back], later[later.size() - back], ids)) {
      return std::nullopt;
    }
  }
  return ids;
}

DetectionParts PartsOf(const std::filesystem::path& video, const VideoReaderOptions& read,
                       DetectorOptions detector, const PersonSelection& people) {
  detector.threads = 1;
  if (detector.onnx) detector.onnx->threads = 1;
  return {.video = video, .read = read, .make_detector = [detector, people] {
            return DetectorFor(detector, people);
          }};
}

ProcessedParts ProcessVideoInParts(const DetectionParts& parts, const FileDriverOptions& options,
                                   const WorkMonitor& monitor) {
  ProcessedParts result;
  PartsRun run(parts, monitor);
  result.video = run.info();
  if (run.is_one_part()) {
    result.parts = 1;
    result.clip = ProcessVideo(run.reader(), *parts.make_detector(), options, monitor);
    result.decode_warnings = run.reader().decode_warnings();
    return result;
  }
  ClipMaker maker(run.info(), parts.layout, options, monitor);
  run.Run(
      [&](FrameDetections frame) {
        const ClipMaker::FrameRole role =
            maker.Begin(frame.width_px, frame.height_px, std::move(frame.image));
        if (role.is_wanted) maker.Take(std::move(frame.people));
      },
      result);
  result.clip = maker.End();
  return result;
}

}  // namespace videopose::internal
