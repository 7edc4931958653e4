// SPDX-License-Identifier: Apache-2.0

// The tracker among synthetic people, whose identities are known.

#include "videopose/track/tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "videopose/base/random.h"
#include "videopose/track/assignment.h"

namespace videopose::internal::tracker_test {

constexpr double kFps = 25;
constexpr float kHeightPx = 200;

// Appearances of one colour each.
Appearance Wearing(size_t colour) {
  Appearance appearance;
  for (auto& part : appearance.shares) {
    part[colour] = 0.8F;
    part[0] += 0.2F;
  }
  return appearance;
}

// A person upright with swinging limbs, the middle of the body at `centre_px`.
Observation Body(Vec2f centre_px, double phase, const Appearance& appearance) {
  constexpr std::array<Vec2f, 17> kShape = {{{0, -90},
                                             {4, -94},
                                             {-4, -94},
                                             {8, -90},
                                             {-8, -90},
                                             {20, -65},
                                             {-20, -65},
                                             {25, -35},
                                             {-25, -35},
                                             {26, -5},
                                             {-26, -5},
                                             {14, 0},
                                             {-14, 0},
                                             {14, 48},
                                             {-14, 48},
                                             {14, 95},
                                             {-14, 95}}};
  Observation body{.keypoints = std::vector<Keypoint>(kShape.size())};
  for (size_t j = 0; j < kShape.size(); ++j) {
    const bool is_limb_end = j >= 7 && j != 11 && j != 12;
    const float swing =
        is_limb_end ? 20 * static_cast<float>(std::sin(phase)) * (j % 2 == 0 ? 1.0F : -1.0F) : 0;
    body.keypoints[j] = {centre_px.x + kShape[j].x + swing, centre_px.y + kShape[j].y, 0.9F};
  }
  body.box = {.centre_px = centre_px, .size_px = {80, kHeightPx}};
  body.appearance = appearance;
  return body;
}

// Where a person is at a time, if anywhere, and how far from the camera: nearer people hide others.
struct Person {
  std::function<std::optional<Vec2f>(double time_s)> at_px;
  Appearance appearance;
  double distance_m = 5;
};

struct World {
  std::vector<Person> people;
  double seconds = 8;
  double noise_px = 2;
  double miss_rate = 0;         // of the detector, per person and search
  double false_per_search = 0;  // false positives
  uint32_t seed = 1;
};

struct Score {
  int identity_switches = 0;
  double idf1 = 0;
  int tracks = 0;
};

// Plays a world to the tracker as the follower does. The landmark model finds in each track's
// region the visible person nearest to its middle, which at crossings is the other one; the
// detector sees all people five times a second. A person who is hidden for longer than a lost track
// is kept counts as a new person.
class Simulation {
 public:
  explicit Simulation(const World& world) : world_(world), random_(world.seed) {}

  Score Run() {
    for (int t = 0; t < static_cast<int>(world_.seconds * kFps); ++t) Step(t);
    return Scored();
  }

 private:
  struct Visible {
    int person;  // counts from 0; -1: none
    Observation body;
  };

  // The number of a person who is seen now.
  int Appearance(int person, double time_s) {
    const auto [last, is_first] = last_seen_s_.try_emplace(person, time_s);
    if (is_first || time_s - last->second > TrackerOptions{}.longest_loss_s) {
      appearance_[person] = appearances_++;
    }
    last->second = time_s;
    return appearance_[person];
  }

  double Noise() { return world_.noise_px * (random_.NextDouble() - 0.5) * 3.5; }

  std::vector<Visible> Look(double time_s) {
    std::vector<Visible> visible;
    for (size_t p = 0; p < world_.people.size(); ++p) {
      const std::optional<Vec2f> at = world_.people[p].at_px(time_s);
      if (!at) continue;
      const bool is_hidden = std::ranges::any_of(world_.people, [&](const Person& other) {
        const std::optional<Vec2f> where = other.at_px(time_s);
        return where && other.distance_m < world_.people[p].distance_m &&
               std::abs(where->x - at->x) < 0.2F * kHeightPx &&
               std::abs(where->y - at->y) < 0.5F * kHeightPx;
      });
      if (is_hidden) continue;
      const Vec2f seen = *at + Vec2f{static_cast<float>(Noise()), static_cast<float>(Noise())};
      visible.push_back(
          {Appearance(static_cast<int>(p), time_s),
           Body(seen, 6 * time_s + static_cast<double>(p), world_.people[p].appearance)});
    }
    return visible;
  }

  void Step(int t) {
    const double time_s = t / kFps;
    const std::vector<Visible> visible = Look(time_s);
    std::vector<Visible> seen;
    for (const Track& track : tracker_.tracks()) {
      if (track.lost) continue;
      const auto off_px = [&](const Visible& v) {
        return Norm(v.body.box.centre_px - track.last.box.centre_px);
      };
      const auto nearest = std::ranges::min_element(visible, {}, off_px);
      if (nearest == visible.end() || off_px(*nearest) > 0.4F * kHeightPx) continue;
      seen.push_back(*nearest);
      seen.back().body.looked_for = track.id;
    }
    if (t % 5 == 0) {
      for (const Visible& v : visible) {
        if (random_.NextDouble() >= world_.miss_rate) seen.push_back(v);
      }
      if (random_.NextDouble() < world_.false_per_search) {
        const Vec2f anywhere = {static_cast<float>(1200 * random_.NextDouble()), 300};
        seen.push_back({-1, Body(anywhere, 0, Wearing(10))});
        seen.back().body.presence = 0.7F;
      }
    }
    std::vector<Observation> bodies;
    for (const Visible& v : seen) bodies.push_back(v.body);
    const std::vector<int> ids = tracker_.Update(time_s, bodies);
    Count(visible, seen, ids);
  }

  void Count(const std::vector<Visible>& visible, const std::vector<Visible>& seen,
             const std::vector<int>& ids) {
    true_frames_ += static_cast<int>(visible.size());
    std::set<int> used;
    for (size_t i = 0; i < seen.size(); ++i) {
      if (ids[i] == 0) continue;
      EXPECT_TRUE(used.insert(ids[i]).second) << "one track has two bodies";
      ++given_frames_[ids[i]];
      if (seen[i].person < 0) continue;
      ++together_[{seen[i].person, ids[i]}];
      const auto [last, is_first] = last_id_.try_emplace(seen[i].person, ids[i]);
      if (!is_first && last->second != ids[i]) ++score_.identity_switches;
      last->second = ids[i];
    }
  }

  // IDF1 = 2 IDTP / (true frames + tracked frames), with the one-to-one pairing of people and
  // tracks that makes it largest. Ristani et al., Performance Measures for Multi-Target Tracking,
  // 2016. Tracks too brief to be reported (track/tracklets.h) do not count.
  Score Scored() {
    std::erase_if(given_frames_, [](const auto& entry) { return entry.second < 0.4 * kFps; });
    std::vector<double> costs;
    int tracked_frames = 0;
    for (int p = 0; p < appearances_; ++p) {
      for (const auto& [id, frames] : given_frames_) costs.push_back(-together_[{p, id}]);
    }
    for (const auto& [id, frames] : given_frames_) tracked_frames += frames;
    const int columns = static_cast<int>(given_frames_.size());
    const std::vector<int> paired = AssignAtLeastCost(costs, appearances_, columns, 0);
    double right = 0;
    for (size_t p = 0; p < paired.size(); ++p) {
      if (paired[p] >= 0)
        right -= costs[p * static_cast<size_t>(columns) + static_cast<size_t>(paired[p])];
    }
    score_.idf1 = 2 * right / (true_frames_ + tracked_frames);
    score_.tracks = columns;
    return score_;
  }

  const World world_;
  RandomState random_;
  Tracker tracker_;
  Score score_;
  int true_frames_ = 0, appearances_ = 0;
  std::map<int, double> last_seen_s_;
  std::map<int, int> appearance_;
  std::map<int, int> given_frames_, last_id_;
  std::map<std::pair<int, int>, int> together_;
};

// From x0 at `speed` pixels a second, while inside the image of 1200 pixels.
auto Walk(float x0, float speed, float y = 300) {
  return [=](double time_s) -> std::optional<Vec2f> {
    const float x = x0 + speed * static_cast<float>(time_s);
    if (x < 0 || x > 1200) return std::nullopt;
    return Vec2f{x, y};
  };
}

TEST(TrackerTest, PeopleApartKeepTheirIdentities) {
  const Score score = Simulation({.people = {{Walk(100, 40), Wearing(4)},
                                             {Walk(600, -5), Wearing(4)},
                                             {Walk(1150, -50), Wearing(4)}}})
                          .Run();
  EXPECT_EQ(score.identity_switches, 0);
  EXPECT_EQ(score.tracks, 3);
  EXPECT_GT(score.idf1, 0.99);
}

// Both have the same appearance, so that only motion tells them apart; hidden for half a second.
TEST(TrackerTest, TwoCrossWithTheSameAppearance) {
  for (const float speed : {80.0F, 120.0F, 160.0F}) {
    const Score score = Simulation({.people = {{Walk(100, speed), Wearing(4), 4},
                                               {Walk(1100, -speed), Wearing(4)}}})
                            .Run();
    EXPECT_EQ(score.identity_switches, 0) << speed;
    EXPECT_EQ(score.tracks, 2) << speed;
  }
}

// They meet, stop one behind the other for half a second and go back where they came from: only the
// appearance tells that they did not cross.
TEST(TrackerTest, TwoMeetAndTurnBack) {
  const auto meet = [](float from, float to) {
    return [=](double time_s) -> std::optional<Vec2f> {
      const auto t = static_cast<float>(time_s);
      const float share = t < 3 ? t / 3 : t < 3.5F ? 1 : std::max(0.0F, (6.5F - t) / 3);
      return Vec2f{from + share * (to - from), 300};
    };
  };
  const Score score =
      Simulation({.people = {{meet(200, 590), Wearing(5), 4}, {meet(1000, 610), Wearing(9)}}})
          .Run();
  EXPECT_EQ(score.identity_switches, 0);
  EXPECT_EQ(score.tracks, 2);
}

// Falls as fast as gravity lets a body of 1.75 m, from the first frame on.
TEST(TrackerTest, AFallingPersonIsOnePerson) {
  const auto fall = [](double time_s) -> std::optional<Vec2f> {
    const double heights = std::min(1.6, 9.81 / 1.75 / 2 * time_s * time_s);
    return Vec2f{300, 100 + static_cast<float>(heights) * kHeightPx};
  };
  const Score score = Simulation({.people = {{fall, Wearing(4)}}, .seconds = 2}).Run();
  EXPECT_EQ(score.identity_switches, 0);
  EXPECT_EQ(score.tracks, 1);
}

// A pillar hides a walker.
TEST(TrackerTest, AHiddenPersonKeepsTheirIdentity) {
  for (const double hidden_s : {0.5, 1.0, 1.6}) {
    const auto walk = Walk(100, 120);
    const auto behind_pillar = [=](double time_s) -> std::optional<Vec2f> {
      if (time_s > 3 && time_s < 3 + hidden_s) return std::nullopt;
      return walk(time_s);
    };
    const Score score = Simulation({.people = {{behind_pillar, Wearing(4)}}}).Run();
    EXPECT_EQ(score.identity_switches, 0) << hidden_s;
    EXPECT_EQ(score.tracks, 1) << hidden_s;
  }
}

TEST(TrackerTest, APersonComingLaterOrElsewhereIsAnotherPerson) {
  const auto during = [](double from_s, double to_s, float x) {
    return [=](double time_s) -> std::optional<Vec2f> {
      if (time_s < from_s || time_s > to_s) return std::nullopt;
      return Vec2f{x, 300};
    };
  };
  const Score score = Simulation({.people = {{during(0, 2, 300), Wearing(4)},
                                             {during(2.2, 4, 800), Wearing(4)},   // elsewhere
                                             {during(4.2, 5, 830), Wearing(10)},  // looks different
                                             {during(7.5, 9, 300), Wearing(4)}},  // too late
                                  .seconds = 9})
                          .Run();
  EXPECT_EQ(score.tracks, 4);
  EXPECT_GT(score.idf1, 0.99);
}

TEST(TrackerTest, FalseDetectionsMakeNoLongTracks) {
  const Score score =
      Simulation({.people = {{Walk(100, 60), Wearing(4)}, {Walk(1100, -60), Wearing(8)}},
                  .noise_px = 4,
                  .miss_rate = 0.3,
                  .false_per_search = 0.5})
          .Run();
  EXPECT_EQ(score.identity_switches, 0);
  EXPECT_GT(score.idf1, 0.95);
}

// Eight people of four appearances and in two rows go to and fro, cross and hide each other.
TEST(TrackerTest, ACrowdMostlyKeepsItsIdentities) {
  double worst = 1, sum = 0;
  int switches = 0;
  constexpr int kWorlds = 50;
  for (uint32_t seed = 1; seed <= kWorlds; ++seed) {
    RandomState random(seed);
    World world{.seconds = 12, .miss_rate = 0.1, .false_per_search = 0.1, .seed = seed};
    for (size_t p = 0; p < 8; ++p) {
      const double middle = 200 + 800 * random.NextDouble(),
                   reach = 150 + 250 * random.NextDouble();
      const double rate = 0.4 + 0.3 * random.NextDouble(), phase = 6.3 * random.NextDouble();
      const float y = p % 2 == 0 ? 250.0F : 350.0F;
      const auto walk = [=](double time_s) -> std::optional<Vec2f> {
        const double x = middle + reach * std::sin(rate * time_s + phase);
        if (x < 0 || x > 1200) return std::nullopt;
        return Vec2f{static_cast<float>(x), y};
      };
      world.people.push_back({walk, Wearing(4 + 2 * (p / 2)), 4 + 0.5 * static_cast<double>(p)});
    }
    const Score score = Simulation(world).Run();
    worst = std::min(worst, score.idf1);
    sum += score.idf1;
    switches += score.identity_switches;
  }
  // A person who stays hidden for long and reappears where a lost track of the same appearance is
  // expected is taken for that track's person.
  EXPECT_GT(sum / kWorlds, 0.97);
  EXPECT_GT(worst, 0.85);
  EXPECT_LT(switches, kWorlds / 2);
}

TEST(TrackerTest, ATrackOnTheBackgroundIsLost) {
  Tracker tracker;
  Observation body = Body({300, 300}, 0, Wearing(4));
  double time_s = 0;
  const auto follow = [&](double seconds, float presence) {
    body.presence = presence;
    body.looked_for = tracker.tracks().empty() ? 0 : 1;
    for (const double end_s = time_s + seconds; time_s < end_s; time_s += 1 / kFps) {
      tracker.Update(time_s, {&body, 1});
      if (tracker.tracks().at(0).lost) return;
    }
  };
  follow(2, 0.99F);
  EXPECT_FALSE(tracker.tracks()[0].lost);
  follow(2, 0.8F);
  EXPECT_TRUE(tracker.tracks()[0].lost);
  tracker.Update(time_s + 3, {});
  EXPECT_TRUE(tracker.tracks().empty());
}

TEST(TrackerTest, TwoTracksOnOneBodyBecomeOne) {
  Tracker tracker;
  std::vector<Observation> two = {Body({300, 300}, 0, Wearing(4)), Body({420, 300}, 0, Wearing(4))};
  const std::vector<int> ids = tracker.Update(0, two);
  EXPECT_EQ(ids, (std::vector<int>{1, 2}));
  // The second one's landmark model slides onto the first one's body.
  for (int t = 1; t <= 75; ++t) {
    const float x = std::max(302.0F, 420 - 8 * static_cast<float>(t));
    std::vector<Observation> seen = {Body({300, 300}, 0, Wearing(4))};
    seen[0].looked_for = 1;
    if (!std::ranges::any_of(tracker.tracks(),
                             [](const Track& k) { return k.id == 2 && k.lost; })) {
      seen.push_back(Body({x, 300}, 0, Wearing(4)));
      seen[1].looked_for = 2;
    }
    EXPECT_EQ(tracker.Update(t / kFps, seen)[0], 1) << t;
  }
  ASSERT_EQ(tracker.tracks().size(), 1U);
  EXPECT_EQ(tracker.tracks()[0].id, 1);
}

TEST(TrackerTest, ADroppedTrackIsNotUsedAgain) {
  Tracker tracker;
  const Observation body = Body({300, 300}, 0, Wearing(4));
  EXPECT_EQ(tracker.Update(0, {&body, 1})[0], 1);
  tracker.Drop(1);
  EXPECT_TRUE(tracker.tracks().empty());
  EXPECT_EQ(tracker.Update(0.04, {&body, 1})[0], 2);
}

}  // namespace videopose::internal::tracker_test
