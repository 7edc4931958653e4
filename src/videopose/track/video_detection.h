// From a video to the keypoints of the people in it.

#ifndef VIDEOPOSE_TRACK_VIDEO_DETECTION_H_
#define VIDEOPOSE_TRACK_VIDEO_DETECTION_H_

#include <cstdint>
#include <vector>

#include "videopose/base/progress.h"
#include "videopose/detect/detector.h"
#include "videopose/media/video_reader.h"
#include "videopose/pose/keypoints.h"
#include "videopose/track/track_summary.h"

namespace videopose {

inline constexpr int kAllPeople = 0;

struct DetectKeypointsOptions {
  double longest_gap_s = 0.5;  // up to which frames with nobody are filled from their neighbours
  bool drop_doubtful = true;   // leave out what is probably furniture (track/doubt.h)
  // How many people are wanted: the most prominent over the whole clip (track/selection.h), or
  // kAllPeople. With 1 no more than three candidates are followed at a time and small people are
  // looked for only while nobody else is there, so a clip of one person costs no more for it.
  int max_people = 1;
};

struct DetectedKeypoints {
  // COCO-17 with landmarks. IDs count from 1 in the order of appearance; there is always somebody:
  // where nobody is found, a person 1 who is never seen.
  KeypointSequence keypoints;
  std::vector<TrackSummary> tracks;  // of keypoints.people, in their order
};

// Reads all frames (on a thread of its own, ahead of the detector) and follows the people in them
// with the models of `detector`, whose own memory of somebody is neither used nor changed. Frames
// in which a person is not seen have score 0 throughout. Throws what the reader throws; Cancelled
// if asked to stop. Stage of the progress: "detect".
DetectedKeypoints DetectKeypoints(VideoReader& reader, BlazePose& detector,
                                  const DetectKeypointsOptions& options,
                                  const WorkMonitor& monitor);

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_VIDEO_DETECTION_H_
