// Joint angles of a person over time, as clinicians name them, in degrees. Standing straight with
// the arms hanging is 0 everywhere; both sides have the same sign for the same movement.
//
//   *_hip_flexion        the thigh forward, against the pelvis      *_hip_abduction     outward
//   *_hip_rotation       internal: the knee turns to the middle; where the knee is bent
//   *_knee_flexion       0..180, straight is 0 (which side it bends to cannot be told)
//   *_shoulder_flexion   the arm forward, against the thorax        *_shoulder_abduction  outward
//   *_shoulder_rotation  internal: the forearm turns to the middle; where the elbow is bent
//   *_elbow_flexion      0..180, straight is 0
//   trunk_flexion, trunk_bending, trunk_rotation   the thorax against the pelvis: forward, to the
//                        right, to the left
//
// Ankles, wrists and the forearm's rotation need toes and fingers, which the skeleton lacks. (The
// detector's toes are no help: their depth is a guess, and somebody who stands still facing the
// camera reads as 35 to 60 degrees of dorsiflexion.)
//
// Body frames are those of the ISB (x forward, y up, z to the right): Wu et al., "ISB
// recommendation on definitions of joint coordinate system", J Biomech 35 (2002) and 38 (2005),
// with the joints at hand instead of bony landmarks:
//   pelvis  z along the hips, y from the hips' middle to the spine joint, square to z
//   thorax  y from the spine joint to the thorax joint, z along the shoulders, square to y
// Without a spine joint both point from hip to thorax.
//
// Hips and trunk are Cardan angles z, x', y'' (flexion, abduction, rotation) as the ISB has them.
// Shoulders are not: an arm raised sideways passes those angles' singularity. The swing that brings
// the hanging arm to where it is the shortest way, a turn by theta towards the azimuth phi, gives
// flexion = theta sin(phi) and abduction = theta cos(phi); rotation is what is left, about the
// upper arm. Raised forward or sideways alone this is the angle that a goniometer shows.
//
// Angles go on past 180 degrees, and hips past their singularity, where that is nearer to the frame
// before, so that lines over time have no jumps.

#ifndef VIDEOPOSE_POSE_JOINT_ANGLES_H_
#define VIDEOPOSE_POSE_JOINT_ANGLES_H_

#include <span>
#include <string_view>
#include <vector>

#include "videopose/pose/motion.h"

namespace videopose {

// A names: "left_hip_flexion", each left one before its right one; the trunk's last.
std::span<const std::string_view> JointAngleNames();

// T * A row-major, degrees. NaN where there is no pose, where the skeleton lacks the joints, and
// for a rotation where the limb beyond is bent less than kLeastBendForRotation_deg.
std::vector<float> JointAnglesOf(const Motion& motion, const PersonMotion& person);

// There 1 cm of error in the wrist turns the forearm by about 6 degrees.
inline constexpr double kLeastBendForRotation_deg = 25;

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_JOINT_ANGLES_H_
