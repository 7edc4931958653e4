// SPDX-License-Identifier: Apache-2.0

// Detects people and their keypoints in frames of a video, and tracks their identities.

#ifndef VIDEOPOSE_DETECT_H_
#define VIDEOPOSE_DETECT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/base.h"
#include "videopose/geometry.h"
#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose {

enum class BlazePoseSize { kLite, kFull, kHeavy };

struct BlazePoseOptions {
  BlazePoseSize size = BlazePoseSize::kFull;
  std::filesystem::path models_dir;  // empty: DefaultModelsDir()
  bool smooth = true;                // One-Euro smoothing of the landmarks, see smoothing_scale
  int threads =
      0;  // 0: half of ThreadCount(), at most 4, so that decoder and encoder have the rest
  // Also search with the detector of boxes, where its file (BoxDetectorFile) is there: it detects
  // people far from the camera, whom BlazePose's own misses. Not for the class BlazePose.
  bool search_boxes = true;
};

// An appearance descriptor: shares of the colours on the trunk and on the thighs, by which people
// are told apart after they crossed. Per part four greys from black to white, then eight hues, each
// dark and bright. A part's shares sum to 1, or to 0 where it lies outside the image.
struct Appearance {
  static constexpr int kParts = 2;
  static constexpr int kColours = 4 + 2 * 8;
  std::array<std::array<float, kColours>, kParts> shares{};
};

// One person in one frame, as any detector gives them.
struct DetectedPerson {
  int track_id = 0;                      // the same for the same body in all frames
  float presence = 1;                    // 0..1: how sure it is that this is a person
  std::vector<Keypoint> keypoints;       // J of the detector's layout, pixels of the frame
  std::vector<ExtraPoint> extra_points;  // what it sees beyond the layout
  Appearance appearance;
  // Points are raw, so that swapped sides can be mended first. Above 0: they are to be smoothed
  // then, and this is the One-Euro filter's value scale, 1 / pixels.
  float smoothing_scale = 0;
  // Found by a search, not where the frame before left it: not to be smoothed together with that.
  bool is_found_anew = false;
  // The keypoints, J each, of other looks at the body, for frames in which left and right may be
  // swapped.
  std::vector<std::vector<Keypoint>> other_looks;
};

// The interface of all detectors of people and their keypoints.
class PoseDetector {
 public:
  virtual ~PoseDetector() = default;

  virtual const KeypointLayout& layout() const = 0;
  // The people in the next frame. time_s, when it is shown, must increase. ProcessVideo and live
  // mend swapped sides of what comes back, and smooth it.
  virtual std::vector<DetectedPerson> Detect(const Image& frame, double time_s) = 0;
  // The next frame has nothing to do with the last one: the video is cut there. Its people have
  // other track IDs.
  virtual void StartScene() {}
};

// BlazePose's own points, 33 of a body.
constexpr int kLandmarks = 33;
using Landmark = ExtraPoint;                         // its score is the visibility
using Landmarks = std::array<Landmark, kLandmarks>;  // pixels of the frame, BlazePose33() order

// COCO's 17 keypoints by name; the score is the visibility.
std::vector<Keypoint> CocoFromLandmarks(const Landmarks& landmarks);

// One person in one frame.
struct BlazePoseResult {
  float presence = 0;  // 0..1
  Landmarks landmarks;
  std::array<Vec3f, kLandmarks> world_m;  // the hips' centre the origin, x right, y down, z away
};

// As any detector's, with COCO's keypoints; track and appearance are the caller's to fill in.
DetectedPerson PersonFrom(const BlazePoseResult& result);

// Follows one person through consecutive frames. Not thread-safe.
class BlazePose : public PoseDetector {
 public:
  // Throws Error if a model file is missing (ErrorCode::kModelMissing) or is not what it should be.
  explicit BlazePose(const BlazePoseOptions& options);
  ~BlazePose() override;
  BlazePose(BlazePose&&) noexcept;
  BlazePose& operator=(BlazePose&&) noexcept;

  // time_s: when the frame is shown; must increase. Nothing where no person is seen.
  std::optional<BlazePoseResult> Follow(const Image& frame, double time_s);

  const KeypointLayout& layout() const override { return Coco17(); }
  std::vector<DetectedPerson> Detect(const Image& frame, double time_s) override;
  void StartScene() override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The model files: which there are and where they lie. They come from Google's npm packages
// (Apache-2.0) and are not part of this project. The library downloads nothing; `videopose models
// fetch` does, or `npm pack` of the packages and StoreModels.

struct ModelFile {
  std::string_view name;
  std::string_view sha256;  // 64 hexadecimal digits
  int64_t bytes = 0;
  std::string_view package;  // which has it: one of the following
};

inline constexpr std::string_view kModelPackage = "@mediapipe/pose@0.5.1675469404";
inline constexpr std::string_view kBoxModelPackage = "@mediapipe/objectron@0.4.1675468480";

// All files that StoreModels stores.
const std::vector<ModelFile>& ModelFiles();
const ModelFile& PersonDetectorFile();
const ModelFile& LandmarkFile(BlazePoseSize size);
const ModelFile& BoxDetectorFile();  // BlazePose works without

// $VIDEOPOSE_MODELS, else $XDG_CACHE_HOME/videopose/models, else ~/.cache/videopose/models.
std::filesystem::path DefaultModelsDir();

// The names of the files that BlazePose of this size needs and `dir` does not have.
std::vector<std::string> MissingModels(const std::filesystem::path& dir, BlazePoseSize size);

// Whether `dir` has the file with the right content (SHA-256). That it has is noted in the hidden
// file .NAME.checked, where `dir` can be written to, so that it costs nothing later.
bool HasIntactModel(const std::filesystem::path& dir, const ModelFile& file);

// Copies the model files of one or more packages from the folder `from` (that of an unpacked npm
// package, say) to `dir`, which is made if need be. Throws Error, and stores nothing, where there
// is none, where one of a package's files is missing, or where one has not the known SHA-256. Stage
// of the progress: "store models".
void StoreModels(const std::filesystem::path& from, const std::filesystem::path& dir,
                 const WorkMonitor& monitor = {});

// When each person of a clip was seen, how large and with what confidence.

struct TrackSummary {
  int id = 1;
  int64_t first_frame = 0, last_frame = -1;  // both seen; last < first: never seen
  int64_t seen_frames = 0;                   // with a confirmed detection
  double height_px = 0;      // median over the seen frames, from the highest point to the lowest
  double mean_presence = 0;  // over the seen frames, 0..1
  Vec2f centre_px;           // median over the seen frames, of the points' bounding box
};

// Which of the people of a clip to keep.

inline constexpr int kAllPeople = 0;

struct PersonSelection {
  enum Rule {
    kProminent,  // the largest Prominence()
    kLargest,    // the largest median height
    kCentre,     // the median centre nearest to the image's
    kFirst,      // seen first; of several, the more prominent
  };
  int count = 1;         // at most so many, the first by the rule; kAllPeople: all
  std::vector<int> ids;  // if not empty: exactly these people, whatever count and rule say
  Rule rule = kProminent;
};

// How much of the clip is this person's: size x duration x presence.
double Prominence(const TrackSummary& track);

// For each track whether the person is chosen. kLargest and kCentre prefer people seen at least a
// fifth as long as the one seen longest, so that none is chosen for passing the lens once. Throws
// Error, listing the IDs there are, if one is asked for that is not among them.
std::vector<bool> ChoosePeople(const PersonSelection& selection, const ClipInfo& clip,
                               const std::vector<TrackSummary>& tracks);

// Leaves out those that are not chosen.
template <typename T>
void KeepChosen(const std::vector<bool>& chosen, std::vector<T>& values) {
  size_t index = 0;
  std::erase_if(values, [&](const T&) { return !chosen[index++]; });
}

// Networks in ONNX files instead of BlazePose: one finds people as boxes (YOLOX, RTMDet), another
// the keypoints of the person in a box (RTMPose, HRNet, ViTPose). Run by ONNX Runtime, where
// videopose was built with it. docs/onnx.md says which inputs and outputs are understood.
struct OnnxDetectorOptions {
  std::filesystem::path keypoints;
  std::filesystem::path boxes;  // empty: the whole image is one person
  // The joints: "coco", "halpe26", ..., or their names with commas. Empty: by their number.
  std::string layout;
  double simcc_split = 2;  // cells of SimCC a pixel
  double least_box_score = 0.5;
  bool normalise_for_boxes = false;  // as RTMDet wants it; YOLOX takes colours as they are
  int threads = 0;                   // as BlazePoseOptions::threads
};

// From a YAML file with these fields, whose networks lie relative to its folder. Throws Error.
OnnxDetectorOptions ReadOnnxDetectorOptions(const std::filesystem::path& file);

// A detector of your own that knows nothing of frames before: in `find`, the people whom it sees,
// each with the same joints, pixels of the frame. They are followed here.
struct KeypointFinder {
  std::function<std::vector<std::vector<Keypoint>>(const Image& frame, double time_s)> find;
  std::string layout;  // as OnnxDetectorOptions::layout
};

// BlazePose, unless `onnx` names networks, or `finder` is given.
struct DetectorOptions : BlazePoseOptions {
  std::optional<OnnxDetectorOptions> onnx;
  std::optional<KeypointFinder> finder;
};

// A detector that follows as many people as the selection needs: where they are chosen by ID or by
// a rule of their own, all. Throws Error as BlazePose does.
std::unique_ptr<PoseDetector> DetectorFor(const DetectorOptions& detector,
                                          const PersonSelection& people);

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_H_
