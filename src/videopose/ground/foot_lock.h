// SPDX-License-Identifier: Apache-2.0

// Holds feet in contact in one place by bending hips and knees; bones keep their lengths.

#ifndef VIDEOPOSE_GROUND_FOOT_LOCK_H_
#define VIDEOPOSE_GROUND_FOOT_LOCK_H_

#include "videopose/ground/contacts.h"
#include "videopose/ground/floor.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct Leg {
  Vec3d hip, knee, ankle;
};

// The knee's distance from the line between hip and ankle if the ankle moves to a place; bones of
// constant length, so by the law of cosines; 0 where the leg is too short.
double KneeOffset(const Leg& leg, const Vec3d& ankle_target);

// The leg with its knee that far from the line, which points to the ankle's new place: in the plane
// in which the leg was bent, blended with `forward` (unit length) as far as it was straight.
Leg BendLeg(const Leg& leg, const Vec3d& ankle_target, double knee_offset_m, const Vec3d& forward);

// Moves knees, ankles and, where both feet have an offset in common, the root. Corrections during a
// contact fade in before and out after, so nothing pops.
void LockFeet(const FootContacts& contacts, const Floor& floor, double ankle_height_m, double fps,
              const Skeleton& skeleton, PersonMotion& person);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_FOOT_LOCK_H_
