#include "videopose/lift/slow_video.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/check.h"

namespace videopose {
namespace {

constexpr double kSlowFps = 20, kWantedFps = 24;
constexpr int kMostParts = 8;

// p(0) = b, p(1) = c, p'(0) = (c - a) / 2, p'(1) = (d - b) / 2.
float CatmullRom(float a, float b, float c, float d, float u) {
  return b + 0.5F * u * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a)));
}

// One keypoint's course.
class Course {
 public:
  Course(const PersonKeypoints& person, int64_t frame_count, int joint)
      : person_(person), frame_count_(frame_count), joint_(joint) {}

  // `u` of the way from frame t to the next.
  Keypoint Between(int64_t t, float u) const {
    const Keypoint &b = At(t), &c = At(t + 1);
    if (!(b.score > 0 && c.score > 0)) return {};
    // Where there is no neighbour the course goes straight on.
    const Keypoint a = IsSeenAt(t - 1) ? At(t - 1) : Beyond(b, c);
    const Keypoint d = IsSeenAt(t + 2) ? At(t + 2) : Beyond(c, b);
    return {CatmullRom(a.x_px, b.x_px, c.x_px, d.x_px, u),
            CatmullRom(a.y_px, b.y_px, c.y_px, d.y_px, u), std::min(b.score, c.score)};
  }

 private:
  const Keypoint& At(int64_t t) const { return person_.at(t, joint_); }
  bool IsSeenAt(int64_t t) const { return t >= 0 && t < frame_count_ && At(t).score > 0; }
  static Keypoint Beyond(const Keypoint& end, const Keypoint& before) {
    return {2 * end.x_px - before.x_px, 2 * end.y_px - before.y_px, end.score};
  }

  const PersonKeypoints& person_;
  int64_t frame_count_;
  int joint_;
};

}  // namespace

int FrameParts(double fps) {
  if (!(fps > 0) || fps >= kSlowFps) return 1;
  return std::min(kMostParts, static_cast<int>(std::ceil(kWantedFps / fps)));
}

KeypointSequence WithFramesBetween(const KeypointSequence& keypoints, int parts) {
  VP_CHECK(parts > 0, "{} parts", parts);
  KeypointSequence dense{
      .layout = keypoints.layout,
      .fps = keypoints.fps * parts,
      .width_px = keypoints.width_px,
      .height_px = keypoints.height_px,
      .start_s = keypoints.start_s,
      .frame_count = std::max<int64_t>(0, (keypoints.frame_count - 1) * parts + 1)};
  const int joint_count = keypoints.joint_count();
  for (const PersonKeypoints& person : keypoints.people) {
    PersonKeypoints& filled = dense.people.emplace_back(PersonKeypoints{.id = person.id});
    filled.keypoints = {dense.frame_count, joint_count};
    for (int64_t t = 0; t < keypoints.frame_count; ++t) {
      std::ranges::copy(person.frame(t), filled.frame(t * parts).begin());
    }
    for (int j = 0; j < joint_count; ++j) {
      const Course course(person, keypoints.frame_count, j);
      for (int64_t t = 0; t + 1 < keypoints.frame_count; ++t) {
        for (int part = 1; part < parts; ++part) {
          filled.at(t * parts + part, j) =
              course.Between(t, static_cast<float>(part) / static_cast<float>(parts));
        }
      }
    }
  }
  return dense;
}

Motion WithoutFramesBetween(const Motion& motion, int parts) {
  VP_CHECK(parts > 0, "{} parts", parts);
  Motion sparse = motion;
  sparse.fps = motion.fps / parts;
  sparse.frame_count = (motion.frame_count + parts - 1) / parts;
  const auto thin_out = [&](auto& values) {
    if (values.empty()) return;
    for (int64_t t = 0; t < sparse.frame_count; ++t) values.begin()[t] = values.begin()[t * parts];
    values.resize(static_cast<size_t>(sparse.frame_count));
  };
  for (PersonMotion& person : sparse.people) {
    for (int64_t t = 0; t < sparse.frame_count; ++t) {
      std::ranges::copy(person.frame(t * parts), person.frame(t).begin());
    }
    person.joints_in_cam.ResizeFrames(sparse.frame_count);
    thin_out(person.root_in_cam);
    thin_out(person.feet_down);
  }
  return sparse;
}

}  // namespace videopose
