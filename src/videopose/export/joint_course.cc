// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/joint_course.h"

#include <algorithm>
#include <span>
#include <string>

#include "videopose/base/error.h"
#include "videopose/base/gaps.h"
#include "videopose/ground/world.h"
#include "videopose/refine/rigid_bones.h"

namespace videopose::internal {
namespace {

using enum h36m17::Joint;

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

auto HasPose(const JointCourse& course) {
  return [&course](int64_t t) { return course[t].has_value(); };
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

BoneLengths LengthsOf(const JointCourse& course) {
  std::vector<Vec3d> joints;
  for (const auto& source : course) {
    if (source) joints.insert(joints.end(), source->begin(), source->end());
  }
  BoneLengths lengths = kOrdinaryLengths_m;
  if (!joints.empty()) std::ranges::copy(SteadyBoneLengths(Human36m17(), joints), lengths.begin());
  return lengths;
}

std::vector<bool> FramesThere(const JointCourse& course, double fps) {
  std::vector<bool> is_there(course.size(), true);
  ForEachGap(std::ssize(course), HasPose(course), [&](int64_t begin, int64_t end) {
    if (static_cast<double>(end - begin) <= kLongestGap_s * fps) return;
    std::fill(is_there.begin() + begin, is_there.begin() + end, false);
  });
  return is_there;
}

std::vector<RigSource> FillGaps(const JointCourse& course, const RigSource& rest) {
  std::vector<RigSource> filled;
  filled.reserve(course.size());
  for (const auto& joints : course) filled.push_back(joints.value_or(rest));
  FillGaps(std::span(filled), HasPose(course),
           [](const RigSource& before, const RigSource& after, double share) {
             RigSource between;
             for (size_t j = 0; j < between.size(); ++j) {
               between[j] = (1 - share) * before[j] + share * after[j];
             }
             return between;
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
