// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/foot_anchors.h"

#include <algorithm>

#include "videopose/ground/body_measures.h"

namespace videopose::internal {
namespace {

// How far an ankle over the floor is taken as noise, not as a rising heel.
constexpr double kHeelPlay_m = 0.015;

}  // namespace

std::vector<JointAnchor> FootAnchors(const FootContacts& contacts, const Floor& floor,
                                     double ankle_height_m, const Skeleton& skeleton,
                                     const PersonMotion& person) {
  const BodyJoints body = FindBodyJoints(skeleton);
  const std::vector<uint8_t> down = FeetDown(contacts, person.joints_in_cam.frame_count());
  const auto rise_m = [&](int64_t t, size_t side) {
    return HeightOver(floor, JointInCam(person, t, body.ankles[side])) - ankle_height_m;
  };
  // The height of the lower of two feet in contact: an error of the root's distance, no heel.
  const auto hover_m = [&](int64_t t) {
    if (down[static_cast<size_t>(t)] != (kLeftFootDown | kRightFootDown)) return 0.0;
    return std::max(0.0, std::min(rise_m(t, 0), rise_m(t, 1)));
  };
  std::vector<JointAnchor> anchors;
  for (const size_t side : {0, 1}) {
    const int ankle = body.ankles[side];
    for (const FrameRange& contact : contacts[side]) {
      const Vec3d middle = MedianInCam(person, contact, ankle);
      const Vec3d flat = middle - (HeightOver(floor, middle) - ankle_height_m) * floor.up_in_cam;
      for (int64_t t = contact.begin; t < contact.end; ++t) {
        const double heel_m = std::max(0.0, rise_m(t, side) - hover_m(t) - kHeelPlay_m);
        anchors.push_back({t, ankle, flat + heel_m * floor.up_in_cam});
      }
    }
  }
  return anchors;
}

}  // namespace videopose::internal
