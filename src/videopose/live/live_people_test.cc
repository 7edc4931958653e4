#include "videopose/live/live_people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "videopose/detect.h"

namespace videopose {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kFrame_s = 1.0 / 30;

FollowedPerson Person(int track, float height_px, float presence = 0.99F) {
  FollowedPerson person{.track_id = track, .result = {.presence = presence}};
  for (size_t i = 0; i < 33; ++i) {
    person.result.landmarks[i].x_px = static_cast<float>(100 * track);
    person.result.landmarks[i].y_px = height_px * static_cast<float>(i) / 32;
  }
  return person;
}

// For so many frames; the IDs in the last one.
class Scene {
 public:
  explicit Scene(int count) : people_(count) {}
  std::vector<int> Show(const std::vector<FollowedPerson>& followed, int frames = 1) {
    std::vector<int> ids;
    for (int i = 0; i < frames; ++i) {
      ids.clear();
      for (const SeenPerson& person : people_.Choose(followed, time_s_)) ids.push_back(person.id);
      time_s_ += kFrame_s;
    }
    return ids;
  }

 private:
  LivePeople people_;
  double time_s_ = 0;
};

TEST(LivePeople, TheMostProminentOfThoseWhoAreThere) {
  LivePeople people(1);
  const std::vector<SeenPerson> chosen =
      people.Choose({Person(1, 200), Person(2, 400), Person(3, 300)}, 0);
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen[0].id, 1);
  EXPECT_EQ(chosen[0].keypoints[0].x_px, 200) << "track 2";
}

TEST(LivePeople, WhoIsChosenStaysWhileSeen) {
  Scene scene(1);
  EXPECT_THAT(scene.Show({Person(1, 300)}, 30), ElementsAre(1));
  EXPECT_THAT(scene.Show({Person(1, 300), Person(2, 450)}, 300), ElementsAre(1));
  EXPECT_THAT(scene.Show({Person(2, 450)}, 10), IsEmpty()) << "waited for";
  EXPECT_THAT(scene.Show({Person(1, 300), Person(2, 450)}), ElementsAre(1));
  EXPECT_THAT(scene.Show({Person(2, 450)}, 20), ElementsAre(2)) << "but not for ever";
  EXPECT_THAT(scene.Show({Person(1, 300), Person(2, 450)}, 30), ElementsAre(2));
}

TEST(LivePeople, SomebodyMuchMoreProminentTakesOver) {
  Scene scene(1);
  EXPECT_THAT(scene.Show({Person(1, 150)}, 300), ElementsAre(1));
  EXPECT_THAT(scene.Show({Person(1, 150), Person(2, 400)}, 15), ElementsAre(1)) << "not at once";
  EXPECT_THAT(scene.Show({Person(1, 150), Person(2, 400)}, 60), ElementsAre(2));
}

TEST(LivePeople, FurnitureIsNobody) {
  Scene scene(1);
  EXPECT_THAT(scene.Show({Person(1, 500, 0.8F)}, 60), IsEmpty());
  EXPECT_THAT(scene.Show({Person(1, 500, 0.8F), Person(2, 200)}, 60), ElementsAre(1)) << "track 2";
}

TEST(LivePeople, SeveralOrAll) {
  const std::vector<FollowedPerson> three = {Person(7, 200), Person(8, 400), Person(9, 300)};
  EXPECT_THAT(Scene(2).Show(three), ElementsAre(1, 2));
  EXPECT_THAT(Scene(kAllPeople).Show(three), ElementsAre(1, 2, 3));
  EXPECT_THAT(Scene(5).Show({}), IsEmpty());
}

}  // namespace
}  // namespace videopose
