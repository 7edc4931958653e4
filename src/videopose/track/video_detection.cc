#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/detect.h"
#include "videopose/track/people_follower.h"
#include "videopose/track/track_records.h"

namespace videopose {

DetectedKeypoints DetectKeypoints(VideoReader& reader, BlazePose& detector,
                                  const DetectKeypointsOptions& options,
                                  const WorkMonitor& monitor) {
  VP_CHECK(options.max_people >= 0, "{} people", options.max_people);
  const VideoInfo& info = reader.info();
  DetectedKeypoints result;
  KeypointSequence& sequence = result.keypoints;
  sequence.layout = Coco17();
  sequence.fps = info.frame_rate.per_second();
  sequence.width_px = info.width_px;
  sequence.height_px = info.height_px;
  PeopleFollower follower(
      detector.models(), PeopleFollowerOptions::For(options.max_people, detector.options().smooth));
  TrackRecords records;

  // Decoding runs ahead on its own thread; nothing is to be done between it and the detector.
  OrderedPipeline<Image, Image> frames;
  frames.produce = [&](Image& image) { return reader.Read(image); };
  frames.transform = [](Image& read, Image& image) { std::swap(read, image); };
  frames.consume = [&](Image& image) {
    sequence.width_px = image.width_px;  // the reader may scale
    sequence.height_px = image.height_px;
    const double time_s = static_cast<double>(sequence.frame_count) / sequence.fps;
    for (const FollowedPerson& person : follower.Follow(image, time_s)) {
      records.Add(sequence.frame_count, person);
    }
    ++sequence.frame_count;
    monitor.Report("detect", sequence.frame_count, info.estimated_frame_count);
  };
  frames.Run();
  records.Finish(options, result);
  return result;
}

}  // namespace videopose
