// SPDX-License-Identifier: Apache-2.0

// Detection in parts of a clip side by side, for machines with many cores: following people from
// frame to frame keeps one core busy.
//
// Parts are of fixed length, whatever the number of threads, so results do not depend on it. Each
// has a detector of its own, which begins some time before the part does. There both detectors see
// the same frames: where they see the same people in the same places, the later one's tracks go on
// as the earlier one's. Where they do not (a person who can be followed, but not found anew), the
// part is detected once more, by the earlier detector going on, as if there were no parts.

#ifndef VIDEOPOSE_ENGINE_PARALLEL_DETECTION_H_
#define VIDEOPOSE_ENGINE_PARALLEL_DETECTION_H_

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "videopose/camera_motion/small_image.h"
#include "videopose/engine/file_driver.h"
#include "videopose/media.h"
#include "videopose/process.h"

namespace videopose::internal {

// What a detector saw in a frame of this size.
struct FrameDetections {
  int width_px = 0, height_px = 0;
  SmallImage image;
  std::vector<DetectedPerson> people;
};

struct DetectionParts {
  std::filesystem::path video;
  VideoReaderOptions read;
  // Called by several threads. Detectors use one thread each.
  std::function<std::unique_ptr<PoseDetector>()> make_detector;
  KeypointLayout layout = Coco17();  // theirs
  double part_s = 8, overlap_s = 1;
  int workers = 0;  // threads; 0: ThreadCount()
};

// With DetectorFor's detectors.
DetectionParts PartsOf(const std::filesystem::path& video, const VideoReaderOptions& read,
                       DetectorOptions detector, const PersonSelection& people);

struct ProcessedParts {
  ProcessedClip clip;
  VideoInfo video;
  std::string decode_warnings;
  int parts = 0, repeated = 0;  // of which once more
};

// As ProcessVideo.
ProcessedParts ProcessVideoInParts(const DetectionParts& parts, const FileDriverOptions& options,
                                   const WorkMonitor& monitor);

// Of two detectors' people in the same frames, which ID of the later one is which of the earlier
// one. Nothing where they do not agree on who is where in the last of these frames.
std::optional<std::map<int, int>> JoinTracks(std::span<const FrameDetections> earlier,
                                             std::span<const FrameDetections> later);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_PARALLEL_DETECTION_H_
