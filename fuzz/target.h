// SPDX-License-Identifier: Apache-2.0

// What is fuzzed. A target takes any bytes and must keep the project's promises: it returns, or
// throws an Error of one line. Anything else (a crash, another exception, a broken invariant) is a
// finding.

#ifndef VIDEOPOSE_FUZZ_TARGET_H_
#define VIDEOPOSE_FUZZ_TARGET_H_

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace videopose::internal {

struct FuzzTarget {
  std::string name;
  std::function<void(const std::string& input)> run;
  std::function<std::vector<std::string>()> seeds;  // valid inputs, beside those of fuzz/corpus
  int smoke_runs = 1000;                            // in ctest
};

// For names of tests.
inline void PrintTo(const FuzzTarget& target, std::ostream* out) { *out << target.name; }

// Of this program: fuzz_readers.cc, fuzz_program.cc.
const std::vector<FuzzTarget>& FuzzTargets();

// seeds(), and the files of fuzz/corpus/NAME.
std::vector<std::string> SeedsOf(const FuzzTarget& target);

// Runs it; throws std::logic_error where it breaks a promise.
void RunTarget(const FuzzTarget& target, const std::string& input);

// Throws std::logic_error unless it holds.
void Demand(bool holds, const char* promise);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_FUZZ_TARGET_H_
