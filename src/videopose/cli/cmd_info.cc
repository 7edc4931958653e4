// videopose info FILE: what a file is and what it holds.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/file_info.h"

namespace videopose {

std::function<int()> ConfigureInfo(CLI::App& app) {
  auto path = std::make_shared<std::filesystem::path>();
  app.add_option("file", *path, "a video, a checkpoint (.bin), keypoints or poses (.npz, .json)")
      ->required()
      ->type_name("FILE");
  return [path] {
    fmt::print("{}", DescribeFile(*path));
    return 0;
  };
}

}  // namespace videopose
