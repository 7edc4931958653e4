// SPDX-License-Identifier: Apache-2.0

#include "videopose/formats/describe.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "videopose/formats/file_format.h"
#include "videopose/geometry/angle.h"
#include "videopose/ground/camera_views.h"
#include "videopose/ground/world.h"
#include "videopose/pose/scenes.h"

namespace videopose::internal {

namespace fs = std::filesystem;
namespace {

// From half second to half second, so that noise makes no way; cuts are no ways.
double WayOf_m(const Motion& motion) {
  const auto step = std::max<int64_t>(1, std::llround(motion.fps / 2));
  double way_m = 0;
  for (const FrameRange& scene : ScenesOf(motion.cuts, motion.frame_count)) {
    for (int64_t t = scene.begin; t + 1 < scene.end; t += step) {
      const int64_t next = std::min(t + step, scene.end - 1);
      way_m += Norm(motion.camera_at(next).world_from_cam.translation -
                    motion.camera_at(t).world_from_cam.translation);
    }
  }
  return way_m;
}

std::string DescribePlace(const CameraTrack& camera, const Motion* motion) {
  if (!Walks(camera.views)) return "its place is taken as fixed";
  if (motion == nullptr || motion->camera_path.empty()) return "walks";
  const double way_m = WayOf_m(*motion);
  return way_m > 0 ? fmt::format("walks {:.1f} m", way_m)
                   : "its place is taken as fixed: it walks, but no feet tell how far";
}

std::string PeopleText(std::ptrdiff_t count) {
  return count == 0 ? "no person" : count == 1 ? "1 person" : fmt::format("{} people", count);
}

}  // namespace

std::string DescribePeople(const Motion& motion) {
  return PeopleText(std::ranges::count_if(
      motion.people, [&](const PersonMotion& person) { return HasPose(motion, person); }));
}

std::string DescribePeople(const KeypointSequence& keypoints) {
  return PeopleText(std::ranges::count_if(
      keypoints.people, [](const PersonKeypoints& person) { return !SeenRanges(person).empty(); }));
}

std::string DescribePoses(const fs::path& path, const Motion& motion) {
  Motion grounded = motion;
  CompleteGrounding(nullptr, grounded);
  return fmt::format("{}: poses: {}, {} frames, {:.6g} frames per second, {} joints\n  {}{}\n{}",
                     path.string(), DescribePeople(motion), motion.frame_count, motion.fps,
                     motion.joint_count(), Describe(grounded.grounding),
                     motion.camera_path.empty() ? "" : "; there is a camera for each frame",
                     DescribeCamera({.cuts = motion.cuts}, motion.fps, 0, "  "));
}

std::string DescribeCamera(const CameraTrack& camera, double fps, double start_s,
                           std::string_view indent, const Motion* motion) {
  std::string text;
  if (!camera.views.empty() && IsLost(camera)) {
    text += fmt::format("{}camera: moves, but it is not known how{}\n", indent,
                        motion != nullptr ? ": there is no common world" : "");
  } else if (!camera.views.empty()) {
    Vec3d low, high;  // degrees, to the right, up, clockwise
    double least_zoom = 1, most_zoom = 1, sigma_deg = 0;
    for (const CameraView& view : camera.views) {
      const Vec3d ahead = Rotate(view.first_from_cam, {0, 0, 1});
      const Vec3d right = Rotate(view.first_from_cam, {1, 0, 0});
      const Vec3d angles = DegreesFromRadians(Vec3d{std::atan2(ahead.x, ahead.z),
                                                    std::asin(std::clamp(-ahead.y, -1.0, 1.0)),
                                                    std::asin(std::clamp(right.y, -1.0, 1.0))});
      low = {std::min(low.x, angles.x), std::min(low.y, angles.y), std::min(low.z, angles.z)};
      high = {std::max(high.x, angles.x), std::max(high.y, angles.y), std::max(high.z, angles.z)};
      least_zoom = std::min(least_zoom, view.zoom);
      most_zoom = std::max(most_zoom, view.zoom);
      sigma_deg = std::max(sigma_deg, view.sigma_deg);
    }
    const Vec3d range = high - low;
    text += fmt::format(
        "{}camera: turns by {:.0f} degrees across, {:.0f} up and down, {:.0f} about "
        "its axis{}, +-{:.1f} degrees at most; {}\n",
        indent, range.x, range.y, range.z,
        most_zoom > least_zoom ? fmt::format(", zooms from {:.2f} to {:.2f}", least_zoom, most_zoom)
                               : "",
        sigma_deg, DescribePlace(camera, motion));
  }
  if (!camera.cuts.empty()) {
    std::vector<std::string> times;
    for (const int64_t cut : camera.cuts) {
      times.push_back(fmt::format("{:.2f} s", start_s + static_cast<double>(cut) / fps));
    }
    text += fmt::format("{}cut at {}: {} scenes, each in a world of its own\n", indent,
                        fmt::join(times, ", "), times.size() + 1);
  }
  return text;
}

std::string DescribeBvh(const fs::path& path, const BvhClip& clip) {
  std::vector<std::string> names;
  for (const BvhJoint& joint : clip.joints) {
    if (!joint.channels.empty()) names.push_back(joint.name);
  }
  return fmt::format(
      "{}: motion (BVH): {} joints, {} frames, {:.6g} frames per second\n  joints  {}\n",
      path.string(), names.size(), clip.frame_count, 1 / clip.frame_time_s, fmt::join(names, ", "));
}

std::string DescribeMarkers(const fs::path& path, std::string_view format,
                            const MarkerTrial& trial) {
  return fmt::format(
      "{}: markers ({}): {} of them, {} frames, {:.6g} frames per second, {}\n  markers  {}\n",
      path.string(), format, trial.labels.size(), trial.points.dim(0), trial.rate_hz, trial.units,
      fmt::join(trial.labels, ", "));
}

}  // namespace videopose::internal
