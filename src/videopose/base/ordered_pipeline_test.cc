// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/ordered_pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "support/deadline.h"
#include "videopose/base/error.h"

namespace videopose::internal::ordered_pipeline_test {

OrderedPipeline<int, int> Squares(int count, std::vector<int>& results) {
  return {.produce = [count, i = 0](int& in) mutable { return (in = i++) < count; },
          .transform =
              [](int& in, int& out) {
                // Every third item is slow, so that results come out of order.
                if (in % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
                out = in * in;
              },
          .consume = [&results](int& out) { results.push_back(out); },
          .workers = 3,
          .depth = 5};
}

TEST(OrderedPipelineTest, ConsumesInTheOrderOfProduction) {
  std::vector<int> results;
  Squares(500, results).Run();
  ASSERT_EQ(results.size(), 500U);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(results[static_cast<size_t>(i)], i * i);
}

TEST(OrderedPipelineTest, NothingToDoEnds) {
  const Deadline deadline("the pipeline");
  std::vector<int> results;
  Squares(0, results).Run();
  EXPECT_TRUE(results.empty());
}

TEST(OrderedPipelineTest, MemoryIsBoundedByTheDepth) {
  std::set<int*> places;
  std::vector<int> ignored;
  auto pipeline = Squares(200, ignored);
  pipeline.consume = [&](int& out) { places.insert(&out); };
  pipeline.Run();
  EXPECT_LE(places.size(), 5U);
}

TEST(OrderedPipelineTest, AnErrorInAnyStageIsThrownAndEndsAllThreads) {
  const Deadline deadline("the pipeline");
  std::vector<int> results;
  auto failing_producer = Squares(100, results);
  failing_producer.produce = [i = 0](int& in) mutable {
    if ((in = i++) == 7) Fail("broken frame");
    return true;
  };
  EXPECT_THROW(failing_producer.Run(), Error);
  EXPECT_EQ(results.size(), 7U) << "what came before the error is consumed";

  auto failing_worker = Squares(100, results);
  failing_worker.transform = [](int& in, int&) {
    if (in == 9) Fail("cannot draw");
  };
  EXPECT_THROW(failing_worker.Run(), Error);

  auto failing_consumer = Squares(100'000, results);
  failing_consumer.consume = [](int& out) {
    if (out == 100) Fail("disk full");
  };
  EXPECT_THROW(failing_consumer.Run(), Error);
}

}  // namespace videopose::internal::ordered_pipeline_test
