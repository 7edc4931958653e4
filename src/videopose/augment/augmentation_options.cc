// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/augmentation_options.h"

#include <fmt/format.h>

#include <cmath>

namespace videopose::internal {
namespace {

constexpr Bounds kAngle = {.least = -180, .most = 180};
constexpr Bounds kSeconds = {.least = 0, .most = 1e4, .above = true};
constexpr Bounds kHertz = {.least = 0, .most = 1e3, .above = true};
constexpr Bounds kFactor = {.least = 0, .most = 10};
constexpr Bounds kPositiveFactor = {.least = 0, .most = 10, .above = true};
constexpr Bounds kError = {.least = 0, .most = 1};

// A member of a map, which must be a scalar.
const ConfigNode* Member(const ConfigNode& map, std::string_view key) {
  for (const ConfigNode& item : map.items) {
    if (item.key == key) return &item;
  }
  return nullptr;
}

// "DIR" or "DIR:WEIGHT", unless a folder is called so.
MocapFolder FolderOf(const std::string& text) {
  MocapFolder folder{.dir = text};
  const size_t colon = text.rfind(':');
  std::error_code ignored;
  if (colon == std::string::npos || std::filesystem::exists(text, ignored)) return folder;
  ReadValue(ConfigNode::Scalar(text.substr(colon + 1)), folder.weight);
  folder.dir = text.substr(0, colon);
  return folder;
}

MocapFolder FolderOf(const ConfigNode& node) {
  if (node.kind == ConfigNode::Kind::kScalar) return FolderOf(node.text);
  MocapFolder folder;
  for (const ConfigNode& item : node.items) {
    if (item.key != "dir" && item.key != "map" && item.key != "weight") {
      RefuseValue(node, fmt::format("dir, map and weight, not {}", item.key));
    }
  }
  if (const ConfigNode* dir = Member(node, "dir")) ReadValue(*dir, folder.dir);
  if (const ConfigNode* map = Member(node, "map")) ReadValue(*map, folder.map);
  if (const ConfigNode* weight = Member(node, "weight")) ReadValue(*weight, folder.weight);
  if (folder.dir.empty()) RefuseValue(node, "a folder: {dir: ..., map: ..., weight: ...}");
  return folder;
}

}  // namespace

ConfigNode WriteValue(const std::vector<ImageSize>& value) {
  std::vector<std::string> texts;
  for (const ImageSize& size : value) {
    texts.push_back(fmt::format("{}x{}", size.width_px, size.height_px));
  }
  return ConfigNode::List(texts);
}

void ReadValue(const ConfigNode& node, std::vector<ImageSize>& value) {
  value.clear();
  for (const ConfigNode& item : ItemsOf(node)) {
    const size_t x = item.text.find('x');
    if (x == std::string::npos) RefuseValue(item, "a size like 1280x720");
    ImageSize& size = value.emplace_back();
    ReadValue(ConfigNode::Scalar(item.text.substr(0, x)), size.width_px);
    ReadValue(ConfigNode::Scalar(item.text.substr(x + 1)), size.height_px);
    constexpr int kLargest_px = 1 << 16;
    if (size.width_px < 1 || size.height_px < 1 || size.width_px > kLargest_px ||
        size.height_px > kLargest_px) {
      RefuseValue(item, "a size like 1280x720");
    }
  }
  if (value.empty()) RefuseValue(node, "at least one size like 1280x720");
}

ConfigNode WriteValue(const std::vector<MocapFolder>& value) {
  ConfigNode list{.kind = ConfigNode::Kind::kList};
  for (const MocapFolder& folder : value) {
    ConfigNode map{.kind = ConfigNode::Kind::kMap};
    const auto add = [&](const char* key, ConfigNode item) {
      item.key = key;
      map.items.push_back(std::move(item));
    };
    add("dir", WriteValue(folder.dir));
    if (!folder.map.empty()) add("map", WriteValue(folder.map));
    add("weight", WriteValue(folder.weight));
    list.items.push_back(std::move(map));
  }
  return list;
}

void ReadValue(const ConfigNode& node, std::vector<MocapFolder>& value) {
  value.clear();
  for (const ConfigNode& item : ItemsOf(node)) value.push_back(FolderOf(item));
}

MixerOptions MixerOptions::AsRecorded() {
  MixerOptions options{.combine = 0,
                       .reverse = 0,
                       .straighten = 0,
                       .bend = 0,
                       .free_arms = 0,
                       .free_legs = 0,
                       .free_trunk = 0,
                       .seats = 0,
                       .reaches = 0,
                       .tilt = 0};
  options.body.variation = 0;
  return options;
}

void BodyOptions::Describe(OptionTable& table) {
  table.Add("variation", variation, "of bodies; 0: all are the rest body, 1: as people differ",
            kFactor);
  table.Add("rest_half_hips_m", rest.half_hips, "from the root to a hip", kPositive);
  table.Add("rest_thigh_m", rest.thigh, "its length", kPositive);
  table.Add("rest_shank_m", rest.shank, "its length", kPositive);
  table.Add("rest_trunk_m", rest.trunk, "from the root to the shoulders' level", kPositive);
  table.Add("rest_neck_m", rest.neck, "from there to the neck's base", kPositive);
  table.Add("rest_shoulder_m", rest.shoulder, "from the trunk's end to a shoulder", kPositive);
  table.Add("rest_upper_arm_m", rest.upper_arm, "its length", kPositive);
  table.Add("rest_forearm_m", rest.forearm, "its length", kPositive);
  table.Add("size", size, "standard deviation of the stature", kFactor);
  table.Add("legs", legs, "standard deviation of leg length against stature", kFactor);
  table.Add("arms", arms, "standard deviation of arm length against stature", kFactor);
  table.Add("half_hips", half_hips, "standard deviation against stature", kFactor);
  table.Add("thigh", thigh, "standard deviation against the legs", kFactor);
  table.Add("shank", shank, "standard deviation against the legs", kFactor);
  table.Add("trunk", trunk, "standard deviation against stature", kFactor);
  table.Add("neck", neck, "standard deviation against stature", kFactor);
  table.Add("head", head, "standard deviation against what follows the stature", kFactor);
  table.Add("deviation", deviation, "limits of each of these factors", kPositiveFactor);
  table.Add("trunk_of_rig", trunk_of_rig, "factor by which trunks differ from the rig's",
            kPositiveFactor);
  table.Add("shoulder_of_rig", shoulder_of_rig, "likewise shoulders", kPositiveFactor);
  table.Add("upper_arm_of_rig", upper_arm_of_rig, "likewise upper arms", kPositiveFactor);
  table.Add("forearm_of_rig", forearm_of_rig, "likewise forearms", kPositiveFactor);
  table.Add("head_follows_size", head_follows_size, "how much of the stature's factor heads take",
            kShare);
  table.Add("head_points_m", head_points_m,
            "standard deviations of a face's points to the left, up and forward", kShare);
}

void KeyOptions::Describe(OptionTable& table) {
  table.Add("pace_s", pace_s, "a clip's pace, from key to key, per octave", kSeconds);
  table.Add("paces", paces, "paces to the next key", kPositiveFactor);
  table.Add("hold", hold, "share of keys that are held for a while", kShare);
  table.Add("hold_paces", hold_paces, "paces for which they are held", kPositiveFactor);
}

void FreeArmOptions::Describe(OptionTable& table) {
  constexpr Bounds kUnit = {.least = -1, .most = 1};
  table.Add("least_forward", least_forward,
            "of the upper arm's unit direction: not behind the back", kUnit);
  table.Add("least_outward", least_outward, "of the direction: not through the chest", kUnit);
  table.Add("inward", inward, "arms that point less outward than this", kUnit);
  table.Add("least_forward_inward", least_forward_inward, "... point at least so far forward",
            kUnit);
  table.Add("most_flexion_deg", most_flexion_deg, "of the elbow", kAngle);
  table.Add("roll_deg", roll_deg, "about the upper arm, 0: the hand goes up and forward", kAngle);
}

void FreeLegOptions::Describe(OptionTable& table) {
  table.Add("together", together, "share of clips whose legs do the same", kShare);
  table.Add("rest", rest, "share of keys that stand", kShare);
  table.Add("squat", squat, "share of keys whose knees follow the hips", kShare);
  table.Add("squat_flexion_deg", squat_flexion_deg, "of the hips in the deepest", kAngle);
  table.Add("squat_knee", squat_knee, "flexion of knees, of that of the hips", kFactor);
  table.Add("most_squat_knee_deg", most_squat_knee_deg, "flexion of knees", kAngle);
  table.Add("flexion_deg", flexion_deg, "of the hips in other keys", kAngle);
  table.Add("knee_deg", knee_deg, "flexion of knees in other keys", kAngle);
  table.Add("abduction_deg", abduction_deg, "of the hips, when deepest", kAngle);
  table.Add("abduction_standing", abduction_standing, "share of it when standing", kShare);
  table.Add("lean_deg", lean_deg, "of the pelvis forward, when deepest", kAngle);
  table.Add("lean_apart", lean_apart, "share of it when legs differ", kShare);
}

void FreeTrunkOptions::Describe(OptionTable& table) {
  table.Add("bow_deg", bow_deg, "of the chest forward", kAngle);
  table.Add("twist_deg", twist_deg, "of the chest about the spine", kAngle);
  table.Add("side_deg", side_deg, "of the chest to the side", kAngle);
  table.Add("nod_deg", nod_deg, "of the head forward", kAngle);
  table.Add("head_turn_deg", head_turn_deg, "of the head about the neck", kAngle);
}

void SeatOptions::Describe(OptionTable& table) {
  table.Add("unlike_deg", unlike_deg,
            "standard deviation between left and right where they do the same", kAngle);
  table.Add("moves_deg", moves_deg, "standard deviation of every angle from key to key", kAngle);
  table.Add("rises", rises, "share of people who also stand", kShare);
  table.Add("rise", rise, "share of their keys that stand", kShare);
  table.AddGroup("keys", keys);
}

void ReachOptions::Describe(OptionTable& table) {
  table.Add("both", both, "share of people with both hands at the same place", kShare);
  table.Add("alike", alike, "share of these whose hands move alike", kShare);
  table.Add("each", each, "share of the others whose hands reach for different places", kShare);
  table.Add("stays", stays, "share of keys at a hand's usual place", kShare);
  table.Add("deviation_m", deviation_m, "standard deviation from the place", kNotNegative);
  table.Add("elbow_deg", elbow_deg, "about the way from shoulder to hand, 0: hanging", kAngle);
  table.Add("most_flexion_deg", most_flexion_deg, "of the elbow", kAngle);
  table.AddGroup("keys", keys);
}

void BendOptions::Describe(OptionTable& table) {
  table.Add("constant_deg", constant_deg, "standard deviation of what a joint is turned by",
            kAngle);
  table.Add("moving_deg", moving_deg, "standard deviation of what changes over time", kAngle);
  table.Add("small", small, "share of these clips with just that", kShare);
  table.Add("large_factor", large_factor, "of both in the others", kFactor);
  table.Add("pelvis", pelvis, "factors of both for the pelvis", kFactor);
  table.Add("chest", chest, "likewise", kFactor);
  table.Add("head", head, "likewise", kFactor);
  table.Add("arms", arms, "likewise", kFactor);
  table.Add("legs", legs, "likewise", kFactor);
  table.Add("knees", knees, "likewise, of flexion", kFactor);
  table.Add("elbows", elbows, "likewise, of flexion", kFactor);
  table.Add("most_knee_deg", most_knee_deg, "flexion, unless recorded", kAngle);
  table.Add("most_elbow_deg", most_elbow_deg, "flexion, unless recorded", kAngle);
}

void MixerOptions::Describe(OptionTable& table) {
  table.Add("fps", fps, "apparent frame rates, per octave", {.least = 1, .most = 1000});
  table.Add("near_30_fps", near_30_fps, "share of clips at usual frame rates", kShare);
  table.Add("fps_near_30", fps_near_30, "these", {.least = 1, .most = 1000});
  table.Add("combine", combine, "share of clips with another clip's trunk and arms", kShare);
  table.Add("reverse", reverse, "share of clips played backwards", kShare);
  table.Add("mirror", mirror, "share of clips mirrored", kShare);
  table.Add("speed", speed, "of the recorded, per octave", kPositiveFactor);
  table.Add("warp", warp, "share of clips whose speed changes", kShare);
  table.Add("warp_speed", warp_speed, "by how much of it", {.least = 0, .most = 0.9});
  table.Add("warp_hz", warp_hz, "how often, per octave", kHertz);
  table.Add("short_clip_s", short_clip_s,
            "clips are taken by the square root of their length and so much more", kNotNegative);
  table.Add("straighten", straighten, "share of clips with straighter knees", kShare);
  table.Add("straighten_deg", straighten_deg, "by how much", kAngle);
  table.Add("straighten_fades_deg", straighten_fades_deg,
            "flexion up to which all of it is taken off, and from which on nothing", kAngle);
  table.Add("sway_hz", sway_hz, "of joints turned smoothly, per octave", kHertz);
  table.Add("bend", bend, "share of clips with joints turned a little", kShare);
  table.Add("free_arms", free_arms, "share of arms whose motion is made up", kShare);
  table.Add("free_legs", free_legs, "share of legs likewise: squats, sitting, kneeling, kicks",
            kShare);
  table.Add("free_trunk", free_trunk, "share of trunks likewise: bowing, twisting", kShare);
  table.Add("seats", seats, "share of people who sit, kneel, crouch or lie", kShare);
  table.Add("reaches", reaches, "share of people whose hands reach for their face, arms, hips",
            kShare);
  table.Add("tilt", tilt, "share of people lying, leaning, upside down", kShare);
  table.Add("tilt_deg", tilt_deg, "by how much", {.least = -360, .most = 360});
  table.Add("tilt_turning", tilt_turning, "share of these who go on turning", kShare);
  table.Add("tilt_turning_deg_s", tilt_turning_deg_s, "standard deviation of how fast",
            {.least = 0, .most = 1e4});
  table.AddGroup("bends", bends);
  table.AddGroup("keys", keys);
  table.AddGroup("arm", arm);
  table.AddGroup("leg", leg);
  table.AddGroup("trunk", trunk);
  table.AddGroup("seat", seat);
  table.AddGroup("reach", reach);
  table.AddGroup("body", body);
}

void CameraOptions::Describe(OptionTable& table) {
  constexpr Bounds kFov = {.least = 1, .most = 170};
  table.Add("images", images, "sizes, one for each clip");
  table.Add("fov_deg", fov_deg, "of an image's longer side, per octave", kFov);
  table.Add("pitch_deg", pitch_deg, "positive: looking down", {.least = -90, .most = 90});
  table.Add("usual_pitch", usual_pitch, "share of cameras whose pitch is a usual one", kShare);
  table.Add("usual_pitch_deg", usual_pitch_deg, "its mean", kAngle);
  table.Add("usual_pitch_deviation_deg", usual_pitch_deviation_deg, "its standard deviation",
            {.least = 0, .most = 90});
  table.Add("roll", roll, "share of cameras held askew", kShare);
  table.Add("roll_deg", roll_deg, "by how much", kAngle);
  table.Add("usual_roll_deg", usual_roll_deg, "standard deviation of the others",
            {.least = 0, .most = 90});
  table.Add("moving", moving, "share of cameras that turn", kShare);
  table.Add("following", following, "share of these that follow the person", kShare);
  table.Add("following_delay_s", following_delay_s, "how late they do", kSeconds);
  table.Add("wobble_deg", wobble_deg, "standard deviation of how far they turn",
            {.least = 0, .most = 90});
  table.Add("wobble_hz", wobble_hz, "how fast, per octave", kHertz);
  table.Add("wobble_roll", wobble_roll, "share of it about the axis", kShare);
  table.Add("height_share", height_share,
            "a standing person's height in the image's height, per octave", kPositiveFactor);
  table.Add("person_m", person_m, "that person's height", kPositive);
  table.Add("nearest_m", nearest_m, "least distance of what comes nearest", kPositive);
  table.Add("farther_m", farther_m, "farther than that, where it is met", kNotNegative);
  table.Add("least_depth_m", least_depth_m, "of any point", kPositive);
  table.Add("reach", reach, "of people from the image's middle, in its width and height", kFactor);
  table.Add("wide", wide, "share of clips in which people are farther from the middle", kShare);
  table.Add("wide_reach", wide_reach, "how far", kFactor);
  table.Add("large_share", large_share, "share of the height from which on a person is large",
            kFactor);
  table.Add("large_reach", large_reach, "factor of the vertical reach of large people", kFactor);
  table.Add("unsure_lens", unsure_lens, "share of clips whose lens is assumed wrongly", kShare);
  table.Add("lens_error", lens_error, "by so much: standard deviation of its logarithm",
            {.least = 0, .most = 2});
}

void ConventionOptions::Describe(OptionTable& table) {
  constexpr Bounds kPart = {.least = -1, .most = 1};
  table.Add("shoulder", shoulder, "towards the hip: least, most, most more from the front", kPart);
  table.Add("hip", hip, "on from the shoulder, likewise", kPart);
  table.Add("knee", knee, "on from the hip, likewise", kPart);
  table.Add("ankle", ankle, "on from the knee, likewise", kPart);
  table.Add("elbow", elbow, "on from the shoulder, likewise", kPart);
  table.Add("wrist", wrist, "on from the elbow, likewise", kPart);
  table.Add("shoulder_width", shoulder_width, "distance of the keypoints, of the joints'",
            kPositiveFactor);
  table.Add("hip_width", hip_width, "likewise", kPositiveFactor);
  table.Add("sway", sway, "how much each changes over time, of what it may be", kShare);
  table.Add("sway_hz", sway_hz, "how fast, per octave", kHertz);
  table.Add("side", side, "standard deviation of left against right, of what each may be", kShare);
}

void DetectionOptions::Describe(OptionTable& table) {
  table.Add("level", level, "factor of the detector's errors; 0: none", kFactor);
  table.Add("usual_level", usual_level, "median of a clip's level", kFactor);
  table.Add("level_spread", level_spread, "standard deviation of its logarithm", kFactor);
  table.Add("clean", clean, "share of clips without error", kShare);
  table.Add("largest_size", largest_size, "of a person, in the image's longer side",
            kPositiveFactor);
  table.Add("hardness", hardness, "factor of the errors of each of COCO's keypoints", kFactor);
  table.Add("white", white, "error from frame to frame, of the person's size",
            {.least = 0, .most = 0.2});
  table.Add("slow", slow, "error that drifts, likewise", kError);
  table.Add("bias", bias, "error that stays over a clip, likewise", kError);
  table.Add("white_factor", white_factor, "of a clip", kFactor);
  table.Add("slow_factor", slow_factor, "of a clip", kFactor);
  table.Add("bias_factor", bias_factor, "of a clip", kFactor);
  table.Add("slow_s", slow_s, "in which it drifts, per octave", kSeconds);
  table.Add("certain", certain, "share of clips with scores of 1", kShare);
  table.Add("score", score, "in the others", kShare);
  table.Add("conventions", conventions,
            "share of clips whose keypoints lie beside the joints, as detectors see hips", kShare);
  table.AddGroup("convention", convention);
  table.Add("swaps", swaps, "share of clips in which left is taken for right", kShare);
  table.Add("swap_s", swap_s, "for how long, per octave", kSeconds);
  table.Add("occlusions", occlusions, "share of clips in which limbs are hidden for a while",
            kShare);
  table.Add("most_occlusions", most_occlusions, "of a clip", {.least = 1, .most = 100});
  table.Add("occlusion_s", occlusion_s, "how long, per octave", kSeconds);
  table.Add("occluded_score", occluded_score, "of hidden points", kShare);
  table.Add("occluded_error", occluded_error, "of hidden points, of the person's size", kError);
  table.Add("occluded_slow_s", occluded_slow_s, "in which it drifts", kSeconds);
  table.Add("outside_error", outside_error, "of points outside of the image", kError);
  table.Add("outside_score", outside_score, "their score at most", kShare);
  table.Add("outliers", outliers, "share of points that are somewhere else", kShare);
  table.Add("outlier_distance", outlier_distance, "standard deviation, of the person's size",
            kFactor);
  table.Add("most_outlier_level", most_outlier_level, "above it there are no more", kFactor);
  table.Add("most_outlier_frames", most_outlier_frames, "for which one lasts",
            {.least = 1, .most = 100});
  table.Add("outlier_unsure", outlier_unsure, "share of them with a lower score", kShare);
  table.Add("outlier_score_factor", outlier_score_factor, "by how much lower", kShare);
  table.Add("missing", missing, "share of clips in which points are not given", kShare);
  table.Add("missing_face", missing_face, "share of these without eyes and ears", kShare);
  table.Add("missing_nose", missing_nose, "share of those without a nose, too", kShare);
  table.Add("missing_legs", missing_legs, "share of these without knees and ankles", kShare);
  table.Add("missing_hips", missing_hips, "share of those without hips, too", kShare);
  table.Add("gap_s", gap_s, "how long points of the others are missing, per octave", kSeconds);
}

void AugmentationOptions::Describe(OptionTable& table) {
  table.Add("mocap", mocap, "folders of motion capture: {dir: ..., map: ..., weight: ...}");
  table.Add("mocap_map", mocap_map, "which joint is what, in folders without a map of their own");
  table.Add("test_clips", test_clips, "to test on, not to train on; none: every eighth");
  table.AddChoice("input", input,
                  "rays: about the person, as a camera turned towards them sees them; person: "
                  "keypoints relative to the person; screen: as the reference has them",
                  {{"rays", LifterInput::kRays},
                   {"person", LifterInput::kPerson},
                   {"screen", LifterInput::kScreen}});
  table.Add("windows", windows, "in an epoch", kAtLeastOne);
  table.Add("windows_per_clip", windows_per_clip, "of one synthesised clip; even",
            {.least = 2, .most = 1e6});
  table.Add("spread_frames", spread_frames, "over which these are spread",
            {.least = 0, .most = 1e6});
  table.Add("edges", edges, "share of windows in which the video begins or ends", kShare);
  table.Add("edges_after", edges_after, "share of these in which it ends", kShare);
  table.Add("false_starts", false_starts,
            "share of beginnings that are preceded by another frame of the clip", kShare);
  table.AddGroup("motion", synthesis.motion);
  table.AddGroup("camera", synthesis.camera);
  table.AddGroup("detection", synthesis.detection);
}

void AugmentationOptions::Check() const {
  CheckBounds(*this);
  if (windows_per_clip % 2 != 0) {
    throw OptionError("windows_per_clip", std::to_string(windows_per_clip), "expected pairs");
  }
  const Range& fades = synthesis.motion.straighten_fades_deg;
  if (!(fades.width() > 0)) {
    throw OptionError("motion.straighten_fades_deg", TextOf(WriteValue(fades)),
                      "expected two angles");
  }
  for (const MocapFolder& folder : mocap) {
    if (!(folder.weight > 0 && folder.weight <= 1e6)) {
      throw OptionError("mocap", fmt::format("{}:{}", folder.dir.string(), folder.weight),
                        "expected a weight above 0");
    }
  }
}

}  // namespace videopose::internal
