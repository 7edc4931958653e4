// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/bvh.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "videopose/base/atomic_file.h"
#include "videopose/export/euler.h"
#include "videopose/export/rig.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal {
namespace {

using Text = std::back_insert_iterator<std::string>;

void AppendVector(Text out, const Vec3d& v) {
  fmt::format_to(out, "{:.4f} {:.4f} {:.4f}", v.x, v.y, v.z);
}

// The joint and all below it.
void AppendJoint(Text out, const Rig& rig, int index, double units_per_metre, int depth) {
  const RigJoint& joint = RigJoints()[index];
  const std::string indent(depth, '\t');
  const bool is_root = joint.parent < 0;
  fmt::format_to(out, "{0}{1} {2}\n{0}{{\n{0}\tOFFSET ", indent, is_root ? "ROOT" : "JOINT",
                 joint.name);
  AppendVector(out, units_per_metre * rig.offset_m[index]);
  fmt::format_to(out, "\n{}\tCHANNELS {}Zrotation Xrotation Yrotation\n", indent,
                 is_root ? "6 Xposition Yposition Zposition " : "3 ");
  bool has_child = false;
  for (int child = index + 1; child < kRigJointCount; ++child) {
    if (RigJoints()[child].parent != index) continue;
    has_child = true;
    AppendJoint(out, rig, child, units_per_metre, depth + 1);
  }
  if (!has_child) {
    fmt::format_to(out, "{0}\tEnd Site\n{0}\t{{\n{0}\t\tOFFSET ", indent);
    AppendVector(out, units_per_metre * rig.end_m[index]);
    fmt::format_to(out, "\n{}\t}}\n", indent);
  }
  fmt::format_to(out, "{}}}\n", indent);
}

// Joints in the order of the hierarchy, which RigJoints() keeps: parents first, a joint's whole
// subtree before the next.
void AppendFrames(Text out, const RigMotion& motion, double units_per_metre) {
  std::array<EulerZxy, kRigJointCount> angles{};
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    AppendVector(out, units_per_metre * motion.root_in_rig[t]);
    for (size_t j = 0; j < kRigJointCount; ++j) {
      angles[j] = ToEulerZxy(motion.frame(t)[j], angles[j]);
      fmt::format_to(out, " ");
      AppendVector(out,
                   DegreesFromRadians(Vec3d{angles[j].z_rad, angles[j].x_rad, angles[j].y_rad}));
    }
    fmt::format_to(out, "\n");
  }
}

}  // namespace

void WriteBvh(const std::filesystem::path& path, const Motion& motion, const PersonMotion& person,
              const BvhOptions& options) {
  const RigMotion rig = FitRig(motion, person);
  std::string text = "HIERARCHY\n";
  AppendJoint(std::back_inserter(text), rig.rig, kRigHips, options.units_per_metre, 0);
  fmt::format_to(std::back_inserter(text), "MOTION\nFrames: {}\nFrame Time: {:.10f}\n",
                 rig.frame_count, 1 / rig.fps);
  AppendFrames(std::back_inserter(text), rig, options.units_per_metre);
  WriteFileAtomically(path, text);
}

}  // namespace videopose::internal
