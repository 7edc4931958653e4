// Feet that stand are held in one place by bending hips and knees; bones keep their lengths.

#ifndef VIDEOPOSE_ROOM_FOOT_LOCK_H_
#define VIDEOPOSE_ROOM_FOOT_LOCK_H_

#include "videopose/pose/motion.h"
#include "videopose/room/contacts.h"
#include "videopose/room/floor.h"

namespace videopose {

// A leg's knee and ankle for a new place of the ankle: two bones of constant length, so the knee is
// at the angle of the law of cosines, in the plane in which the leg was bent, `forward` (unit
// length) deciding as far as it was straight. A place out of reach is approached as far as the leg
// goes.
struct Leg {
  Vec3d hip, knee, ankle;
};
Leg BendLeg(const Leg& leg, const Vec3d& ankle_target, const Vec3d& forward);

// Moves knees, ankles and, as far as both legs are asked to go the same way, the root. What is
// corrected while a foot stands fades in before and out after, so nothing pops.
void LockFeet(const FootContacts& contacts, const Floor& floor, double ankle_height_m, double fps,
              const Skeleton& skeleton, PersonMotion& person);

}  // namespace videopose

#endif  // VIDEOPOSE_ROOM_FOOT_LOCK_H_
