// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/contacts.h"

#include <algorithm>
#include <cmath>

#include "videopose/ground/body_measures.h"

namespace videopose::internal {
namespace {

// A stance begins below the first of each pair and ends above the second.
constexpr double kStandSpeed_m_s = 0.45, kLeaveSpeed_m_s = 0.7;
constexpr double kStandHeight_m = 0.08, kLeaveHeight_m = 0.12;
constexpr double kLowestRoot_m = 0.15;  // over the ankles, in a deep squat
// People do not hover: where the lower ankle is this slow for so long, its height is taken as an
// error of the distance, if it is no more than this.
constexpr double kStillSpeed_m_s = 0.15, kStill_s = 0.3, kHeightError_m = 0.25;
// A keypoint's noise in metres grows with the distance, so speed is averaged for longer there.
constexpr double kSpeedWindow_s = 0.2, kLongestWindow_s = 0.4;
constexpr double kNear_m = 6;
constexpr double kShortestContact_s = 0.12, kShortestGap_s = 0.07;
// A foot that was this far from the middle of its stance has stood in two places.
constexpr double kOnePlace_m = 0.09;
// Speed along the line of sight is the least certain: it counts by this share.
constexpr double kSightShare = 1.0 / 6;

class FootWatcher {
 public:
  FootWatcher(const PersonMotion& person, std::span<const JointRay> rays, int ankle,
              int other_ankle, double fps, const Floor* floor, double ankle_height_m,
              MovingFrame first_from_cam)
      : person_(person),
        rays_(rays),
        joints_(person.joints_in_cam.joint_count()),
        ankle_(ankle),
        other_ankle_(other_ankle),
        fps_(fps),
        floor_(floor),
        ankle_height_m_(ankle_height_m),
        first_from_cam_(first_from_cam) {}

  std::vector<FrameRange> Contacts(FrameRange run) const {
    std::vector<FrameRange> contacts;
    bool down = false;
    for (int64_t t = run.begin; t < run.end; ++t) {
      const double speed = Speed(run, t), height = Height(run, t);
      down = Carries(t) && (down ? speed < kLeaveSpeed_m_s && height < kLeaveHeight_m
                                 : speed < kStandSpeed_m_s && height < kStandHeight_m);
      if (!down) continue;
      const auto gap_s = contacts.empty() ? 1e9 : Seconds(t - contacts.back().end);
      if (gap_s > kShortestGap_s) contacts.push_back({t, t});
      contacts.back().end = t + 1;
    }
    std::vector<FrameRange> in_one_place;
    for (const FrameRange& contact : contacts) Split(run, contact, in_one_place);
    return in_one_place;
  }

 private:
  // Appends the parts of a contact in which the foot stays in one place: cut where it is fastest.
  void Split(FrameRange run, FrameRange contact, std::vector<FrameRange>& parts) const {
    if (Seconds(contact.length()) < kShortestContact_s) return;
    const int64_t around = (contact.begin + contact.end) / 2;
    std::vector<Vec3d> places;
    for (int64_t t = contact.begin; t < contact.end; ++t)
      places.push_back(SteadyPlace(t, around, ankle_));
    const Vec3d middle = MedianPoint(places);
    const int64_t away = std::ranges::count_if(
        places, [&](const Vec3d& place) { return Norm(place - middle) > kOnePlace_m; });
    if (Seconds(away) < kShortestGap_s) {
      parts.push_back(contact);
      return;
    }
    // Not at the very ends, where a foot is always about to move.
    const auto margin = static_cast<int64_t>(kShortestContact_s * fps_ / 2);
    int64_t fastest = contact.begin + margin;
    for (int64_t t = fastest; t < contact.end - margin; ++t) {
      if (Speed(run, t) > Speed(run, fastest)) fastest = t;
    }
    Split(run, {contact.begin, fastest}, parts);
    Split(run, {fastest + 1, contact.end}, parts);
  }

  double Seconds(int64_t frames) const { return static_cast<double>(frames) / fps_; }
  Vec3d Ankle(int64_t t) const { return JointInCam(person_, t, ankle_); }

  double Speed(FrameRange run, int64_t t) const { return Speed(run, t, ankle_); }

  // The slope of the line of least squares through the frames around t.
  double Speed(FrameRange run, int64_t t, int ankle) const {
    const double distance_m = Norm(JointInCam(person_, t, ankle) - OriginOf(first_from_cam_, t));
    const double window_s = std::clamp(kSpeedWindow_s * std::sqrt(distance_m / kNear_m),
                                       kSpeedWindow_s, kLongestWindow_s);
    const auto reach = std::max<int64_t>(1, std::llround(window_s / 2 * fps_));
    double s0 = 0, s1 = 0, s2 = 0;
    Vec3d v0, v1;
    for (int64_t i = std::max(run.begin - t, -reach); i <= std::min(run.end - 1 - t, reach); ++i) {
      const auto frames = static_cast<double>(i);
      const Vec3d place = SteadyPlace(t + i, t, ankle);
      s0 += 1;
      s1 += frames;
      s2 += frames * frames;
      v0 = v0 + place;
      v1 = v1 + frames * place;
    }
    return s0 < 2 ? 0 : fps_ * Norm(1 / (s0 * s2 - s1 * s1) * (s0 * v1 - s1 * v0));
  }

  // Across the line of sight in the frame `around` where the ankle was seen (or, if it was not,
  // lifted), as far away as it is then; along it kSightShare of the lifted distance. From where the
  // camera is in that frame.
  Vec3d SteadyPlace(int64_t t, int64_t around, int joint) const {
    const Vec3d eye = OriginOf(first_from_cam_, around), place = JointInCam(person_, around, joint);
    const Vec3d sight = Normalized(place - eye), ankle = JointInCam(person_, t, joint) - eye;
    Vec3d seen = ankle;
    if (!rays_.empty()) {
      const JointRay& ray = rays_[t * joints_ + joint];
      if (ray.score > 0) {
        const Vec3d direction = Normalized(Vec3d{ray.ray.x, ray.ray.y, 1});
        const Vec3d eye_now = OriginOf(first_from_cam_, t);
        seen = Norm(place - eye_now) * Turned(first_from_cam_, t, direction) + (eye_now - eye);
      }
    }
    return seen + (kSightShare * Dot(ankle, sight) - Dot(seen, sight)) * sight;
  }

  // Over where a flat foot's ankle is, or over the lower ankle if that is at rest.
  double Height(FrameRange run, int64_t t) const {
    if (floor_ == nullptr) return 0;
    const double height = HeightOf(t, ankle_), other = HeightOf(t, other_ankle_);
    const double lower = std::min(height, other);
    if (lower < 0 || lower > kHeightError_m) return height;
    const auto reach = std::max<int64_t>(1, std::llround(kStill_s * fps_));
    for (int64_t i = std::max(run.begin, t - reach); i <= std::min(run.end - 1, t + reach); ++i) {
      if (Speed(run, i, height < other ? ankle_ : other_ankle_) > kStillSpeed_m_s) return height;
    }
    return height - lower;
  }

  double HeightOf(int64_t t, int ankle) const {
    return HeightOver(*floor_, JointInCam(person_, t, ankle)) - ankle_height_m_;
  }

  // A lying person has the ankles on the floor, too, but does not stand on them.
  bool Carries(int64_t t) const {
    const Vec3d to_root = person_.root_in_cam[t].Cast<double>() - Ankle(t);
    return floor_ == nullptr || Dot(floor_->up_in_cam, to_root) > kLowestRoot_m;
  }

  const PersonMotion& person_;
  std::span<const JointRay> rays_;
  int joints_, ankle_, other_ankle_;
  double fps_;
  const Floor* floor_;
  double ankle_height_m_;
  MovingFrame first_from_cam_;
};

}  // namespace

Vec3d JointInCam(const PersonMotion& person, int64_t t, int joint) {
  return (person.at(t, joint) + person.root_in_cam[t]).Cast<double>();
}

Vec3d MedianInCam(const PersonMotion& person, FrameRange frames, int joint) {
  std::vector<Vec3d> points;
  for (int64_t t = frames.begin; t < frames.end; ++t)
    points.push_back(JointInCam(person, t, joint));
  return MedianPoint(points);
}

FootContacts FindContacts(const PersonMotion& person, std::span<const JointRay> rays,
                          const Skeleton& skeleton, double fps, const Floor* floor,
                          double ankle_height_m, MovingFrame first_from_cam) {
  const BodyJoints body = FindBodyJoints(skeleton);
  FootContacts contacts;
  for (const FrameRange& run : PosedRanges(person)) {
    for (const size_t side : {0, 1}) {
      const FootWatcher watcher(person, rays, body.ankles[side], body.ankles[1 - side], fps, floor,
                                ankle_height_m, first_from_cam);
      for (const FrameRange& contact : watcher.Contacts(run)) contacts[side].push_back(contact);
    }
  }
  return contacts;
}

std::vector<uint8_t> FeetDown(const FootContacts& contacts, int64_t frame_count) {
  std::vector<uint8_t> down(static_cast<size_t>(frame_count));
  for (const size_t side : {0, 1}) {
    for (const FrameRange& contact : contacts[side]) {
      for (int64_t t = contact.begin; t < contact.end; ++t) {
        down[t] |= side == 0 ? kLeftFootDown : kRightFootDown;
      }
    }
  }
  return down;
}

}  // namespace videopose::internal
