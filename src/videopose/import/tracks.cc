// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

constexpr int64_t kLongestGapFrames = 30;
constexpr double kLeastSimilarity = 0.1;
constexpr double kTolerance = 0.2;  // of the person's size, for a frame
constexpr size_t kMostPeople = 500;
constexpr double kMostDoubled = 0.05;  // of all frames

struct Track {
  int64_t id = 0;
  const Detection* last = nullptr;
};

double SizeOf(const Detection& detection) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  float left = kInfinity, top = kInfinity, right = -kInfinity, bottom = -kInfinity;
  for (const Keypoint& point : detection.points) {
    if (point.score <= 0) continue;
    left = std::min(left, point.x_px);
    right = std::max(right, point.x_px);
    top = std::min(top, point.y_px);
    bottom = std::max(bottom, point.y_px);
  }
  if (left > right) return 0;
  // A line, as of an arm alone, has no area.
  const double width = right - left, height = bottom - top;
  return std::max(std::sqrt(width * height), std::max(width, height) / 4);
}

double Similarity(const Detection& before, const Detection& now) {
  const double tolerance = kTolerance * std::max(SizeOf(before), SizeOf(now));
  const double scale = 2 * tolerance * tolerance * static_cast<double>(now.frame - before.frame);
  double sum = 0;
  int joints = 0;
  for (size_t j = 0; j < std::min(before.points.size(), now.points.size()); ++j) {
    const Keypoint &a = before.points[j], &b = now.points[j];
    if (a.score <= 0 || b.score <= 0) continue;
    const double dx = a.x_px - b.x_px, dy = a.y_px - b.y_px;
    sum += scale > 0 ? std::exp(-(dx * dx + dy * dy) / scale) : 0;
    ++joints;
  }
  return joints == 0 ? 0 : sum / joints;
}

// [begin, end) of the detections in the same frame as the first.
size_t EndOfFrame(std::span<const Detection> detections, size_t begin) {
  size_t end = begin;
  while (end < detections.size() && detections[end].frame == detections[begin].frame) ++end;
  return end;
}

// The file's own tracks; nothing where it has none.
std::optional<AssignedTracks> TracksOfFile(std::span<const Detection> detections) {
  AssignedTracks tracks{.of_detections = std::vector<std::optional<int64_t>>(detections.size())};
  std::map<int64_t, const Detection*> last;
  int64_t frames = 0, doubled_frames = 0;
  for (size_t begin = 0, end = 0; begin < detections.size(); begin = end) {
    end = EndOfFrame(detections, begin);
    std::map<int64_t, size_t> chosen;
    bool is_doubled = false;
    for (size_t i = begin; i < end; ++i) {
      if (!detections[i].track_id) return std::nullopt;
      const int64_t id = *detections[i].track_id;
      const auto [other, is_first] = chosen.try_emplace(id, i);
      if (is_first) continue;
      if (tracks.note.empty()) {
        tracks.note = fmt::format(
            "that of several people called {} in frame {}, and in such frames, "
            "the one most like the frame before is meant",
            id, detections[i].frame);
      }
      is_doubled = true;
      const auto before = last.find(id);
      if (before == last.end()) continue;
      if (Similarity(*before->second, detections[i]) >
          Similarity(*before->second, detections[other->second])) {
        other->second = i;
      }
    }
    ++frames;
    doubled_frames += is_doubled ? 1 : 0;
    for (const auto& [id, index] : chosen) {
      tracks.of_detections[index] = id;
      last[id] = &detections[index];
    }
  }
  const bool are_tracks = static_cast<double>(doubled_frames) <=
                          std::max(1.0, kMostDoubled * static_cast<double>(frames));
  return are_tracks ? std::optional(std::move(tracks)) : std::nullopt;
}

// Joins the people of a frame to tracks; 0 for those that are similar to no track.
std::vector<int64_t> JoinFrame(std::span<const Detection> people, std::vector<Track>& tracks) {
  struct Pair {
    double similarity;
    size_t person, track;
  };
  std::vector<Pair> pairs;
  for (size_t p = 0; p < people.size(); ++p) {
    for (size_t k = 0; k < tracks.size(); ++k) {
      const double similarity = Similarity(*tracks[k].last, people[p]);
      if (similarity >= kLeastSimilarity) pairs.push_back({similarity, p, k});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.similarity > b.similarity; });
  std::vector<int64_t> ids(people.size());
  std::vector<bool> is_taken(tracks.size());
  for (const Pair& pair : pairs) {
    if (ids[pair.person] != 0 || is_taken[pair.track]) continue;
    ids[pair.person] = tracks[pair.track].id;
    is_taken[pair.track] = true;
    tracks[pair.track].last = &people[pair.person];
  }
  return ids;
}

}  // namespace

AssignedTracks AssignTracks(std::span<const Detection> detections, const std::string& what) {
  if (auto tracks = TracksOfFile(detections)) return *std::move(tracks);
  AssignedTracks result;
  std::vector<Track> tracks;
  int64_t next_id = 1;
  for (size_t begin = 0, end = 0; begin < detections.size(); begin = end) {
    end = EndOfFrame(detections, begin);
    const auto people = detections.subspan(begin, end - begin);
    if (people.size() > kMostPeople) {
      Fail("{}: frame {}: {} people in one image; expected at most {}", what, people[0].frame,
           people.size(), kMostPeople);
    }
    std::erase_if(tracks, [&](const Track& track) {
      return people[0].frame - track.last->frame > kLongestGapFrames;
    });
    const std::vector<int64_t> ids = JoinFrame(people, tracks);
    for (size_t p = 0; p < people.size(); ++p) {
      result.of_detections.emplace_back(ids[p] != 0 ? ids[p] : next_id);
      if (ids[p] == 0) tracks.push_back({next_id++, &people[p]});
    }
  }
  return result;
}

}  // namespace videopose::internal
