#include "videopose/room/contacts.h"

#include <algorithm>
#include <cmath>

#include "videopose/room/body_measures.h"

namespace videopose {
namespace {

// A foot comes to stand below the first of each pair and leaves above the second.
constexpr double kStandSpeed_m_s = 0.45, kLeaveSpeed_m_s = 0.75;
constexpr double kStandHeight_m = 0.06, kLeaveHeight_m = 0.10;
constexpr double kSpeedWindow_s = 0.1;
constexpr double kShortestContact_s = 0.12, kShortestGap_s = 0.07;
// Speed along the line of sight is the least known: it counts by this share.
constexpr double kSightShare = 1.0 / 3;

class FootWatcher {
 public:
  FootWatcher(const PersonMotion& person, int joint_count, int ankle, double fps,
              const Floor* floor, double ankle_height_m)
      : person_(person),
        joints_(joint_count),
        ankle_(ankle),
        fps_(fps),
        floor_(floor),
        ankle_height_m_(ankle_height_m) {}

  std::vector<FrameRange> Contacts(FrameRange run) const {
    std::vector<FrameRange> contacts;
    bool down = false;
    for (int64_t t = run.begin; t < run.end; ++t) {
      const double speed = Speed(run, t), height = Height(t);
      down = down ? speed < kLeaveSpeed_m_s && height < kLeaveHeight_m
                  : speed < kStandSpeed_m_s && height < kStandHeight_m;
      if (!down) continue;
      const auto gap_s = contacts.empty() ? 1e9 : Seconds(t - contacts.back().end);
      if (gap_s > kShortestGap_s) contacts.push_back({t, t});
      contacts.back().end = t + 1;
    }
    std::erase_if(contacts,
                  [&](const FrameRange& c) { return Seconds(c.length()) < kShortestContact_s; });
    return contacts;
  }

 private:
  double Seconds(int64_t frames) const { return static_cast<double>(frames) / fps_; }
  Vec3d Ankle(int64_t t) const { return JointInCam(person_, joints_, t, ankle_); }

  double Speed(FrameRange run, int64_t t) const {
    const auto reach = std::max<int64_t>(1, std::llround(kSpeedWindow_s / 2 * fps_));
    const int64_t before = std::max(run.begin, t - reach), after = std::min(run.end - 1, t + reach);
    if (after == before) return 0;
    const Vec3d velocity = 1 / Seconds(after - before) * (Ankle(after) - Ankle(before));
    const Vec3d sight = Normalized(Ankle(t));
    const Vec3d along = Dot(velocity, sight) * sight;
    return std::hypot(Norm(velocity - along), kSightShare * Norm(along));
  }

  double Height(int64_t t) const {
    return floor_ == nullptr ? 0 : HeightOver(*floor_, Ankle(t)) - ankle_height_m_;
  }

  const PersonMotion& person_;
  int joints_, ankle_;
  double fps_;
  const Floor* floor_;
  double ankle_height_m_;
};

}  // namespace

Vec3d JointInCam(const PersonMotion& person, int joint_count, int64_t t, int joint) {
  return ToDouble(person.frame(t, joint_count)[static_cast<size_t>(joint)] +
                  person.root_in_cam[static_cast<size_t>(t)]);
}

Vec3d MedianInCam(const PersonMotion& person, int joint_count, FrameRange frames, int joint) {
  std::array<std::vector<double>, 3> axes;
  for (int64_t t = frames.begin; t < frames.end; ++t) {
    const Vec3d x = JointInCam(person, joint_count, t, joint);
    axes[0].push_back(x.x);
    axes[1].push_back(x.y);
    axes[2].push_back(x.z);
  }
  return {Median(axes[0]), Median(axes[1]), Median(axes[2])};
}

FootContacts FindContacts(const PersonMotion& person, const Skeleton& skeleton, double fps,
                          const Floor* floor, double ankle_height_m) {
  const auto frame_count = static_cast<int64_t>(person.root_in_cam.size());
  const BodyJoints body = FindBodyJoints(skeleton);
  FootContacts contacts;
  for (const FrameRange& run : PosedRanges(person, frame_count, skeleton.joint_count())) {
    for (const size_t side : {0, 1}) {
      const FootWatcher watcher(person, skeleton.joint_count(), body.ankles[side], fps, floor,
                                ankle_height_m);
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
        down[static_cast<size_t>(t)] |= side == 0 ? kLeftFootDown : kRightFootDown;
      }
    }
  }
  return down;
}

}  // namespace videopose
