// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/sequence_from.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/import/frame_numbers.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/import/tracks.h"
#include "videopose/pose/default_fps.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

struct Size {
  int width_px, height_px;
};

// The extent of the points seen in the file.
struct Range {
  float left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
};

Range RangeOf(const Detections& detections) {
  Range range;
  for (const Detection& detection : detections.found) {
    for (const Keypoint& point : detection.points) {
      if (point.score <= 0) continue;
      range.left = std::min(range.left, point.x_px);
      range.right = std::max(range.right, point.x_px);
      range.top = std::min(range.top, point.y_px);
      range.bottom = std::max(range.bottom, point.y_px);
    }
  }
  return range;
}

// The smallest usual size of videos that holds the points (detectors put some a little outside), or
// else the points' own range.
Size UsualSize(const Range& range) {
  static constexpr std::array<Size, 12> kUsual = {{{640, 480},
                                                   {480, 640},
                                                   {854, 480},
                                                   {480, 854},
                                                   {1280, 720},
                                                   {720, 1280},
                                                   {1920, 1080},
                                                   {1080, 1920},
                                                   {2560, 1440},
                                                   {1440, 2560},
                                                   {3840, 2160},
                                                   {2160, 3840}}};
  for (const Size& size : kUsual) {
    constexpr float kOutside = 1.05F;
    if (range.right <= kOutside * static_cast<float>(size.width_px) &&
        range.bottom <= kOutside * static_cast<float>(size.height_px)) {
      return size;
    }
  }
  const auto whole = [](float end) {
    constexpr float kMostPx = 1 << 20;
    return static_cast<int>(std::ceil(std::clamp(end, 1.0F, kMostPx)));
  };
  return {whole(range.right), whole(range.bottom)};
}

// Detectors find a person in several boxes, and then give the same points several times.
void DropCopies(std::vector<Detection>& sorted) {
  const auto numbers = [](const Keypoint& point) {
    return std::tuple(point.x_px, point.y_px, point.score);
  };
  const auto is_before = [&](const Detection* a, const Detection* b) {
    return std::ranges::lexicographical_compare(a->points, b->points, {}, numbers, numbers);
  };
  std::set<const Detection*, decltype(is_before)> of_frame(is_before);
  std::vector<bool> is_copy;
  for (const Detection& detection : sorted) {
    if (!of_frame.empty() && (*of_frame.begin())->frame != detection.frame) of_frame.clear();
    is_copy.push_back(!of_frame.insert(&detection).second);
  }
  size_t kept = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (is_copy[i]) continue;
    if (kept != i) sorted[kept] = std::move(sorted[i]);
    ++kept;
  }
  sorted.resize(kept);
}

// Drops people without any point, and copies, and looks at the rest.
void Clean(Detections& detections, const std::string& what) {
  std::erase_if(detections.found,
                [](const Detection& detection) { return !IsSeen(detection.points); });
  if (detections.found.empty()) Fail("{}: there is no person in it ({})", what, detections.format);
  const size_t points = detections.found[0].points.size();
  for (const Detection& detection : detections.found) {
    if (detection.points.size() != points) {
      Fail("{}: frame {}: a person of {} points, where others have {}", what, detection.frame,
           detection.points.size(), points);
    }
  }
  std::stable_sort(detections.found.begin(), detections.found.end(),
                   [](const Detection& a, const Detection& b) { return a.frame < b.frame; });
  DropCopies(detections.found);
}

// The part of the points that lie left of the image or above it.
double OutsidePart(const Detections& detections) {
  int64_t outside = 0, seen = 0;
  for (const Detection& detection : detections.found) {
    for (const Keypoint& point : detection.points) {
      if (point.score <= 0) continue;
      ++seen;
      if (point.x_px < 0 || point.y_px < 0) ++outside;
    }
  }
  return static_cast<double>(outside) / static_cast<double>(seen);
}

// Points as parts of the image, 0..1 and a little beyond, become pixels. Throws for metres.
void ScaleToPixels(Detections& detections, const ImportOptions& options, const std::string& what) {
  constexpr float kLargestNotPx = 5;
  const Range range = RangeOf(detections);
  if (std::max({range.right, range.bottom, -range.left, -range.top}) > kLargestNotPx) return;
  // Metres are from the hips: half of a body is left of them, and half above.
  constexpr double kMostOutside = 0.4;
  if (OutsidePart(detections) > kMostOutside) {
    Fail(
        "{}: points from ({:.2f}, {:.2f}) to ({:.2f}, {:.2f}) are neither pixels nor parts of the "
        "image (0 to 1) but metres, as in MediaPipe's world landmarks or a file of 3D poses; "
        "give the points in the image",
        what, range.left, range.top, range.right, range.bottom);
  }
  const int width_px = options.width_px > 0 ? options.width_px : detections.width_px;
  const int height_px = options.height_px > 0 ? options.height_px : detections.height_px;
  if (width_px <= 0 || height_px <= 0) {
    Fail(ErrorCode::kInvalidArgument, {.option = "width_px"},
         "{}: points are parts of the image (0 to 1), whose size is not known", what);
  }
  for (Detection& detection : detections.found) {
    for (Keypoint& point : detection.points) {
      point.x_px *= static_cast<float>(width_px);
      point.y_px *= static_cast<float>(height_px);
    }
  }
}

void ChooseSizeAndRate(const Detections& detections, const ImportOptions& options,
                       ImportedKeypoints& result) {
  KeypointSequence& keypoints = result.keypoints;
  keypoints.fps = options.fps > 0 ? options.fps : detections.fps;
  if (!(keypoints.fps > 0 && keypoints.fps < 1e4)) {
    keypoints.fps = kDefaultFps;
    result.assumptions.push_back(
        {fmt::format("{:g} frames per second, which the file does not say", kDefaultFps), "fps"});
  }
  keypoints.width_px = options.width_px > 0 ? options.width_px : detections.width_px;
  keypoints.height_px = options.height_px > 0 ? options.height_px : detections.height_px;
  if (keypoints.width_px > 0 && keypoints.height_px > 0) return;
  const Size size = UsualSize(RangeOf(detections));
  keypoints.width_px = size.width_px;
  keypoints.height_px = size.height_px;
  result.assumptions.push_back(
      {fmt::format("images of {} x {} pixels, which hold all points; the file does not say",
                   size.width_px, size.height_px),
       "width_px"});
}

// Frames from the file's first to its last, 0 based, and a row of joints in each for all people.
void FillPeople(const Detections& detections, const CocoMapping& mapping,
                const LimbEndMapping& limb_ends, const std::string& what, double file_bytes,
                ImportedKeypoints& result) {
  KeypointSequence& keypoints = result.keypoints;
  const AssignedTracks assigned = AssignTracks(detections.found, what);
  if (!assigned.note.empty()) result.assumptions.push_back({assigned.note, ""});
  const auto& tracks = assigned.of_detections;
  std::map<int64_t, size_t> people;  // by track, in the order of their numbers
  for (const auto& track : tracks) {
    if (track) people.try_emplace(*track, 0);
  }
  const auto [first, frames, numbering_note] = SpanOf(detections);
  if (!numbering_note.empty()) result.assumptions.push_back({numbering_note, ""});
  const int landmarks = limb_ends.empty() ? 0 : BlazePose33().joint_count();
  constexpr double kMostFrames = 2e6, kMostRows = 20e6;
  const double row_bytes = kCocoJoints * sizeof(Keypoint) + landmarks * sizeof(ExtraPoint);
  const double most_rows = std::min(kMostRows, MostBytesFrom(file_bytes) / row_bytes);
  if (frames > kMostFrames || frames * static_cast<double>(people.size()) > most_rows) {
    Fail(ErrorCode::kLimit,
         "{}: {} people in {:.0f} frames are more than can be held; give a part of it", what,
         people.size(), frames);
  }
  keypoints.frame_count = frames;
  for (auto& [track, index] : people) {
    index = keypoints.people.size();
    keypoints.people.push_back({.id = static_cast<int>(track)});
    keypoints.people.back().keypoints = {keypoints.frame_count, keypoints.joint_count()};
    if (landmarks > 0) keypoints.people.back().extra_points = {keypoints.frame_count, landmarks};
  }
  for (size_t i = 0; i < tracks.size(); ++i) {
    if (!tracks[i]) continue;
    PersonKeypoints& person = keypoints.people[people.at(*tracks[i])];
    const std::vector<Keypoint>& points = detections.found[i].points;
    const int64_t t = detections.found[i].frame - first;
    mapping.Map(points, person.frame(t));
    if (landmarks > 0) limb_ends.Map(points, person.frame(t), person.extra_points.frame(t));
  }
}

}  // namespace

ImportedKeypoints SequenceFrom(Detections detections, const ImportOptions& options,
                               const std::string& what, double file_bytes) {
  Clean(detections, what);
  const ChosenLayout layout = ChooseLayout(detections, options.layout.value_or(""), what);
  const CocoMapping mapping(layout, what);
  ScaleToPixels(detections, options, what);
  ImportedKeypoints result;
  result.format = fmt::format("{}, {}", detections.format, layout.name);
  result.keypoints.layout = Coco17();
  ChooseSizeAndRate(detections, options, result);
  FillPeople(detections, mapping, LimbEndMapping(layout), what, file_bytes, result);
  return result;
}

}  // namespace videopose::internal
