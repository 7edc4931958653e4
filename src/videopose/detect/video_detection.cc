#include "videopose/detect/video_detection.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "videopose/base/ordered_pipeline.h"
#include "videopose/detect/doubt.h"

namespace videopose {
namespace {

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
  TrackSummary& track = result.tracks.emplace_back();
  std::vector<float> presence;

  // Decoding runs ahead on its own thread; nothing is to be done between it and the detector.
  OrderedPipeline<Image, Image> frames;
  frames.produce = [&](Image& image) { return reader.Read(image); };
  frames.transform = [](Image& read, Image& image) { std::swap(read, image); };
  frames.consume = [&](Image& image) {
    sequence.width_px = image.width_px;  // the reader may scale
    sequence.height_px = image.height_px;
    const double time_s = static_cast<double>(sequence.frame_count) / fps;
    const std::optional<BlazePoseResult> seen = detector.Detect(image, time_s);
    presence.push_back(seen ? seen->presence : 0);
    if (seen) {
      if (track.seen_frames == 0) track.first_frame = sequence.frame_count;
      ++track.seen_frames;
      track.last_frame = sequence.frame_count;
      track.mean_presence += static_cast<double>(seen->presence);
    }
    const std::array<Landmark, 33> landmarks = seen ? seen->landmarks : std::array<Landmark, 33>{};
    const std::array<Keypoint, 17> keypoints = CocoFromLandmarks(landmarks);
    person.keypoints.insert(person.keypoints.end(), keypoints.begin(), keypoints.end());
    person.landmarks.insert(person.landmarks.end(), landmarks.begin(), landmarks.end());
    ++sequence.frame_count;
    monitor.Report("detect", sequence.frame_count, info.estimated_frame_count);
  };
  frames.Run();
  if (track.seen_frames > 0) track.mean_presence /= static_cast<double>(track.seen_frames);
  if (options.drop_doubtful) DropDoubtful(presence, fps, person);
  FillShortGaps(person, sequence.joint_count(), std::llround(options.longest_gap_s * fps));
  return result;
}

}  // namespace videopose
