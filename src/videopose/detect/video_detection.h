// From a video to the keypoints of the person in it.

#ifndef VIDEOPOSE_DETECT_VIDEO_DETECTION_H_
#define VIDEOPOSE_DETECT_VIDEO_DETECTION_H_

#include <cstdint>

#include "videopose/base/progress.h"
#include "videopose/detect/detector.h"
#include "videopose/io/video_reader.h"
#include "videopose/pose/keypoints.h"

namespace videopose {

struct DetectKeypointsOptions {
  double longest_gap_s = 0.5;  // up to which frames with nobody are filled from their neighbours
  bool drop_doubtful = true;   // leave out what is probably furniture (detect/doubt.h)
};

struct DetectedKeypoints {
  KeypointSequence keypoints;  // COCO-17; one person with id 1 and landmarks
  int64_t seen_frames =
      0;  // in which the detector found somebody, before anything was dropped or filled
  double mean_presence = 0;  // over those frames, 0..1
};

// Reads all frames (on a thread of its own, ahead of the detector) and follows the one person that
// `detector` finds; frames with nobody have score 0 throughout. An empty video gives 0 frames and
// one person. Throws what the reader throws; Cancelled if asked to stop. Stage of the progress:
// "detect".
DetectedKeypoints DetectKeypoints(VideoReader& reader, BlazePose& detector,
                                  const DetectKeypointsOptions& options,
                                  const WorkMonitor& monitor);

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_VIDEO_DETECTION_H_
