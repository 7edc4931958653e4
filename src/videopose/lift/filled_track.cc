// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/filled_track.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "videopose/geometry.h"

namespace videopose::internal {
namespace {

Vec2f PlaceOf(const Keypoint& point) { return {point.x_px, point.y_px}; }

Keypoint At(Vec2f place, float score) { return {place.x, place.y, score}; }

bool IsSeenPoint(const Keypoint& point) { return IsSeen(point); }
bool IsGuessed(const Keypoint& point) {
  return std::isfinite(point.x_px) && std::isfinite(point.y_px) &&
         (point.x_px != 0 || point.y_px != 0);
}

// Fills the frames in which a joint has no place, relative to `reference` (T): a hidden limb swings
// about its parent joint.
class JointFiller {
 public:
  JointFiller(const JointTrack<Keypoint>& seen, int joint, bool (*has_place)(const Keypoint&))
      : seen_(seen), joint_(joint) {
    for (int64_t t = 0; t < seen.frame_count(); ++t) {
      if (has_place(seen.at(t, joint))) frames_.push_back(t);
    }
  }

  bool has_places() const { return !frames_.empty(); }

  void Fill(std::span<const Vec2f> reference, JointTrack<Keypoint>& track) const {
    if (frames_.empty()) return;
    int64_t next = 0;  // the first frame that is not filled yet
    for (size_t i = 0; i <= frames_.size(); ++i) {
      const int64_t before = frames_[i == 0 ? 0 : i - 1];
      const int64_t after = frames_[std::min(i, frames_.size() - 1)];
      const int64_t end = i == frames_.size() ? seen_.frame_count() : after;
      for (int64_t t = next; t < end; ++t) {
        const float u = before == after
                            ? 0
                            : static_cast<float>(t - before) / static_cast<float>(after - before);
        const Keypoint offset = Between(Offset(before, reference), Offset(after, reference), u);
        track.at(t, joint_) = At(reference[static_cast<size_t>(t)] + PlaceOf(offset), offset.score);
      }
      if (i < frames_.size()) track.at(after, joint_) = seen_.at(after, joint_);
      next = end + 1;
    }
  }

 private:
  Keypoint Offset(int64_t t, std::span<const Vec2f> reference) const {
    const Keypoint& point = seen_.at(t, joint_);
    return At(PlaceOf(point) - reference[static_cast<size_t>(t)], point.score);
  }

  const JointTrack<Keypoint>& seen_;
  int joint_;
  std::vector<int64_t> frames_;  // in which it has a place
};

std::vector<Vec2f> PlacesOf(const JointTrack<Keypoint>& track, int joint) {
  std::vector<Vec2f> places;
  for (int64_t t = 0; t < track.frame_count(); ++t) places.push_back(PlaceOf(track.at(t, joint)));
  return places;
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
enum : uint8_t { kNose, kLeftEye, kRightEye, kLeftEar, kRightEar, kLeftShoulder, kRightShoulder };
constexpr size_t kLeftHip = 11, kRightHip = 12;

// Half way between two points that are both there.
std::optional<Keypoint> Middle(const Keypoint& a, const Keypoint& b) {
  if (!HasScore(a) || !HasScore(b)) return std::nullopt;
  return Between(a, b, 0.5F);
}

// A point of the face is
//   nose + up (nose - shoulders) + trunk (shoulders - hips) + left (left shoulder - shoulders),
// shoulders and hips being their middles. Least squares over 6000 frames of the motion that
// models/lifter.bin was trained on, seen by synthetic cameras, left and right alike: within 1.3
// (eyes) and 2.5 % (ears) of the body's size.
struct FacePoint {
  size_t point;
  float up, trunk, left;
};
constexpr FacePoint kFacePoints[] = {{kLeftEye, -0.067F, 0.118F, 0.165F},
                                     {kRightEye, -0.067F, 0.118F, -0.165F},
                                     {kLeftEar, -0.616F, 0.280F, 0.376F},
                                     {kRightEar, -0.616F, 0.280F, -0.376F}};

// Places those points of COCO's face that have no score.
void PlaceFace(std::span<Keypoint> frame) {
  const std::optional<Keypoint> shoulders = Middle(frame[kLeftShoulder], frame[kRightShoulder]);
  const std::optional<Keypoint> hips = Middle(frame[kLeftHip], frame[kRightHip]);
  if (!shoulders || !hips) return;
  Keypoint& nose = frame[kNose];
  if (!HasScore(nose)) {
    std::optional<Keypoint> place = Middle(frame[kLeftEye], frame[kRightEye]);
    if (!place) place = Middle(frame[kLeftEar], frame[kRightEar]);
    if (place) nose = *place;
    if (!IsGuessed(nose)) return;  // models learn what bodies without a face are
  }
  const Vec2f up = PlaceOf(nose) - PlaceOf(*shoulders);
  const Vec2f trunk = PlaceOf(*shoulders) - PlaceOf(*hips);
  const Vec2f left = PlaceOf(frame[kLeftShoulder]) - PlaceOf(*shoulders);
  const float score = std::min({nose.score, shoulders->score, hips->score});
  for (const FacePoint& face : kFacePoints) {
    Keypoint& point = frame[face.point];
    if (HasScore(point)) continue;
    point = At(PlaceOf(nose) + face.up * up + face.trunk * trunk + face.left * left, score);
  }
}

}  // namespace

JointTree::JointTree(const KeypointLayout& layout)
    : parents(static_cast<size_t>(layout.joint_count()), -1) {
  for (const KeypointLayout::Bone& bone : layout.bones) {
    int& parent = parents[static_cast<size_t>(bone.to)];
    if (parent < 0) parent = bone.from;
  }
  std::vector<bool> is_listed(parents.size());
  const auto list = [&](int joint) {
    is_listed[static_cast<size_t>(joint)] = true;
    order.push_back(joint);
  };
  // Adds joints whose parents are listed, until none is left.
  for (size_t count = order.size() + 1; count != order.size();) {
    count = order.size();
    for (int j = 0; j < layout.joint_count(); ++j) {
      const int parent = parents[static_cast<size_t>(j)];
      const bool is_next = parent < 0 || is_listed[static_cast<size_t>(parent)];
      if (is_next && !is_listed[static_cast<size_t>(j)]) list(j);
    }
  }
  for (int j = 0; j < layout.joint_count(); ++j) {
    if (is_listed[static_cast<size_t>(j)]) continue;
    parents[static_cast<size_t>(j)] = -1;  // its bones go in a circle
    list(j);
  }
}

Keypoint Between(const Keypoint& a, const Keypoint& b, float u) {
  return At(PlaceOf(a) + u * (PlaceOf(b) - PlaceOf(a)), std::min(a.score, b.score));
}

void PlaceNeverSeen(const KeypointLayout& layout, std::span<const int> never_seen,
                    std::span<Keypoint> frame) {
  if (never_seen.empty()) return;
  static const std::string coco = Coco17().name;
  const bool is_coco = layout.name == coco;
  const Keypoint mean = MeanOf(frame);
  for (const int j : never_seen) {
    Keypoint& point = frame[static_cast<size_t>(j)];
    const bool is_in_face = is_coco && j < kLeftShoulder;
    if (IsGuessed(point) && !is_in_face) point.score = mean.score;
  }
  if (is_coco) PlaceFace(frame);
  for (const int j : never_seen) {
    Keypoint& point = frame[static_cast<size_t>(j)];
    if (IsGuessed(point)) continue;
    const int other = layout.mirrored(j);
    const bool has_other = std::ranges::find(never_seen, other) == never_seen.end();
    point = At(has_other ? PlaceOf(frame[static_cast<size_t>(other)]) : PlaceOf(mean), 0);
  }
}

JointTrack<Keypoint> FilledTrack(const JointTrack<Keypoint>& seen, const KeypointLayout& layout) {
  const auto frames = static_cast<size_t>(seen.frame_count());
  JointTrack<Keypoint> track(seen.frame_count(), layout.joint_count());
  // The whole body's way first, of all points by themselves.
  std::vector<JointFiller> fillers;
  std::vector<int> never_seen;
  std::vector<Vec2f> centre(frames);
  const std::vector<Vec2f> origin(frames);
  float count = 0;
  for (int j = 0; j < layout.joint_count(); ++j) {
    const JointFiller& filler = fillers.emplace_back(seen, j, IsSeenPoint);
    if (!filler.has_places()) {
      never_seen.push_back(j);
      JointFiller(seen, j, IsGuessed).Fill(origin, track);
      continue;
    }
    filler.Fill(origin, track);
    for (size_t t = 0; t < frames; ++t) {
      centre[t] = centre[t] + PlaceOf(track.at(static_cast<int64_t>(t), j));
    }
    ++count;
  }
  for (Vec2f& place : centre) place = (count > 0 ? 1 / count : 0) * place;
  const JointTree tree(layout);
  for (const int j : tree.order) {
    int parent = tree.parents[static_cast<size_t>(j)];
    while (parent >= 0 && !fillers[static_cast<size_t>(parent)].has_places()) {
      parent = tree.parents[static_cast<size_t>(parent)];
    }
    fillers[static_cast<size_t>(j)].Fill(parent < 0 ? centre : PlacesOf(track, parent), track);
  }
  for (int64_t t = 0; t < track.frame_count(); ++t) {
    PlaceNeverSeen(layout, never_seen, track.frame(t));
  }
  return track;
}

}  // namespace videopose::internal
