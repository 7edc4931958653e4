// SPDX-License-Identifier: Apache-2.0

// What everything else stands on: the version, errors, long work, dense arrays.

#ifndef VIDEOPOSE_BASE_H_
#define VIDEOPOSE_BASE_H_

#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#define VIDEOPOSE_VERSION_MAJOR 0
#define VIDEOPOSE_VERSION_MINOR 2
#define VIDEOPOSE_VERSION_PATCH 0

namespace videopose {

// The version of the archives that are linked, "0.2.0"; the macros have that of the headers. CMake
// reads the numbers from here.
std::string_view Version();

// Errors.
//
// The library throws Error for bad input and for a system that fails; it never prints and never
// exits. what() is one line for a reader: the file, what was expected, what was found. code() and
// facts() say the same to programs. Anything else that is thrown (std::logic_error) is a mistake in
// how a function was called, or a defect of the library.
//
//   try {
//     const auto lifter = videopose::Lifter::Load(path);
//   } catch (const videopose::Error& error) {
//     if (error.code() == videopose::ErrorCode::kFileNotFound) ...
//   }

enum class ErrorCode {
  kOther,            // all that is known is in the text
  kFileNotFound,     // a file or folder to read is not there
  kUnreadable,       // it is there and cannot be read: rights, or a device that fails
  kWrongFormat,      // not of the kind expected, damaged, cut short, or something is missing in it
  kMismatch,         // inputs that do not belong together: other sizes, joints or frames
  kInvalidArgument,  // an argument or option that makes no sense, or is not for this input
  kCannotWrite,      // no folder, rights or space, or a kind of file that is not written
  kAlreadyExists,    // what would be written is there, and replacing it was not asked for
  kModelMissing,     // a network's weights are not where they are looked for
  kUnsupported,      // not by this processor, or by FFmpeg or another library as installed here
  kNetwork,          // an address that cannot be reached or served
  kLimit,            // refused: larger than the limits for input
};

// What is known of an error beside its text; empty where it is not.
struct ErrorFacts {
  std::filesystem::path file;   // or folder
  std::string expected, found;  // in words or numbers
  std::string option;           // the field of an options struct that decides it: "overwrite"
};

class Error : public std::runtime_error {
 public:
  // In `text`, which may quote a damaged file, control characters become question marks.
  explicit Error(const std::string& text, ErrorCode code = ErrorCode::kOther,
                 ErrorFacts facts = {});

  ErrorCode code() const { return code_; }
  const ErrorFacts& facts() const { return facts_; }

  // For callers that know more: sets the code and the file if there are none yet.
  void Complete(ErrorCode code, const std::filesystem::path& file) {
    if (code_ == ErrorCode::kOther) code_ = code;
    if (facts_.file.empty()) facts_.file = file;
  }

 private:
  ErrorCode code_;
  ErrorFacts facts_;
};

// Work stopped on request (WorkMonitor). Not an Error: a handler of errors that goes on with the
// next file must not catch this.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

// Long work: how it reports progress, how the caller stops it, and on how many threads it runs.

struct Progress {
  std::string_view stage;  // "detect", "render", ...
  int64_t done = 0;        // frames, steps, files
  int64_t total = 0;       // 0 where it is not known
  std::string_view unit_per_s = "fps";
};

// Called often (each frame), from the thread that does the work; must be cheap.
using ProgressCallback = std::function<void(const Progress&)>;

// Parameters of long-running calls. Both parts are optional.
struct WorkMonitor {
  ProgressCallback on_progress;
  const std::atomic<bool>* stop_requested = nullptr;

  // Throws Cancelled if a stop was asked for.
  void Report(std::string_view stage, int64_t done, int64_t total,
              std::string_view unit_per_s = "fps") const {
    if (stop_requested != nullptr && stop_requested->load(std::memory_order_relaxed)) {
      throw Cancelled();
    }
    if (on_progress) on_progress({stage, done, total, unit_per_s});
  }
};

// How many threads work together; at first as many as OpenMP takes (OMP_NUM_THREADS, else as many
// as this process may run on). One number for all of videopose's work: its loops, oneDNN's GEMMs
// and the detector's pool; decoders and encoders, too, unless their options say otherwise. OpenMP's
// own number, which the rest of the process uses, is unchanged.
int ThreadCount();

// count >= 1, or 0 for the default.
void SetThreadCount(int count);

// Dense row-major values with a shape: what files of arrays and checkpoints hold.

template <typename T>
struct BasicTensor {
  std::vector<int64_t> shape;
  std::vector<T> values;  // row-major, as many as the product of the shape

  BasicTensor() = default;
  // All zero.
  explicit BasicTensor(std::vector<int64_t> shape_in)
      : shape(std::move(shape_in)), values(static_cast<size_t>(ElementCount(shape))) {}
  BasicTensor(std::vector<int64_t> shape_in, std::vector<T> values_in)
      : shape(std::move(shape_in)), values(std::move(values_in)) {
    if (ElementCount(shape) != size())
      throw std::invalid_argument("values that are no such tensor");
  }

  static int64_t ElementCount(const std::vector<int64_t>& shape) {
    return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
  }

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t dim(size_t axis) const { return shape.at(axis); }
  int64_t size() const { return static_cast<int64_t>(values.size()); }
  T* data() { return values.data(); }
  const T* data() const { return values.data(); }
  bool operator==(const BasicTensor&) const = default;
};

using Tensor = BasicTensor<float>;

}  // namespace videopose

#endif  // VIDEOPOSE_BASE_H_
