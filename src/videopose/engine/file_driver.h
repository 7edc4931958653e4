// The driver for files: a video, or keypoints of one, through the whole chain (engine/pose_chain.h)
// with the whole clip as look-ahead.

#ifndef VIDEOPOSE_ENGINE_FILE_DRIVER_H_
#define VIDEOPOSE_ENGINE_FILE_DRIVER_H_

#include <vector>

#include "videopose/base/progress.h"
#include "videopose/detect/pose_detector.h"
#include "videopose/engine/pose_chain.h"
#include "videopose/ground/room.h"
#include "videopose/lift/lifter.h"
#include "videopose/media/video_reader.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"
#include "videopose/track/selection.h"
#include "videopose/track/track_summary.h"

namespace videopose {

// From keypoints to people in a room.
struct LiftInRoomOptions {
  bool average_flip = true;
  RoomOptions room;  // keep_roots: the checkpoint must have a trajectory network
};

struct FileDriverOptions {
  PersonSelection people;
  // Keypoints come out as they were detected: false positives are not left out and gaps not filled.
  bool raw = false;
  // Null: keypoints only.
  const Lifter* lifter = nullptr;
  LiftInRoomOptions lift;
};

struct ProcessedClip {
  // Where no person is detected, there is a person 1 who is never seen.
  KeypointSequence keypoints;
  std::vector<TrackSummary> tracks;  // of keypoints.people, in their order
  Motion motion;                     // of the same people; empty without a lifter
};

// The stages fill, lift and ground for a whole clip; without a lifter fill alone. People with these
// IDs come first.
PoseStages WholeClipStages(const ClipInfo& clip, const FileDriverOptions& options,
                           const std::vector<int>& ids, const WorkMonitor& monitor);

// Reads all frames (on a thread of its own, ahead of the detector). Throws what the reader, the
// detector and the stages throw; Cancelled if asked to stop; Error if keep_roots is asked of a
// lifter without a trajectory network, or a person is chosen who is not there. Stages of the
// progress: "detect", "lift".
ProcessedClip ProcessVideo(VideoReader& reader, PoseDetector& detector,
                           const FileDriverOptions& options, const WorkMonitor& monitor);

// Keypoints of people who are chosen already. Gaps are filled in what comes back as well.
ProcessedClip ProcessKeypoints(const KeypointSequence& keypoints, const Lifter& lifter,
                               const LiftInRoomOptions& options, const WorkMonitor& monitor);

}  // namespace videopose

#endif  // VIDEOPOSE_ENGINE_FILE_DRIVER_H_
