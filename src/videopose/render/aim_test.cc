#include "videopose/render/aim.h"

#include <gtest/gtest.h>

#include "videopose/render/test_people.h"

namespace videopose {
namespace {

ViewAngles AnglesFor(const std::vector<Vec3f>& roots_in_cam) {
  Motion motion = MotionOf({StandingPose()});
  motion.people.resize(roots_in_cam.size(), motion.people[0]);
  for (size_t p = 0; p < roots_in_cam.size(); ++p) {
    motion.people[p].id = static_cast<int>(p) + 1;
    motion.people[p].root_in_cam = {roots_in_cam[p]};
  }
  const std::vector<Body> bodies(motion.people.size(), Body(motion.skeleton));
  return GoodAngles(motion, StageMotion(motion, nullptr, bodies));
}

TEST(GoodAngles, SomebodyAloneIsSeenAsAlways) {
  EXPECT_EQ(AnglesFor({{1, 0, 4}}).azimuth_deg, 20);
  EXPECT_EQ(AnglesFor({{1, 0, 4}}).elevation_deg, 15);
}

TEST(GoodAngles, SeveralAreSeenFromHigherUp) {
  const ViewAngles angles = AnglesFor({{-2, 0, 4}, {2, 0, 4}});
  EXPECT_EQ(angles.azimuth_deg, 20) << "nobody hides anybody";
  EXPECT_GT(angles.elevation_deg, 20);
}

// One 2 m behind the other, to the left by tan(20 degrees): in line from the usual view.
TEST(GoodAngles, NobodyStandsBehindAnybody) {
  EXPECT_LT(AnglesFor({{0, 0, 4}, {-0.73F, 0, 6}}).azimuth_deg, 0);
  EXPECT_EQ(AnglesFor({{0, 0, 4}, {0.73F, 0, 6}}).azimuth_deg, 20);
}

}  // namespace
}  // namespace videopose
