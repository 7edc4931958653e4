// SPDX-License-Identifier: Apache-2.0

// Foot contact: feet that are slow and, where the floor is known, low, with hysteresis. A foot's
// speed comes from its keypoint, which is far steadier than the lifted ankle; only the speed along
// the line of sight comes from the ankle.

#ifndef VIDEOPOSE_GROUND_CONTACTS_H_
#define VIDEOPOSE_GROUND_CONTACTS_H_

#include <array>
#include <span>
#include <vector>

#include "videopose/geometry/moving_frame.h"
#include "videopose/ground/floor.h"
#include "videopose/ground/root_track.h"
#include "videopose/pose.h"

namespace videopose::internal {

// Runs of frames in which the left and the right foot are in contact.
using FootContacts = std::array<std::vector<FrameRange>, 2>;

// person.root_in_cam is known; `rays` are JointRays() or empty. Without a floor every foot that
// does not move is in contact. Where the camera moves, the person is in the frame of its first
// look.
FootContacts FindContacts(const PersonMotion& person, std::span<const JointRay> rays,
                          const Skeleton& skeleton, double fps, const Floor* floor,
                          double ankle_height_m, MovingFrame first_from_cam = {});

// T, kLeftFootDown | kRightFootDown.
std::vector<uint8_t> FeetDown(const FootContacts& contacts, int64_t frame_count);

// A joint's place in front of the camera; not finite where there is no pose.
Vec3d JointInCam(const PersonMotion& person, int64_t t, int joint);

// Per axis the median over the frames.
Vec3d MedianInCam(const PersonMotion& person, FrameRange frames, int joint);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_CONTACTS_H_
