#include "videopose/detect/video_detection.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "videopose/base/bounded_queue.h"
#include "videopose/detect/doubt.h"

namespace videopose {
namespace {

// Decodes ahead on its own thread. Images circulate between the two queues, so that none is
// allocated per frame.
class ReadAhead {
 public:
  explicit ReadAhead(VideoReader& reader) : reader_(reader) {
    for (int i = 0; i < kImages; ++i) empty_.Push({});
    thread_ = std::thread([this] { Decode(); });
  }
  ~ReadAhead() {
    empty_.Close();
    full_.Close();
    thread_.join();
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // The next frame, which goes back by Reuse; nothing at the end. Throws what the reader threw.
  std::optional<Image> Next() {
    std::optional<Image> image = full_.Pop();
    if (!image && error_) std::rethrow_exception(error_);
    return image;
  }
  void Reuse(Image image) { empty_.Push(std::move(image)); }

 private:
  static constexpr int kImages = 4;

  void Decode() {
    try {
      while (std::optional<Image> image = empty_.Pop()) {
        if (!reader_.Read(*image) || !full_.Push(std::move(*image))) break;
      }
    } catch (...) {
      error_ = std::current_exception();  // read only after full_ was closed
    }
    full_.Close();
  }

  VideoReader& reader_;
  BoundedQueue<Image> empty_{kImages}, full_{kImages};
  std::exception_ptr error_;
  std::thread thread_;
};

void DropDoubtful(const std::vector<float>& presence, double fps, PersonKeypoints& person) {
  const std::vector<bool> believed = BelievedFrames(presence, fps);
  for (size_t t = 0; t < believed.size(); ++t) {
    if (believed[t]) continue;
    std::fill_n(person.keypoints.begin() + static_cast<int64_t>(17 * t), 17, Keypoint{});
    std::fill_n(person.landmarks.begin() + static_cast<int64_t>(33 * t), 33, Landmark{});
  }
}

}  // namespace

DetectedKeypoints DetectKeypoints(VideoReader& reader, BlazePose& detector,
                                  const DetectKeypointsOptions& options,
                                  const WorkMonitor& monitor) {
  const VideoInfo& info = reader.info();
  const double fps = info.frame_rate.per_second();
  DetectedKeypoints result;
  KeypointSequence& sequence = result.keypoints;
  sequence.layout = Coco17();
  sequence.fps = fps;
  sequence.width_px = info.width_px;
  sequence.height_px = info.height_px;
  PersonKeypoints& person = sequence.people.emplace_back();
  std::vector<float> presence;

  ReadAhead frames(reader);
  while (std::optional<Image> image = frames.Next()) {
    sequence.width_px = image->width_px;  // the reader may scale
    sequence.height_px = image->height_px;
    const double time_s = static_cast<double>(sequence.frame_count) / fps;
    const std::optional<BlazePoseResult> seen = detector.Detect(*image, time_s);
    frames.Reuse(std::move(*image));
    presence.push_back(seen ? seen->presence : 0);
    if (seen) {
      ++result.seen_frames;
      result.mean_presence += static_cast<double>(seen->presence);
    }
    const std::array<Landmark, 33> landmarks = seen ? seen->landmarks : std::array<Landmark, 33>{};
    const std::array<Keypoint, 17> keypoints = CocoFromLandmarks(landmarks);
    person.keypoints.insert(person.keypoints.end(), keypoints.begin(), keypoints.end());
    person.landmarks.insert(person.landmarks.end(), landmarks.begin(), landmarks.end());
    ++sequence.frame_count;
    monitor.Report("detect", sequence.frame_count, info.estimated_frame_count);
  }
  if (result.seen_frames > 0) result.mean_presence /= static_cast<double>(result.seen_frames);
  if (options.drop_doubtful) DropDoubtful(presence, fps, person);
  FillShortGaps(person, sequence.joint_count(), std::llround(options.longest_gap_s * fps));
  return result;
}

}  // namespace videopose
