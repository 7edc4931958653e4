#include "videopose/export/joint_course.h"

#include <algorithm>
#include <string>

#include "videopose/base/error.h"
#include "videopose/ground/world.h"

namespace videopose {
namespace {

constexpr double kLongestShownGap_s = 0.5;

// Where nothing is known: of a body of 1.7 m (synthetic/synthetic_body.h).
constexpr BoneLengths kOrdinaryLengths_m = {0,    0.10, 0.42, 0.42, 0.10, 0.42, 0.42, 0.23, 0.25,
                                            0.19, 0.18, 0.18, 0.32, 0.25, 0.18, 0.32, 0.25};

// Joints that hang together, from `from` outwards: lengths are kept, directions fitted.
struct Chain {
  int from;
  std::array<int, 3> joints;  // -1: shorter
};
constexpr std::array<Chain, 6> kChains = {{
    {kHip, {kSpine, kThorax, -1}},
    {kThorax, {kFace, kHeadTop, -1}},
    {kThorax, {kLeftShoulder, kLeftElbow, kLeftWrist}},
    {kThorax, {kRightShoulder, kRightElbow, kRightWrist}},
    {kLeftHip, {kLeftKnee, kLeftAnkle, -1}},
    {kRightHip, {kRightKnee, kRightAnkle, -1}},
}};

std::array<int, kBodySourceCount> SourceIndices(const Skeleton& skeleton) {
  std::array<int, kBodySourceCount> indices{};
  for (int j = 0; j < kBodySourceCount; ++j) {
    const std::string& name = Human36m17().joint_names[static_cast<size_t>(j)];
    indices[static_cast<size_t>(j)] = skeleton.IndexOf(name);
    if (indices[static_cast<size_t>(j)] < 0) {
      Fail(ErrorCode::kMismatch,
           "an animated skeleton needs the 17 joints of Human3.6M; '{}' has no {}", skeleton.name,
           name);
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

// Joints p_k = p_k-1 + length_k u_k; minimises sum |p_k - source_k|^2 over the unit vectors
// u_k. All others fixed, the best u_k is along the sum over the joints i >= k of source_i minus
// where p_i would be without this bone; a few rounds suffice, as the source's directions are near
// the answer.
void FitChain(const Chain& chain, const BodyJoints& source, const BoneLengths& lengths,
              BodyJoints& fitted) {
  constexpr int kRounds = 4;
  const size_t count = chain.joints[2] < 0 ? 2 : 3;
  std::array<Vec3d, 3> bones;
  for (size_t k = 0; k < count; ++k) {
    const auto joint = static_cast<size_t>(chain.joints[k]);
    const auto parent = static_cast<size_t>(k == 0 ? chain.from : chain.joints[k - 1]);
    bones[k] = lengths[joint] * DirectionOr(source[joint] - source[parent], {0, 1, 0});
  }
  for (int round = 0; round < kRounds; ++round) {
    for (size_t k = 0; k < count; ++k) {
      Vec3d pull, without = fitted[static_cast<size_t>(chain.from)];
      for (size_t i = 0; i < count; ++i) {
        if (i != k) without = without + bones[i];
        if (i >= k) pull = pull + source[static_cast<size_t>(chain.joints[i])] - without;
      }
      const double length = Norm(bones[k]);
      if (length > 0) bones[k] = length * DirectionOr(pull, (1 / length) * bones[k]);
    }
  }
  Vec3d at = fitted[static_cast<size_t>(chain.from)];
  for (size_t k = 0; k < count; ++k) {
    at = at + bones[k];
    fitted[static_cast<size_t>(chain.joints[k])] = at;
  }
}

}  // namespace

JointCourse ReadCourse(const Motion& motion, const PersonMotion& person) {
  const auto indices = SourceIndices(motion.skeleton);
  const JointTrack<Vec3f> in_world = JointsInWorld(motion, person);
  JointCourse course(static_cast<size_t>(motion.frame_count));
  for (size_t t = 0; t < course.size(); ++t) {
    BodyJoints joints;
    bool is_whole = true;
    for (size_t j = 0; j < joints.size(); ++j) {
      const Vec3f& joint = in_world.at(static_cast<int64_t>(t), indices[j]);
      is_whole = is_whole && IsFinite(joint);
      joints[j] = {joint.x, joint.z, -static_cast<double>(joint.y)};
    }
    if (is_whole) course[t] = joints;
  }
  return course;
}

BoneLengths MedianLengths(const JointCourse& course) {
  BoneLengths lengths = kOrdinaryLengths_m;
  std::vector<double> seen;
  for (size_t j = 1; j < lengths.size(); ++j) {
    const auto parent = static_cast<size_t>(Human36m17().parents[j]);
    seen.clear();
    for (const auto& joints : course) {
      if (joints) seen.push_back(Norm((*joints)[j] - (*joints)[parent]));
    }
    if (seen.empty()) return lengths;
    const auto middle = seen.begin() + static_cast<std::ptrdiff_t>(seen.size() / 2);
    std::nth_element(seen.begin(), middle, seen.end());
    lengths[j] = *middle;
  }
  BoneLengths even;
  for (int j = 0; j < kBodySourceCount; ++j) {
    even[static_cast<size_t>(j)] =
        (lengths[static_cast<size_t>(j)] + lengths[static_cast<size_t>(Human36m17().mirrored(j))]) /
        2;
  }
  return even;
}

std::vector<bool> FramesThere(const JointCourse& course, double fps) {
  std::vector<bool> is_there(course.size(), true);
  ForEachGap(course, [&](size_t begin, size_t end) {
    if (static_cast<double>(end - begin) <= kLongestShownGap_s * fps) return;
    std::fill(is_there.begin() + static_cast<std::ptrdiff_t>(begin),
              is_there.begin() + static_cast<std::ptrdiff_t>(end), false);
  });
  return is_there;
}

std::vector<BodyJoints> FillGaps(const JointCourse& course, const BodyJoints& rest) {
  std::vector<BodyJoints> filled(course.size(), rest);
  for (size_t t = 0; t < course.size(); ++t) {
    if (course[t]) filled[t] = *course[t];
  }
  ForEachGap(course, [&](size_t begin, size_t end) {
    const bool has_before = begin > 0, has_after = end < course.size();
    if (!has_before && !has_after) return;
    const BodyJoints& before = filled[has_before ? begin - 1 : end];
    const BodyJoints& after = filled[has_after ? end : begin - 1];
    for (size_t t = begin; t < end; ++t) {
      const double share =
          static_cast<double>(t - begin + 1) / static_cast<double>(end - begin + 1);
      for (size_t j = 0; j < filled[t].size(); ++j) {
        filled[t][j] = (1 - share) * before[j] + share * after[j];
      }
    }
  });
  return filled;
}

Vec3d DirectionOr(const Vec3d& v, const Vec3d& otherwise) {
  const double norm = Norm(v);
  return norm > 1e-9 ? (1 / norm) * v : otherwise;
}

BodyJoints FitRigidBones(const BodyJoints& source, const BoneLengths& lengths,
                         const Vec3d& hip_line) {
  BodyJoints fitted;
  fitted[kHip] = source[kHip];
  fitted[kLeftHip] = source[kHip] + lengths[kLeftHip] * hip_line;
  fitted[kRightHip] = source[kHip] - lengths[kRightHip] * hip_line;
  for (const Chain& chain : kChains) FitChain(chain, source, lengths, fitted);
  return fitted;
}

}  // namespace videopose
