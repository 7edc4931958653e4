// SPDX-License-Identifier: Apache-2.0

// Feet that stand are held in one place by bending hips and knees; bones keep their lengths.

#ifndef VIDEOPOSE_GROUND_FOOT_LOCK_H_
#define VIDEOPOSE_GROUND_FOOT_LOCK_H_

#include "videopose/ground/contacts.h"
#include "videopose/ground/floor.h"
#include "videopose/pose.h"

namespace videopose {

struct Leg {
  Vec3d hip, knee, ankle;
};

// How far the knee is from the line between hip and ankle if the ankle goes to a place; bones of
// constant length, so by the law of cosines; 0 where the leg is too short.
double KneeOffset(const Leg& leg, const Vec3d& ankle_target);

// The leg with its knee that far from the line, which points to the ankle's new place: in the plane
// in which the leg was bent, `forward` (unit length) deciding as far as it was straight.
Leg BendLeg(const Leg& leg, const Vec3d& ankle_target, double knee_offset_m, const Vec3d& forward);

// Moves knees, ankles and, as far as both legs are asked to go the same way, the root. What is
// corrected while a foot stands fades in before and out after, so nothing pops.
void LockFeet(const FootContacts& contacts, const Floor& floor, double ankle_height_m, double fps,
              const Skeleton& skeleton, PersonMotion& person);

}  // namespace videopose

#endif  // VIDEOPOSE_GROUND_FOOT_LOCK_H_
