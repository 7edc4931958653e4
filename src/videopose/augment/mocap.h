// Training data without end: people of all proportions moving as recorded people moved, filmed by
// random cameras, seen by a detector that errs as real ones do.

#ifndef VIDEOPOSE_AUGMENT_MOCAP_H_
#define VIDEOPOSE_AUGMENT_MOCAP_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "videopose/augment/body_motion.h"
#include "videopose/augment/motion_mixer.h"
#include "videopose/base/fast_random.h"
#include "videopose/data/sequence.h"
#include "videopose/lift/person_input.h"
#include "videopose/pose/keypoints.h"

namespace videopose {

struct CameraOptions {
  double narrowest_fov_deg = 24, widest_fov_deg = 90;     // of the picture's longer side
  double lowest_pitch_deg = -30, highest_pitch_deg = 50;  // positive: looking down
  double roll = 0.15;    // share of clips held askew, up to 25 degrees; others nearly level
  double moving = 0.35;  // share of clips whose camera turns or follows
  // The body's height as a share of the picture's, as it would be standing.
  double smallest = 0.15, largest = 1.3;
};

// The detector's errors, as parts of the person's size. docs/models.md says how they were measured.
struct DetectionOptions {
  double level = 1;      // of all that follows; 0: no error at all
  double clean = 0.2;    // share of clips without error
  double white = 0.007;  // from frame to frame
  double slow = 0.008;   // drifting within a second
  double bias = 0.008;   // of a joint, over a clip
  // Share of clips whose keypoints are not quite where joints are, but where a detector has them.
  double conventions = 0.8;
  double outliers = 0.006;   // share of points that are somewhere else
  double swaps = 0.12;       // share of clips in which left and right are taken for each other
  double occlusions = 0.35;  // share of clips in which limbs are hidden for a while
  double missing = 0.12;     // share of clips in which points are not given at all
};

struct SynthesisOptions {
  MixerOptions motion;
  CameraOptions camera;
  DetectionOptions detection;
};

// A person filmed and detected.
struct SyntheticRecording {
  int width_px = 0, height_px = 0;
  double fps = 0;                                    // apparent
  std::vector<Keypoint> keypoints;                   // (T, 17), COCO
  std::vector<std::array<Vec3f, 17>> joints_in_cam;  // T, Human3.6M's, relative to the root
  std::vector<Vec3f> root_in_cam;                    // T
};

// The same seed gives the same recording.
SyntheticRecording SynthesizeRecording(std::span<const BodyMotion> clips, int64_t frames,
                                       const SynthesisOptions& options, uint64_t seed);

// As a sequence for evaluation: keypoints are rows of the lifter's input, (T, J2, F).
Sequence SequenceOf(const SyntheticRecording& recording, LifterInput input,
                    const std::string& name);

struct MocapLibrary {
  std::vector<BodyMotion> train, test;
};

// All .bvh files of the folder and the folders in it, in the order of their paths; read by `map`,
// or by the first known map whose joints a file has. Every clip that `is_test` names (by file name
// without extension) is kept apart; by default every eighth of a folder. Throws Error where there
// is no clip, or a file cannot be read or fits no map.
MocapLibrary ReadMocap(const std::filesystem::path& folder, const std::optional<BodyMap>& map,
                       std::span<const std::string> test_names);

}  // namespace videopose

#endif  // VIDEOPOSE_AUGMENT_MOCAP_H_
