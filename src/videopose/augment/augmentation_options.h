// SPDX-License-Identifier: Apache-2.0

// Options of synthetic training data besides the motion itself (mocap.h): the mixing of motion,
// bodies, cameras, and the errors of a detector. A Range is what a number is drawn from: uniformly,
// or equally likely per octave where it says so. A share is that of clips unless it says of what.
// Each number is described in its row of augmentation_options.cc.

#ifndef VIDEOPOSE_AUGMENT_AUGMENTATION_OPTIONS_H_
#define VIDEOPOSE_AUGMENT_AUGMENTATION_OPTIONS_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "videopose/augment/body_motion.h"
#include "videopose/base/range.h"
#include "videopose/config/options.h"
#include "videopose/data/keypoint_file.h"
#include "videopose/lift/person_input.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

// How bodies differ from the rest body, as factors around 1.
struct BodyOptions {
  double variation = 1;  // scales all deviations below; 0: all bodies are the rest body
  BodyShape rest;
  // Standard deviations.
  double size = 0.06, legs = 0.04, arms = 0.04;
  double half_hips = 0.12, thigh = 0.03, shank = 0.03, trunk = 0.06, neck = 0.1, head = 0.06;
  Range deviation = {0.7, 1.35};  // no deviation is beyond
  // In the direction in which people differ from the motion capture rig.
  Range trunk_of_rig = {0.96, 1.12}, shoulder_of_rig = {0.82, 1.1};
  Range upper_arm_of_rig = {0.94, 1.16}, forearm_of_rig = {0.92, 1.38};
  double head_follows_size = 0.5;
  std::array<double, 3> head_points_m = {0.002, 0.005, 0.005};

  void Describe(OptionTable& table);
};

// Generated motion goes from one random pose, a key, to the next.
struct KeyOptions {
  Range pace_s = {0.25, 2.5};  // per octave
  Range paces = {0.6, 1.6};
  double hold = 0.15;
  Range hold_paces = {0.2, 2};

  void Describe(OptionTable& table);
};

struct FreeArmOptions {
  // Not behind the back, not through the chest. Of the upper arm's unit direction in the chest.
  double least_forward = -0.55, least_outward = -0.6;
  double inward = -0.2, least_forward_inward = 0.3;
  double most_flexion_deg = 148;
  Range roll_deg = {-80, 80};

  void Describe(OptionTable& table);
};

struct FreeLegOptions {
  double together = 0.6, rest = 0.3, squat = 0.55;
  double squat_flexion_deg = 110;
  Range squat_knee = {0.9, 1.5};
  double most_squat_knee_deg = 150;
  Range flexion_deg = {-20, 110}, knee_deg = {0, 145};
  Range abduction_deg = {-8, 40};
  double abduction_standing = 0.3;
  Range lean_deg = {-5, 45};
  double lean_apart = 0.4;

  void Describe(OptionTable& table);
};

struct FreeTrunkOptions {
  Range bow_deg = {-20, 60}, twist_deg = {-45, 45}, side_deg = {-28, 28};
  Range nod_deg = {-30, 30}, head_turn_deg = {-60, 60};

  void Describe(OptionTable& table);
};

// Sitting, kneeling, crouching, lying (postures.h).
struct SeatOptions {
  double unlike_deg = 6, moves_deg = 4;
  double rises = 0.25, rise = 0.4;
  KeyOptions keys{.pace_s = {0.5, 3}, .hold = 0.5, .hold_paces = {0.5, 4}};

  void Describe(OptionTable& table);
};

// Hands at the face, folded arms, hands on hips or thighs (postures.h).
struct ReachOptions {
  double both = 0.4, alike = 0.5, each = 0.2;
  double stays = 0.7;
  double deviation_m = 0.05;
  Range elbow_deg = {-30, 70};
  double most_flexion_deg = 155;
  KeyOptions keys{.pace_s = {0.25, 2}, .hold = 0.5, .hold_paces = {0.5, 3}};

  void Describe(OptionTable& table);
};

// Joints turned by a constant and by smoothly changing angles. Of each joint: factors of both.
struct BendOptions {
  Range constant_deg = {0, 8}, moving_deg = {0, 5};  // standard deviations
  double small = 0.5, large_factor = 2.5;
  std::array<double, 2> pelvis = {0.3, 0.5}, chest = {0.5, 0.7}, head = {1, 1};
  std::array<double, 2> arms = {1.5, 1}, legs = {0.6, 0.7}, knees = {1, 1}, elbows = {2, 1.5};
  double most_knee_deg = 155, most_elbow_deg = 150;

  void Describe(OptionTable& table);
};

// How often and how far new motion departs from what was recorded.
struct MixerOptions {
  // What the motion looks like.
  Range fps = {22, 120};  // per octave
  double near_30_fps = 0.5;
  Range fps_near_30 = {24, 33};
  // Playing a clip.
  double combine = 0.5, reverse = 0.3, mirror = 0.5;
  Range speed = {0.75, 1.35};  // per octave
  double warp = 0.5;
  Range warp_speed = {0, 0.25}, warp_hz = {0.1, 0.6};  // warp_hz per octave
  double short_clip_s = 0.5;
  // Solvers that fit one rig to all people leave knees bent.
  double straighten = 0.75;
  Range straighten_deg = {5, 25}, straighten_fades_deg = {30, 90};
  Range sway_hz = {0.08, 0.9};  // per octave
  // Generated motion.
  double bend = 0.6;
  double free_arms = 0.2, free_legs = 0.12, free_trunk = 0.12;
  double seats = 0.08, reaches = 0.15;
  double tilt = 0.12, tilt_turning = 0.3, tilt_turning_deg_s = 90;
  Range tilt_deg = {0, 180};
  BendOptions bends;
  KeyOptions keys;
  FreeArmOptions arm;
  FreeLegOptions leg;
  FreeTrunkOptions trunk;
  SeatOptions seat;
  ReachOptions reach;
  BodyOptions body;

  // Clips as they were recorded, on the rest body.
  static MixerOptions AsRecorded();

  void Describe(OptionTable& table);
};

struct CameraOptions {
  // One of them for each clip; an entry listed twice is drawn twice as often.
  std::vector<ImageSize> images = {{1920, 1080}, {1280, 720},  {1280, 720},
                                   {640, 480},   {1080, 1920}, {720, 1280},
                                   {1080, 1080}, {864, 480},   {2560, 1080}};
  Range fov_deg = {24, 90};  // per octave
  Range pitch_deg = {-30, 50};
  double usual_pitch = 0.5, usual_pitch_deg = 8, usual_pitch_deviation_deg = 12;
  double roll = 0.15, usual_roll_deg = 2;
  Range roll_deg = {-25, 25};
  double moving = 0.35, following = 0.5;
  Range following_delay_s = {0.2, 1.5};
  Range wobble_deg = {0.2, 3}, wobble_hz = {0.05, 1};  // wobble_hz per octave
  double wobble_roll = 0.4;
  Range height_share = {0.15, 1.3};  // per octave
  double person_m = 1.7;
  double nearest_m = 0.35, least_depth_m = 0.3;
  Range farther_m = {0, 0.8};
  double reach = 0.33, wide = 0.1, wide_reach = 0.5;
  double large_share = 0.6, large_reach = 0.3;
  double unsure_lens = 0.5, lens_error = 0.15;

  void Describe(OptionTable& table);
};

// Where a keypoint lies beside its joint: along the way from one joint to another, by a share of
// that way, and by up to so much more of it where the body is seen from the front or from behind.
struct ConventionOptions {
  std::array<double, 3> shoulder = {-0.06, 0.06, 0}, hip = {-0.04, 0.1, 0.14};
  std::array<double, 3> knee = {-0.08, 0.06, 0}, ankle = {-0.1, 0.06, 0};
  std::array<double, 3> elbow = {-0.06, 0.06, 0}, wrist = {-0.08, 0.12, 0};
  Range shoulder_width = {0.88, 1.15}, hip_width = {0.85, 1.5};
  Range sway = {0, 0.2};
  Range sway_hz = {0.08, 0.6};  // per octave
  double side = 0.1;

  void Describe(OptionTable& table);
};

// The detector's errors, as parts of the person's size: the longer side of the box around the
// keypoints. docs/development/lifter-notebook.md says how they were measured.
struct DetectionOptions {
  double level = 1;  // of all that follows; 0: no error at all
  double usual_level = 0.85, level_spread = 0.6;
  double clean = 0.2;
  double largest_size = 4;
  std::array<double, kCocoJoints> hardness = {0.6, 0.6, 0.6, 0.7, 0.7, 0.9, 0.9, 1.1, 1.1,
                                              1.3, 1.3, 1.2, 1.2, 1.1, 1.1, 1.3, 1.3};
  // From frame to frame, drifting, and constant over a clip.
  double white = 0.007, slow = 0.008, bias = 0.008;
  Range white_factor = {0.2, 1.8}, slow_factor = {0.2, 1.8}, bias_factor = {0, 2};
  Range slow_s = {0.1, 0.8};  // per octave
  double certain = 0.4;
  Range score = {0.7, 1};
  double conventions = 0.8;
  ConventionOptions convention;
  double outliers = 0.006, outlier_distance = 0.12, outlier_unsure = 0.5, most_outlier_level = 2;
  int most_outlier_frames = 3;
  Range outlier_score_factor = {0.2, 1};
  double swaps = 0.12;
  Range swap_s = {0.04, 0.5};  // per octave
  double occlusions = 0.35;
  int most_occlusions = 3;
  Range occlusion_s = {0.1, 3};  // per octave
  Range occluded_score = {0.05, 0.7}, occluded_error = {0.005, 0.035};
  double occluded_slow_s = 0.3;
  double outside_error = 0.02, outside_score = 0.3;
  double missing = 0.12;
  double missing_face = 0.25, missing_nose = 0.3;
  double missing_legs = 0.15, missing_hips = 0.4;
  Range gap_s = {0.05, 2};  // per octave

  void Describe(OptionTable& table);
};

struct SynthesisOptions {
  MixerOptions motion;
  CameraOptions camera;
  DetectionOptions detection;
};

// A folder of motion capture. `map`: a file as body_map.h has it; empty: that of all folders.
// Clips of a folder with weight 2 are taken twice as often as if it were 1.
struct MocapFolder {
  std::filesystem::path dir, map;
  double weight = 1;
  bool operator==(const MocapFolder&) const = default;
};

struct AugmentationOptions {
  std::vector<MocapFolder> mocap;
  std::filesystem::path mocap_map;      // of folders without one; empty: the known maps
  std::vector<std::string> test_clips;  // names; empty: every eighth of a folder
  LifterInput input = LifterInput::kPerson;
  int64_t windows = 262144;  // in an epoch
  int64_t windows_per_clip = 16, spread_frames = 160;
  // Of windows that reach beyond the video's beginning or end, where, as in lifting, its first or
  // last frame is repeated. A false start is what a cut, a first false detection, or the T-pose
  // before a recording leaves behind.
  double edges = 0.35, edges_after = 0.5, false_starts = 0.3;
  SynthesisOptions synthesis;

  void Describe(OptionTable& table);
  // Throws OptionError.
  void Check() const;
};

// "1280x720", and {dir, map, weight} or "DIR", "DIR:WEIGHT".
ConfigNode WriteValue(const std::vector<ImageSize>& value);
void ReadValue(const ConfigNode& node, std::vector<ImageSize>& value);
ConfigNode WriteValue(const std::vector<MocapFolder>& value);
void ReadValue(const ConfigNode& node, std::vector<MocapFolder>& value);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_AUGMENTATION_OPTIONS_H_
