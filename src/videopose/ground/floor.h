// SPDX-License-Identifier: Apache-2.0

// The up direction and the floor, from the people on it.

#ifndef VIDEOPOSE_GROUND_FLOOR_H_
#define VIDEOPOSE_GROUND_FLOOR_H_

#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

// The points x with Dot(up_in_cam, x) = level_m. A camera over the floor has level_m < 0.
struct Floor {
  Vec3d up_in_cam{0, -1, 0};
  double level_m = 0;
};

inline double HeightOver(const Floor& floor, const Vec3d& x_in_cam) {
  return Dot(floor.up_in_cam, x_in_cam) - floor.level_m;
}

struct FloorEvidence {
  // An ankle that stood still for a while (half a second at most each), and how high over the floor
  // an ankle is.
  struct Stance {
    Vec3d ankle_in_cam;
    double ankle_height_m = 0;
    size_t person = 0;
  };
  // From between the ankles to the centre of mass of a person with straight legs.
  struct Balance {
    Vec3d direction_in_cam;  // unit length
    double duration_s = 0;
  };
  std::vector<Stance> stances;
  std::vector<Balance> balances;
  size_t person_count = 1;
};

struct FloorEstimate {
  Floor floor;
  // The level of the floor under each person's own feet, as level_m; without a stance the floor's.
  std::vector<double> level_of_person_m;
};

// The most probable floor, given, from the weakest evidence to the strongest,
//   that cameras are held about level: roll 0 +- 8 degrees, pitch 0 +- 30
//   that people keep their balance: on average over a clip the centre of mass is over the feet,
//     +- 2.5 degrees, more for short clips; lying or sitting people are told by the direction
//   that feet in contact are on the floor: a robust plane through the stances, as most but not
//     all are on it. The wider they are apart, the stronger the evidence.
// A person on one spot is thus placed by balance, and without evidence the camera is level. Each
// person has a level of their own, drawn together weakly, since their scales may differ.
FloorEstimate EstimateFloor(const FloorEvidence& evidence);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_FLOOR_H_
