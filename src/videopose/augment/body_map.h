// SPDX-License-Identifier: Apache-2.0

// Which joints of a motion capture skeleton are which parts of a body. As JSON:
//
//   {"name": "cmu",
//    "metres_per_unit": 0.01,
//    "pelvis": {"joint": "Hips",   "left": [1, 0, 0], "up": [0, 1, 0]},
//    "chest":  {"joint": "Spine1", "left": [1, 0, 0], "up": [0, 1, 0]},
//    "head":   {"joint": "Neck1",  "left": [1, 0, 0], "up": [0, 1, 0]},
//    "trunk":  {"base": "LowerBack", "top": "Spine1", "stretch": 1.3},
//    "spine":  "Spine", "neck": "Neck1",
//    "left":   {"hip": "LeftUpLeg", "knee": "LeftLeg", "ankle": "LeftFoot",
//               "shoulder": "LeftArm", "elbow": "LeftForeArm", "wrist": "LeftHand"},
//    "right":  {...}}
//
// `left` and `up` of pelvis, chest and head say which way these axes of a standing body point in
// the joint's own frame. The trunk ends where the shoulders branch off: at base + scale * (top -
// base), for rigs that have no joint there; neck and shoulders are measured from that end. A rig
// whose spine is too short or too long, e.g. because it lacks a bone, is corrected by `stretch`:
// then that end and all above it are moved to base + stretch * (end - base). Both are 1 where they
// are left out. `neck` (its base; "thorax" in older maps) may be left out. So may `spine`, the end
// of the lowest bone of the spine; without it the spine bends evenly. "shoulders": false says that
// the shoulders do not move against the chest in a way worth having.

#ifndef VIDEOPOSE_AUGMENT_BODY_MAP_H_
#define VIDEOPOSE_AUGMENT_BODY_MAP_H_

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "videopose/geometry.h"

namespace videopose::internal {

struct BodyMap {
  struct Part {
    std::string joint;
    Vec3d left{1, 0, 0}, up{0, 1, 0};
  };
  struct Limbs {
    std::string hip, knee, ankle, shoulder, elbow, wrist;
  };

  std::string name;
  double metres_per_unit = 0.01;
  Part pelvis, chest, head;
  std::string trunk_base, trunk_top;
  double trunk_scale = 1, trunk_stretch = 1;
  std::optional<std::string> spine, neck;
  bool moving_shoulders = true;
  std::array<Limbs, 2> sides;  // left, right
};

// Throws Error with file and field where it is not as above.
BodyMap ReadBodyMap(const std::filesystem::path& path);

// The maps that need no file: CMU's skeleton as BVH, DeepMimic's, and CMU's own ASF.
std::span<const BodyMap> KnownBodyMaps();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_BODY_MAP_H_
