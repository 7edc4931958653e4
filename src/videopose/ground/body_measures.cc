// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/body_measures.h"

#include <algorithm>

#include "videopose/base/check.h"
#include "videopose/base/statistics.h"

namespace videopose::internal {
namespace {

// Bent legs are lifted too short, since the depth of the knees is uncertain: the height is measured
// on the share of frames with the straightest legs.
constexpr size_t kStraightestShare = 3;

constexpr float kLongestChain_m = 1.18F;  // of an adult: over the shoulder to the wrist

struct StandingBody {
  double over_ankles_m = 0;  // along the bones: legs, hip to thorax, thorax to head
  double straightness = 0;   // of the legs: hip to ankle via the knee
};

StandingBody MeasureBody(std::span<const Vec3f> joints, const BodyJoints& body) {
  const auto length = [&](int from, int to) {
    return Norm((joints[from] - joints[to]).Cast<double>());
  };
  double legs_m = 0, hips_to_ankles_m = 0;
  for (const size_t side : {0, 1}) {
    legs_m +=
        length(body.hips[side], body.knees[side]) + length(body.knees[side], body.ankles[side]);
    hips_to_ankles_m += length(body.hips[side], body.ankles[side]);
  }
  return {legs_m / 2 + length(body.hip, body.thorax) + length(body.thorax, body.head),
          legs_m > 0 ? hips_to_ankles_m / legs_m : 0};
}

}  // namespace

BodyJoints FindBodyJoints(const Skeleton& skeleton) {
  const auto find = [&](const std::string& name) {
    const int joint = skeleton.IndexOf(name);
    VP_CHECK(joint >= 0, "grounding needs a skeleton with a {}", name);
    return joint;
  };
  const auto pair = [&](const std::string& name) {
    return std::array{find("left_" + name), find("right_" + name)};
  };
  return {.hip = find("hip"),
          .thorax = find("thorax"),
          .head = find("head"),
          .shoulders = pair("shoulder"),
          .elbows = pair("elbow"),
          .wrists = pair("wrist"),
          .hips = pair("hip"),
          .knees = pair("knee"),
          .ankles = pair("ankle")};
}

std::vector<FrameRange> PosedRanges(const PersonMotion& person) {
  std::vector<FrameRange> ranges;
  for (int64_t t = 0; t < person.joints_in_cam.frame_count(); ++t) {
    if (!person.has_pose(t)) continue;
    if (ranges.empty() || ranges.back().end != t) ranges.push_back({t, t});
    ranges.back().end = t + 1;
  }
  return ranges;
}

double StandingHeight(const PersonMotion& person, const Skeleton& skeleton) {
  const BodyJoints body = FindBodyJoints(skeleton);
  std::vector<StandingBody> bodies;
  for (int64_t t = 0; t < person.joints_in_cam.frame_count(); ++t) {
    if (!person.has_pose(t)) continue;
    bodies.push_back(MeasureBody(person.frame(t), body));
  }
  if (bodies.empty()) return 0;
  const size_t straight = std::max<size_t>(1, bodies.size() / kStraightestShare);
  std::nth_element(
      bodies.begin(), bodies.begin() + static_cast<int64_t>(straight - 1), bodies.end(),
      [](const StandingBody& a, const StandingBody& b) { return a.straightness > b.straightness; });
  std::vector<double> lengths_m;
  for (size_t i = 0; i < straight; ++i) lengths_m.push_back(bodies[i].over_ankles_m);
  return Median(std::move(lengths_m)) / (kHeadShareOfHeight - kAnkleShareOfHeight);
}

Vec3d MedianPoint(std::span<const Vec3d> points) {
  const auto along = [&](double Vec3d::*axis) {
    std::vector<double> values;
    for (const Vec3d& point : points) values.push_back(point.*axis);
    return Median(std::move(values));
  };
  return {along(&Vec3d::x), along(&Vec3d::y), along(&Vec3d::z)};
}

Vec3d CentreOfMass(std::span<const Vec3f> joints, const BodyJoints& body) {
  constexpr double kTrunk = 0.497, kHead = 0.081, kUpperArm = 0.028, kForearm = 0.022,
                   kThigh = 0.100, kShank = 0.061;  // hands and feet included
  const auto joint = [&](int j) { return joints[j].Cast<double>(); };
  // A segment's own centre lies at `share` of the way from a to b.
  const auto part = [&](double mass, int a, int b, double share) {
    return mass * ((1 - share) * joint(a) + share * joint(b));
  };
  Vec3d centre =
      part(kTrunk, body.hip, body.thorax, 0.5) + part(kHead, body.thorax, body.head, 0.9);
  for (const size_t side : {0, 1}) {
    centre = centre + part(kUpperArm, body.shoulders[side], body.elbows[side], 0.44) +
             part(kForearm, body.elbows[side], body.wrists[side], 0.68) +
             part(kThigh, body.hips[side], body.knees[side], 0.43) +
             part(kShank, body.knees[side], body.ankles[side], 0.61);
  }
  return centre;
}

float BodyScale(const Skeleton& skeleton, std::span<const Vec3f> joints_of_frames) {
  const size_t joint_count = skeleton.joint_names.size();
  double sum = 0;
  int64_t count = 0;
  for (size_t at = 0; at + joint_count <= joints_of_frames.size(); at += joint_count) {
    const auto joints = joints_of_frames.subspan(at, joint_count);
    if (!std::all_of(joints.begin(), joints.end(), [](Vec3f j) { return IsFinite(j); })) continue;
    float longest = 0;
    for (int joint = 0; joint < skeleton.joint_count(); ++joint) {
      float length = 0;
      int end = joint;
      for (int parent = skeleton.parents[end]; parent >= 0;
           end = parent, parent = skeleton.parents[end]) {
        length += Norm(joints[end] - joints[parent]);
      }
      longest = std::max(longest, length);
    }
    sum += longest;
    ++count;
  }
  return count == 0 || sum == 0 ? 1 : static_cast<float>(sum / count) / kLongestChain_m;
}

}  // namespace videopose::internal
