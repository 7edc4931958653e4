// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/people_recall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::people_recall_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

BodyBox Box(float left, float top, float width, float height) {
  return {.centre_px = {left + width / 2, top + height / 2}, .size_px = {width, height}};
}

TEST(PeopleRecallTest, CountsFoundMissedAndFalsePeople) {
  const ImageOfPeople truth = {.name = "street",
                               .people = {Box(0, 0, 100, 300), Box(400, 0, 50, 120)},
                               .ignored = {Box(600, 0, 200, 200)}};
  const std::vector<BodyBox> bodies = {Box(10, 20, 80, 260), Box(620, 20, 50, 100),
                                       Box(200, 0, 50, 150)};
  const PeopleRecall recall = CompareWithTruth(truth, bodies);
  EXPECT_THAT(recall.found_px, ElementsAre(300));
  EXPECT_THAT(recall.missed_px, ElementsAre(120));
  EXPECT_EQ(recall.false_people, 1);
}

// Two skeletons on one person: one of them is false, and the neighbour is missed.
TEST(PeopleRecallTest, ABodyIsOnePersonAlone) {
  const ImageOfPeople truth = {.people = {Box(0, 0, 100, 300), Box(60, 0, 100, 300)}};
  const std::vector<BodyBox> bodies = {Box(0, 0, 100, 290), Box(0, 0, 95, 300)};
  const PeopleRecall recall = CompareWithTruth(truth, bodies);
  EXPECT_THAT(recall.found_px, ElementsAre(300));
  EXPECT_THAT(recall.missed_px, ElementsAre(300));
  EXPECT_EQ(recall.false_people, 1);
}

TEST(PeopleRecallTest, SmallPeopleCountNeitherWay) {
  const ImageOfPeople truth = {.people = {Box(0, 0, 20, 50), Box(100, 0, 20, 50)}};
  const PeopleRecall recall = CompareWithTruth(truth, std::vector{Box(0, 0, 20, 50)});
  EXPECT_THAT(recall.found_px, IsEmpty());
  EXPECT_THAT(recall.missed_px, IsEmpty());
  EXPECT_EQ(recall.false_people, 0);
}

TEST(PeopleRecallTest, ReadsTheTruth) {
  const std::filesystem::path file = TestFolder() / "people.json";
  std::ofstream(file) << R"({"images": {"a": {"boxes": [[10, 20, 30, 80]], "hard": [],
                                         "ign": [[0, 0, 5, 5]]}}})";
  const std::vector<ImageOfPeople> images = ReadImagesOfPeople(file);
  ASSERT_EQ(images.size(), 1U);
  EXPECT_EQ(images[0].name, "a");
  EXPECT_EQ(images[0].people.at(0).centre_px, (Vec2f{20, 50}));
  EXPECT_EQ(images[0].people.at(0).size_px, (Vec2f{20, 60}));
  EXPECT_EQ(images[0].ignored.size(), 1U);
  for (const char* wrong : {"", "{}", R"({"images": {"a": {"boxes": [[1, 2, 3]]}}})"}) {
    std::ofstream(file) << wrong;
    EXPECT_THAT([&] { ReadImagesOfPeople(file); },
                ThrowsMessage<Error>(HasSubstr("people.json: expected images with boxes")));
  }
  EXPECT_THROW(ReadImagesOfPeople("/no/such/file.json"), Error);
}

}  // namespace videopose::internal::people_recall_test
