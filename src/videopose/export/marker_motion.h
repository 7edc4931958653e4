// SPDX-License-Identifier: Apache-2.0

// A person's joints as markers: the axes of biomechanics (x as in the world, y up, z towards the
// world's -y; OpenSim's), millimetres; and back.
//
// Labels are the joints' names in the manner of OpenSim's users: "left_knee" is LKnee, "hip" Hip,
// "neck_base" NeckBase.

#ifndef VIDEOPOSE_EXPORT_MARKER_MOTION_H_
#define VIDEOPOSE_EXPORT_MARKER_MOTION_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/motion_files/marker_trial.h"
#include "videopose/pose.h"

namespace videopose::internal {

std::string MarkerLabel(std::string_view joint_name);

MarkerTrial MarkersOf(const Motion& motion, const PersonMotion& person);

// The motion of Human36m17() that the markers are of, others passed over. Throws Error that names
// `what` and the first joint that has none.
Motion MotionOfMarkers(const MarkerTrial& trial, std::string_view what);

// A motion whose JointsInWorld are those given, of each person, as if a level camera stood at the
// origin: camera and roots are set. A frame without root has no pose. Images are taken as 1000 x
// 1000 pixels.
Motion MotionInWorld(const Skeleton& skeleton, double fps,
                     const std::vector<JointTrack<Vec3f>>& joints_in_world);

// One person's joints as a file.
void WriteTrcMotion(const std::filesystem::path& path, const Motion& motion,
                    const PersonMotion& person);
void WriteC3dMotion(const std::filesystem::path& path, const Motion& motion,
                    const PersonMotion& person);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_MARKER_MOTION_H_
