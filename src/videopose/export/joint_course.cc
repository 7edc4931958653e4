// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/joint_course.h"

#include <algorithm>
#include <string>

#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/ground/world.h"
#include "videopose/refine/rigid_bones.h"

namespace videopose::internal {
namespace {

using enum h36m17::Joint;

constexpr double kLongestShownGap_s = 0.5;

// Without any pose: the lengths of a body of 1.7 m (synthetic/synthetic_body.h).
constexpr BoneLengths kOrdinaryLengths_m = {0,    0.10, 0.42, 0.42, 0.10, 0.42, 0.42, 0.23, 0.25,
                                            0.19, 0.18, 0.18, 0.32, 0.25, 0.18, 0.32, 0.25};

std::array<int, kJointCount> SourceIndices(const Skeleton& skeleton) {
  std::array<int, kJointCount> indices{};
  for (size_t j = 0; j < indices.size(); ++j) {
    const std::string& name = Human36m17().joint_names[j];
    indices[j] = skeleton.IndexOf(name);
    if (indices[j] < 0) {
      Fail(ErrorCode::kMismatch,
           "an animated skeleton needs the {} joints of Human3.6M; '{}' has no {}", indices.size(),
           skeleton.name, name);
    }
  }
  return indices;
}

// Calls gap(begin, end) for each run of frames without pose.
template <typename Function>
void ForEachGap(const JointCourse& course, Function gap) {
  for (size_t begin = 0; begin < course.size(); ++begin) {
    if (course[begin]) continue;
    size_t end = begin;
    while (end < course.size() && !course[end]) ++end;
    gap(begin, end);
    begin = end;
  }
}

}  // namespace

JointCourse ReadCourse(const Motion& motion, const PersonMotion& person) {
  const auto indices = SourceIndices(motion.skeleton);
  const JointTrack<Vec3f> in_world = JointsInWorld(motion, person);
  JointCourse course(motion.frame_count);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    RigSource joints;
    bool is_whole = true;
    for (size_t j = 0; j < joints.size(); ++j) {
      joints[j] = InRig(in_world.at(t, indices[j]));
      is_whole = is_whole && IsFinite(joints[j]);
    }
    if (is_whole) course[t] = joints;
  }
  return course;
}

BoneLengths MedianLengths(const JointCourse& course) {
  BoneLengths lengths = kOrdinaryLengths_m;
  for (size_t j = 1; j < lengths.size(); ++j) {
    const int parent = Human36m17().parents[j];
    std::vector<double> seen;
    for (const auto& joints : course) {
      if (joints) seen.push_back(Norm((*joints)[j] - (*joints)[parent]));
    }
    if (seen.empty()) return lengths;
    lengths[j] = Median(std::move(seen));
  }
  std::ranges::copy(MeanOfSides(Human36m17(), lengths), lengths.begin());
  return lengths;
}

std::vector<bool> FramesThere(const JointCourse& course, double fps) {
  std::vector<bool> is_there(course.size(), true);
  ForEachGap(course, [&](int64_t begin, int64_t end) {
    if (static_cast<double>(end - begin) <= kLongestShownGap_s * fps) return;
    std::fill(is_there.begin() + begin, is_there.begin() + end, false);
  });
  return is_there;
}

std::vector<RigSource> FillGaps(const JointCourse& course, const RigSource& rest) {
  std::vector<RigSource> filled(course.size(), rest);
  for (size_t t = 0; t < course.size(); ++t) {
    if (course[t]) filled[t] = *course[t];
  }
  ForEachGap(course, [&](size_t begin, size_t end) {
    const bool has_before = begin > 0, has_after = end < course.size();
    if (!has_before && !has_after) return;
    const RigSource& before = filled[has_before ? begin - 1 : end];
    const RigSource& after = filled[has_after ? end : begin - 1];
    const double steps = end - begin + 1;
    for (size_t t = begin; t < end; ++t) {
      const double share = static_cast<double>(t - begin + 1) / steps;
      for (size_t j = 0; j < filled[t].size(); ++j) {
        filled[t][j] = (1 - share) * before[j] + share * after[j];
      }
    }
  });
  return filled;
}

RigSource FitRigidBones(const RigSource& source, const BoneLengths& lengths,
                        const Vec3d& hip_line) {
  static const std::vector<BoneGroup> chains = {{kSpine, kThorax},
                                                {kNeckBase, kHead},
                                                {kLeftShoulder, kLeftElbow, kLeftWrist},
                                                {kRightShoulder, kRightElbow, kRightWrist},
                                                {kLeftKnee, kLeftAnkle},
                                                {kRightKnee, kRightAnkle}};
  RigSource fitted;
  fitted[kHip] = source[kHip];
  fitted[kLeftHip] = source[kHip] + lengths[kLeftHip] * hip_line;
  fitted[kRightHip] = source[kHip] - lengths[kRightHip] * hip_line;
  FitBones(Human36m17(), lengths, source, chains, fitted);
  return fitted;
}

}  // namespace videopose::internal
