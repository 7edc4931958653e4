// Threads: one number for all of videopose's work, obeyed by our loops, by oneDNN and by the
// detector's thread pool. OpenMP's own number, which the rest of the process lives by, stays as it
// is.

#ifndef VIDEOPOSE_BASE_PARALLEL_H_
#define VIDEOPOSE_BASE_PARALLEL_H_

#include <cstdint>
#include <functional>

namespace videopose {

// How many threads work together; at first as many as OpenMP takes (OMP_NUM_THREADS, else as many
// as this process may run on).
int ThreadCount();

// count >= 1, or 0 for the default.
void SetThreadCount(int count);

// Calls body(begin, end) on ranges that together cover [0, count), in parallel where there are at
// least `grain` items per thread. An exception in body is thrown on to the caller (the first one,
// if several).
void ParallelFor(int64_t count, int64_t grain,
                 const std::function<void(int64_t begin, int64_t end)>& body);

}  // namespace videopose

#endif  // VIDEOPOSE_BASE_PARALLEL_H_
