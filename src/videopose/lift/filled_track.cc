#include "videopose/lift/filled_track.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "videopose/geometry/vec.h"

namespace videopose {
namespace {

Vec2f PlaceOf(const Keypoint& point) { return {point.x_px, point.y_px}; }

Keypoint At(Vec2f place, float score) { return {place.x, place.y, score}; }

bool IsGuessed(const Keypoint& point) {
  return std::isfinite(point.x_px) && std::isfinite(point.y_px) &&
         (point.x_px != 0 || point.y_px != 0);
}

// One joint's frames [begin, end) between two that have a place; null: there is none on that side.
void FillBetween(const Keypoint* before, const Keypoint* after, int64_t begin, int64_t end,
                 int64_t longest_gap, int joint, JointTrack<Keypoint>& track) {
  const auto length = static_cast<float>(end - begin + 1);
  for (int64_t t = begin; t < end; ++t) {
    Keypoint& point = track.at(t, joint);
    int64_t away = end - begin;
    if (before != nullptr && after != nullptr) {
      point = Between(*before, *after, static_cast<float>(t - begin + 1) / length);
    } else {
      point = before != nullptr ? *before : *after;
      away = before != nullptr ? t - begin + 1 : end - t;
    }
    if (away > longest_gap) point.score = 0;
  }
}

// False, and nothing done, where the joint has no place in any frame.
bool FillJoint(const JointTrack<Keypoint>& seen, int joint, bool (*has_place)(const Keypoint&),
               int64_t longest_gap, JointTrack<Keypoint>& track) {
  const Keypoint* before = nullptr;
  int64_t next = 0;  // the first frame that is not filled yet
  for (int64_t t = 0; t < seen.frame_count(); ++t) {
    const Keypoint& point = seen.at(t, joint);
    if (!has_place(point)) continue;
    FillBetween(before, &point, next, t, longest_gap, joint, track);
    track.at(t, joint) = point;
    before = &point;
    next = t + 1;
  }
  if (before == nullptr) return false;
  FillBetween(before, nullptr, next, seen.frame_count(), longest_gap, joint, track);
  return true;
}

bool HasScore(const Keypoint& point) { return point.score > 0; }

// The middle of the points with a score, and the mean of these.
Keypoint MeanOf(std::span<const Keypoint> frame) {
  Keypoint mean;
  float count = 0;
  for (const Keypoint& point : frame) {
    if (!HasScore(point)) continue;
    mean = {mean.x_px + point.x_px, mean.y_px + point.y_px, mean.score + point.score};
    ++count;
  }
  if (count == 0) return {};
  return {mean.x_px / count, mean.y_px / count, mean.score / count};
}

// COCO's points.
enum : size_t { kNose, kLeftEye, kRightEye, kLeftEar, kRightEar, kLeftShoulder, kRightShoulder };
constexpr size_t kLeftHip = 11, kRightHip = 12;

// Half way between two points that are both there.
std::optional<Keypoint> Middle(const Keypoint& a, const Keypoint& b) {
  if (!HasScore(a) || !HasScore(b)) return std::nullopt;
  return Between(a, b, 0.5F);
}

// A point of the face, from the nose: `up` times the way from the shoulders' middle to the nose,
// and `left` times half the shoulders' width. Seen from the side the shoulders lie one behind the
// other, and so do eyes and ears.
struct FacePoint {
  size_t point;
  float up, left;
};
constexpr FacePoint kFacePoints[] = {{kLeftEye, 0.2F, 0.18F},
                                     {kRightEye, 0.2F, -0.18F},
                                     {kLeftEar, 0.12F, 0.42F},
                                     {kRightEar, 0.12F, -0.42F}};
constexpr float kNoseOverShoulders = 1.2F / 2.6F;  // of the trunk's length

// Places those points of COCO's face that have no score.
void PlaceFace(std::span<Keypoint> frame) {
  const std::optional<Keypoint> shoulders = Middle(frame[kLeftShoulder], frame[kRightShoulder]);
  Keypoint& nose = frame[kNose];
  if (!HasScore(nose)) {
    const std::optional<Keypoint> hips = Middle(frame[kLeftHip], frame[kRightHip]);
    std::optional<Keypoint> place = Middle(frame[kLeftEar], frame[kRightEar]);
    if (!place) place = Middle(frame[kLeftEye], frame[kRightEye]);
    if (!place && shoulders && hips) place = Between(*hips, *shoulders, 1 + kNoseOverShoulders);
    if (place) nose = *place;
  }
  if (!shoulders || !HasScore(nose)) return;
  const Vec2f up = PlaceOf(nose) - PlaceOf(*shoulders);
  const Vec2f left = PlaceOf(frame[kLeftShoulder]) - PlaceOf(*shoulders);
  for (const FacePoint& face : kFacePoints) {
    Keypoint& point = frame[face.point];
    if (HasScore(point)) continue;
    point = At(PlaceOf(nose) + face.up * up + face.left * left,
               std::min(nose.score, shoulders->score));
  }
}

}  // namespace

Keypoint Between(const Keypoint& a, const Keypoint& b, float u) {
  return At(PlaceOf(a) + u * (PlaceOf(b) - PlaceOf(a)), std::min(a.score, b.score));
}

void PlaceNeverSeen(const KeypointLayout& layout, std::span<const int> never_seen,
                    std::span<Keypoint> frame) {
  if (never_seen.empty()) return;
  const Keypoint mean = MeanOf(frame);
  for (const int j : never_seen) {
    Keypoint& point = frame[static_cast<size_t>(j)];
    if (IsGuessed(point)) point.score = mean.score;
  }
  static const std::string coco = Coco17().name;
  if (layout.name == coco) PlaceFace(frame);
  for (const int j : never_seen) {
    Keypoint& point = frame[static_cast<size_t>(j)];
    if (HasScore(point)) continue;
    const int other = layout.mirrored(j);
    const bool has_other = std::ranges::find(never_seen, other) == never_seen.end();
    point = At(has_other ? PlaceOf(frame[static_cast<size_t>(other)]) : PlaceOf(mean), 0);
  }
}

JointTrack<Keypoint> FilledTrack(const JointTrack<Keypoint>& seen, const KeypointLayout& layout,
                                 int64_t longest_gap) {
  const int joint_count = layout.joint_count();
  JointTrack<Keypoint> track(seen.frame_count(), joint_count);
  std::vector<int> never_seen;
  for (int j = 0; j < joint_count; ++j) {
    if (FillJoint(seen, j, IsSeen, longest_gap, track)) continue;
    FillJoint(seen, j, IsGuessed, longest_gap, track);
    never_seen.push_back(j);
  }
  for (int64_t t = 0; t < track.frame_count(); ++t) {
    PlaceNeverSeen(layout, never_seen, track.frame(t));
  }
  return track;
}

}  // namespace videopose
