// SPDX-License-Identifier: Apache-2.0

// Detects people and their keypoints in frames of a video, and tracks their identities.

#ifndef VIDEOPOSE_DETECT_H_
#define VIDEOPOSE_DETECT_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/media.h"
#include "videopose/pose.h"
#include "videopose/work.h"

namespace videopose {

enum class BlazePoseSize { kLite, kFull, kHeavy };

struct BlazePoseOptions {
  BlazePoseSize size = BlazePoseSize::kFull;
  std::filesystem::path models_dir;  // empty: DefaultModelsDir()
  bool smooth = true;                // One-Euro smoothing of the landmarks
  int threads =
      0;  // 0: half of ThreadCount(), at most 4, so that decoder and encoder have the rest
};

// One person in one frame.
struct BlazePoseResult {
  float presence = 0;                  // 0..1
  std::array<Landmark, 33> landmarks;  // pixels of the frame, BlazePose33() order
  std::array<Vec3f, 33> world_m;  // metres, the hips' centre the origin, x right, y down, z away
};

class BlazePoseModels;  // detect/blazepose_models.h

// Follows one person through consecutive frames. Not thread-safe.
class BlazePose {
 public:
  // Throws Error if a model file is missing (ErrorCode::kModelMissing) or is not what it should be.
  explicit BlazePose(const BlazePoseOptions& options);
  ~BlazePose();
  BlazePose(BlazePose&&) noexcept;
  BlazePose& operator=(BlazePose&&) noexcept;

  // time_s: when the frame is shown; must increase. Empty where no person is seen.
  std::optional<BlazePoseResult> Detect(const Image& frame, double time_s);

  const BlazePoseOptions& options() const;
  // For following several people (track/people_follower.h).
  BlazePoseModels& models();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// COCO's 17 keypoints by name out of BlazePose's 33; the score is the visibility.
std::array<Keypoint, 17> CocoFromLandmarks(const std::array<Landmark, 33>& landmarks);

// BlazePose's model files: which there are and where they lie. They come from Google's npm package
// (Apache-2.0) and are not part of this project. The library downloads nothing; `videopose models
// fetch` does, or `npm pack` of kModelPackage and StoreModels.

struct ModelFile {
  std::string_view name;
  std::string_view sha256;  // 64 hexadecimal digits
  int64_t bytes = 0;
};

inline constexpr std::string_view kModelPackage = "@mediapipe/pose@0.5.1675469404";

// All files that StoreModels stores.
const std::vector<ModelFile>& ModelFiles();
const ModelFile& PersonDetectorFile();
const ModelFile& LandmarkFile(BlazePoseSize size);

// $VIDEOPOSE_MODELS, else $XDG_CACHE_HOME/videopose/models, else ~/.cache/videopose/models.
std::filesystem::path DefaultModelsDir();

// The names of the files that BlazePose of this size needs and `dir` does not have.
std::vector<std::string> MissingModels(const std::filesystem::path& dir, BlazePoseSize size);

// Whether `dir` has the file with the right content.
bool HasIntactModel(const std::filesystem::path& dir, const ModelFile& file);

// Copies all model files from the folder `from` (that of the unpacked npm package, say) to `dir`,
// which is made if need be. Throws Error, and stores nothing, unless all are there with the known
// SHA-256. Stage of the progress: "store models".
void StoreModels(const std::filesystem::path& from, const std::filesystem::path& dir,
                 const WorkMonitor& monitor = {});

// When each person of a clip was seen, how large and with what confidence.

struct TrackSummary {
  int id = 1;
  int64_t first_frame = 0, last_frame = -1;  // both seen; last < first: never seen
  int64_t seen_frames = 0;                   // in which the person was detected and confirmed
  double height_px = 0;      // median over the seen frames, from the highest point to the lowest
  double mean_presence = 0;  // over the seen frames, 0..1
  Vec2f centre_px;           // median over the seen frames, of the points' bounding box
};

// From a video to the keypoints of the people in it.

inline constexpr int kAllPeople = 0;

struct DetectKeypointsOptions {
  double longest_gap_s = 0.5;  // up to which missing frames are filled from their neighbours
  bool drop_doubtful = true;   // leave out likely false positives (furniture)
  // How many people are wanted: the most prominent over the whole clip, or
  // kAllPeople. With 1 no more than three candidates are followed at a time and small people are
  // looked for only while no other person is there, so a clip of one person costs no more for it.
  int max_people = 1;
};

struct DetectedKeypoints {
  // COCO-17 with landmarks. IDs count from 1 in the order of appearance. Never empty: without any
  // detection it holds a person 1 who is never seen.
  KeypointSequence keypoints;
  std::vector<TrackSummary> tracks;  // of keypoints.people, in their order
};

// Reads all frames (on a thread of its own, ahead of the detector) and follows the people in them
// with the models of `detector`, whose own tracking state is neither used nor changed. Frames
// in which a person is not seen have score 0 throughout. Throws what the reader throws; Cancelled
// if asked to stop. Stage of the progress: "detect".
DetectedKeypoints DetectKeypoints(VideoReader& reader, BlazePose& detector,
                                  const DetectKeypointsOptions& options,
                                  const WorkMonitor& monitor);

// Which of the detected people to keep.

struct PersonSelection {
  enum Rule {
    kProminent,  // the largest Prominence()
    kLargest,    // the largest median height
    kCentre,     // the median centre nearest to the image's
    kFirst,      // seen first; of several, the more prominent
  };
  int count = 1;         // at most this many, the first by the rule; kAllPeople: all
  std::vector<int> ids;  // if not empty: exactly these people, whatever count and rule say
  Rule rule = kProminent;
};

// How much of the clip is this person's: size x duration x presence.
double Prominence(const TrackSummary& track);

// Keeps the chosen people, in the order in which they are. kLargest and kCentre prefer those seen
// at least a fifth as long as the one seen longest, so that passing the lens once is not enough.
// Throws Error, which lists the known IDs, if an unknown ID is requested.
void SelectPeople(const PersonSelection& selection, DetectedKeypoints& detected);

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_H_
