// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/advice.h"

#include <fmt/format.h>

#include <charconv>

namespace videopose::internal {
namespace {

struct Advice {
  std::string_view option;             // a field of the library's options
  std::string_view flag;               // of the program
  std::string_view text;               // "{}" is the flag
  ErrorCode code = ErrorCode::kOther;  // errors that the advice is for; kOther: all
};

constexpr Advice kAdvice[] = {
    {"axes", "--truth-axes AXES", "{} says it"},
    {"checkpoints.evaluate_epochs", "--no-eval",
     "{} trains without, --mocap-test or --subjects-test names some"},
    {"force", "--force", "{} replaces it"},
    {"fps", "--fps N", "{} says it"},
    {"html_video", "--export FILE.html", "add {}"},
    {"keypoints", "", "'videopose prepare' makes them", ErrorCode::kFileNotFound},
    {"keypoints", "", "make the file with 'videopose prepare custom'", ErrorCode::kWrongFormat},
    {"keep_roots", "--trajectory network", "leave out {}"},
    {"layout", "--layout", "leave {} out", ErrorCode::kInvalidArgument},
    {"layout", "--layout NAME",
     "{}, or the joints' names with commas between, says which they are"},
    {"mocap_map", "--mocap-map FILE", "give one with {}"},
    {"max_unpacked_gib", "--max-unpacked-gib", "{} raises both limits"},
    {"models_dir", "", "run: videopose models fetch"},
    {"partial", "--partial", "{} goes on without these"},
    {"port", "--serve PORT", "another port: {}"},
    {"optimisation.precision", "--precision f32", "train with {}"},
    {"threads", "--threads 1", "try {}"},
    {"width_px", "--size WxH", "give its size, {}"},
};

const Advice* Find(std::string_view option, ErrorCode code) {
  for (const Advice& advice : kAdvice) {
    const bool is_for = advice.code == ErrorCode::kOther || advice.code == code;
    if (advice.option == option && is_for) return &advice;
  }
  return nullptr;
}

// Suggests four times the exceeded limit: later values may be larger still.
std::string Raised(std::string_view flag, std::string_view limit) {
  int64_t value = 0;
  std::from_chars(limit.data(), limit.data() + limit.size(), value);
  return value > 0 ? fmt::format("{} {}", flag, 4 * value) : std::string(flag);
}

}  // namespace

std::string_view FlagOf(std::string_view option) {
  const Advice* advice = Find(option, ErrorCode::kOther);
  return advice == nullptr ? "" : advice->flag;
}

std::string WithAdvice(const Error& error) {
  const ErrorFacts& facts = error.facts();
  if (facts.expected == "poses" && facts.found == "keypoints") {
    return fmt::format("{}: videopose lift makes poses of them", error.what());
  }
  const Advice* advice = Find(facts.option, error.code());
  if (advice == nullptr) return error.what();
  const std::string flag = error.code() == ErrorCode::kLimit ? Raised(advice->flag, facts.expected)
                                                             : std::string(advice->flag);
  return fmt::format("{}; {}", error.what(), fmt::format(fmt::runtime(advice->text), flag));
}

}  // namespace videopose::internal
