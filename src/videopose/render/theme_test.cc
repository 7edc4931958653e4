// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/theme.h"

#include <gtest/gtest.h>

#include <cmath>

#include "videopose/ground/test_people.h"

namespace videopose::internal::theme_test {

Motion PeopleWithIds(const std::vector<int>& ids) {
  Motion motion = MotionOf({StandingPose()});
  motion.people.resize(ids.size(), motion.people[0]);
  for (size_t p = 0; p < ids.size(); ++p) motion.people[p].id = ids[p];
  return motion;
}

float Lightness(Rgb c) { return 0.299F * c.r + 0.587F * c.g + 0.114F * c.b; }

float Distance(Rgb a, Rgb b) { return std::hypot(a.r - b.r, a.g - b.g, a.b - b.b); }

// What a viewer without one kind of cone cells sees, after Vienot, Brettel & Mollon (1999), in
// linear light.
Rgb SeenBy(bool no_red_cones, Rgb c) {
  const auto linear = [](float v) { return std::pow(v / 255, 2.2F); };
  const float r = linear(c.r), g = linear(c.g), b = linear(c.b);
  const float rg = no_red_cones ? 0.11238F * r + 0.88762F * g : 0.29275F * r + 0.70725F * g;
  const float blue = no_red_cones ? 0.00401F * (r - g) + b : -0.02234F * (r - g) + b;
  const auto encoded = [](float v) { return 255 * std::pow(std::max(v, 0.0F), 1 / 2.2F); };
  return {encoded(rg), encoded(rg), encoded(blue)};
}

TEST(Identities, ASinglePersonIsOrangeAndBlue) {
  const Identities alone(PeopleWithIds({7}), nullptr, Theme::kDark);
  EXPECT_FALSE(alone.are_several());
  EXPECT_EQ(alone.of(7).left, PaletteOf(Theme::kDark).body.left);
}

TEST(Identities, APersonNeverSeenDoesNotCount) {
  Motion motion = PeopleWithIds({1, 2});
  motion.people[1].joints_in_cam.Fill(kNoJoint);
  EXPECT_FALSE(Identities(motion, nullptr, Theme::kDark).are_several());
}

TEST(Identities, TheSameIdHasTheSameColourInAnotherClip) {
  const Identities all(PeopleWithIds({1, 2, 3}), nullptr, Theme::kDark);
  const Identities some(PeopleWithIds({3, 1}), nullptr, Theme::kDark);
  EXPECT_EQ(all.of(3).centre, some.of(3).centre);
  EXPECT_EQ(all.of(1).left, some.of(1).left);
}

TEST(Identities, TenPeopleOfAnyIdsAreTenColours) {
  const std::vector<int> ids = {-4, 0, 1, 2, 11, 12, 21, 31, 1000, 1001};
  for (const Theme theme : {Theme::kDark, Theme::kLight}) {
    const Identities people(PeopleWithIds(ids), nullptr, theme);
    for (size_t a = 0; a < ids.size(); ++a) {
      for (size_t b = 0; b < a; ++b) {
        EXPECT_GT(Distance(people.of(ids[a]).centre, people.of(ids[b]).centre), 40)
            << ids[a] << " and " << ids[b];
      }
    }
  }
  std::vector<int> many(25);
  for (size_t p = 0; p < many.size(); ++p) many[p] = static_cast<int>(p) + 1;
  EXPECT_TRUE(Identities(PeopleWithIds(many), nullptr, Theme::kDark).are_several());
}

// 30 of 255 is well over what can just be told apart side by side.
TEST(Identities, AllHuesStayApartForTheColourBlind) {
  const Identities people(PeopleWithIds({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), nullptr, Theme::kDark);
  for (const bool no_red_cones : {false, true}) {
    for (int a = 1; a <= 10; ++a) {
      for (int b = 1; b < a; ++b) {
        EXPECT_GT(Distance(SeenBy(no_red_cones, people.of(a).centre),
                           SeenBy(no_red_cones, people.of(b).centre)),
                  30)
            << a << " and " << b;
      }
    }
  }
}

TEST(Identities, LeftIsLightAndRightIsDarkAndBothStandOutFromTheFloor) {
  std::vector<int> ids(Identities::kHues);
  for (size_t p = 0; p < ids.size(); ++p) ids[p] = static_cast<int>(p) + 1;
  for (const Theme theme : {Theme::kDark, Theme::kLight}) {
    const Identities people(PeopleWithIds(ids), nullptr, theme);
    for (const int id : ids) {
      EXPECT_GT(Lightness(people.of(id).left), Lightness(people.of(id).right) + 60) << id;
      for (const Side side : {Side::kLeft, Side::kRight, Side::kCentre}) {
        EXPECT_GT(Distance(people.of(id).of(side), PaletteOf(theme).floor), 30) << id;
      }
    }
  }
}

}  // namespace videopose::internal::theme_test
