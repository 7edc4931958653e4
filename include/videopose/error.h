// SPDX-License-Identifier: Apache-2.0

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

#ifndef VIDEOPOSE_ERROR_H_
#define VIDEOPOSE_ERROR_H_

#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace videopose {

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

// Work stopped on request (work.h). Not an Error: a handler of errors that goes on with the next
// file must not catch this.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

}  // namespace videopose

#endif  // VIDEOPOSE_ERROR_H_
