// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "videopose/geometry/angle.h"
#include "videopose/ground/body_measures.h"

namespace videopose::internal {
namespace {

int64_t FramesWithPeople(const KeypointSequence& keypoints) {
  int64_t count = 0;
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    count += std::any_of(keypoints.people.begin(), keypoints.people.end(),
                         [&](const PersonKeypoints& p) { return IsSeen(p.frame(t)); });
  }
  return count;
}

std::vector<int> IdsSeen(const KeypointSequence& keypoints) {
  std::vector<int> ids;
  for (const PersonKeypoints& person : keypoints.people) {
    if (!SeenRanges(person).empty()) ids.push_back(person.id);
  }
  return ids;
}

}  // namespace

std::string FormatSummary(const KeypointSequence& keypoints, double elapsed_s,
                          const std::vector<std::filesystem::path>& files) {
  const std::vector<int> people = IdsSeen(keypoints);
  const double length_s =
      keypoints.fps > 0 ? static_cast<double>(keypoints.frame_count) / keypoints.fps : 0;
  std::string text = fmt::format("{} frames, ", keypoints.frame_count);
  if (people.empty()) {
    text += "no person found";
  } else if (people.size() == 1) {
    text += fmt::format("1 person seen in {} of them", FramesWithPeople(keypoints));
  } else {
    text += fmt::format("{} people ({}) seen in {} of them", people.size(), fmt::join(people, ", "),
                        FramesWithPeople(keypoints));
  }
  text += fmt::format(", {:.1f} s ({:.2g} x real time)", elapsed_s,
                      length_s / std::max(elapsed_s, 1e-3));
  for (const std::filesystem::path& file : files) text += fmt::format("\nwrote {}", file.string());
  return text + "\n";
}

std::string FormatPeople(const std::vector<TrackSummary>& tracks,
                         const KeypointSequence& keypoints) {
  const auto time_s = [&](int64_t frame) {
    return keypoints.start_s + static_cast<double>(frame) / std::max(keypoints.fps, 1e-3);
  };
  std::string text;
  for (const TrackSummary& track : tracks) {
    if (track.seen_frames == 0) continue;
    if (text.empty()) text = "  ID        seen from - to      frames    size   sure\n";
    text += fmt::format("{:4}  {:7.1f} s - {:6.1f} s  {:5} of {:<5} {:4.0f} px  {:3.0f} %\n",
                        track.id, time_s(track.first_frame), time_s(track.last_frame + 1),
                        track.seen_frames, track.last_frame + 1 - track.first_frame,
                        track.height_px, 100 * track.mean_presence);
  }
  return text;
}

std::string FormatGround(const Motion& motion, const GroundOptions& options) {
  if (!motion.camera) {
    if (motion.grounding == Grounding::kNone) return {};
    return fmt::format("ground: {}\n", Describe(motion.grounding));
  }
  const Vec3d ahead = Rotate(motion.camera->world_from_cam.rotation, {0, 0, 1});
  const double down_deg = DegreesFromRadians(-std::asin(std::clamp(ahead.z, -1.0, 1.0)));
  const long rounded_deg = std::lround(std::abs(down_deg));
  const std::string looking =
      rounded_deg == 0
          ? "level"
          : fmt::format("looking {} by {} degrees", down_deg > 0 ? "down" : "up", rounded_deg);
  // Rounded here: "{:.1f}" would make "-0.0" of a camera just below the floor.
  const double height_m = std::round(10 * motion.camera->world_from_cam.translation.z) / 10;
  std::string text = fmt::format(
      "ground: camera {:.1f} m {} the floor{}, {}, focal length {:.0f} px{}\n", std::abs(height_m),
      height_m < 0 ? "under" : "over", height_m < 0 ? " (of a stage, or the lens is wrong)" : "",
      looking, MeanFocalPx(motion.camera->lens),
      !KnowsLens(options) ? " (assumed; --fov, --focal or --calibration tell it)" : "");
  for (const PersonMotion& person : motion.people) {
    if (!person.own_floor_m) continue;
    text += fmt::format("ground: person {} stands on a floor of their own, {:.2f} m higher\n",
                        person.id, *person.own_floor_m);
  }
  return text;
}

std::string SizeWarning(const Motion& motion, const std::filesystem::path& file,
                        double length_unit_m) {
  if (KnownSkeleton(motion.skeleton.joint_names) == nullptr) return {};
  constexpr double kShortest_m = 0.5, kTallest_m = 2.6;
  constexpr std::array<std::pair<double, const char*>, 3> kUnits = {
      {{1, "metres"}, {0.01, "centimetres"}, {0.001, "millimetres"}}};
  const auto is_usual = [&](double height_m) {
    return height_m > kShortest_m && height_m < kTallest_m;
  };
  // What 1 is called; in a unit that the file names itself, by how much it is wrong.
  const auto name_of = [&](double unit_m) -> std::string {
    for (const auto& [known_m, name] : kUnits) {
      if (std::abs(unit_m / known_m - 1) < 1e-6) return name;
    }
    return "";
  };
  for (const PersonMotion& person : motion.people) {
    const double height_m = StandingHeight(person, motion.skeleton);
    if (height_m == 0 || is_usual(height_m)) continue;
    std::string text =
        fmt::format("{}: person {} is {:.3g} m tall", file.string(), person.id, height_m);
    text += fmt::format("; expected {}", length_unit_m > 0 ? name_of(length_unit_m)
                                                           : "the unit that the file names");
    for (const double times : {0.001, 0.01, 0.1, 10.0, 100.0, 1000.0}) {
      if (!is_usual(times * height_m)) continue;
      const std::string found = name_of(times * length_unit_m);
      return text + (found.empty() ? fmt::format(", found what may be {:g} times {}",
                                                 times < 1 ? std::round(1 / times) : times,
                                                 times < 1 ? "too large" : "too small")
                                   : ", found what may be " + found);
    }
    return text;
  }
  return {};
}

std::string FormatCaptureRate(const VideoInfo& video) {
  const double playing_fps = video.frame_rate.per_second();
  if (std::abs(video.captured_fps / playing_fps - 1) < 1e-6) return {};
  return fmt::format(
      "rate: taken at {:g} frames a second, played at {:.4g}: speeds are those of {:g} (--fps)\n",
      video.captured_fps, playing_fps, video.captured_fps);
}

void PrintSummary(const KeypointSequence& keypoints, double elapsed_s,
                  const std::vector<std::filesystem::path>& files) {
  fmt::print("{}", FormatSummary(keypoints, elapsed_s, files));
}

void PrintDecodeWarnings(const std::string& warnings) {
  if (!warnings.empty()) fmt::print(stderr, "videopose: {}\n", warnings);
}

}  // namespace videopose::internal
