// SPDX-License-Identifier: Apache-2.0

// A simple body about a rig: rounded shapes, one to each bone, to be moved by the rig's joints.

#ifndef VIDEOPOSE_EXPORT_BODY_MESH_H_
#define VIDEOPOSE_EXPORT_BODY_MESH_H_

#include <cstdint>
#include <vector>

#include "videopose/export/rig.h"
#include "videopose/geometry.h"

namespace videopose::internal {

// Triangles, counter-clockwise seen from outside. The first four have one entry a vertex.
struct BodyMesh {
  std::vector<Vec3f> positions;  // at rest, metres, relative to the hips
  std::vector<Vec3f> normals;    // unit length
  std::vector<uint8_t> joints;   // the RigJointIndex that moves it
  std::vector<uint16_t> indices;
};

BodyMesh MakeBodyMesh(const Rig& rig);

// The places of joints at rest, relative to the hips.
std::array<Vec3d, kRigJointCount> RestPositions(const Rig& rig);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_BODY_MESH_H_
