// SPDX-License-Identifier: Apache-2.0

// Where ankles are while their feet are in contact: in one place, on the floor.

#ifndef VIDEOPOSE_GROUND_FOOT_ANCHORS_H_
#define VIDEOPOSE_GROUND_FOOT_ANCHORS_H_

#include <vector>

#include "videopose/ground/contacts.h"
#include "videopose/ground/floor.h"
#include "videopose/pose.h"
#include "videopose/refine/pose_refiner.h"

namespace videopose::internal {

// Across the floor the median over the contact, along it as high as a flat foot's ankle, or more
// where the heel rises. person.root_in_cam is known.
std::vector<JointAnchor> FootAnchors(const FootContacts& contacts, const Floor& floor,
                                     double ankle_height_m, const Skeleton& skeleton,
                                     const PersonMotion& person);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_FOOT_ANCHORS_H_
