// SPDX-License-Identifier: Apache-2.0

// videopose info FILE: what a file is and what it holds.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "videopose/base/error.h"
#include "videopose/cli/command.h"
#include "videopose/cli/file_info.h"
#include "videopose/cli/prepare_commands.h"
#include "videopose/formats/file_formats.h"

namespace videopose::internal {

std::function<int()> ConfigureInfo(CLI::App& app) {
  struct InfoCommand {
    std::filesystem::path path;
    ArchiveOptions archive;
  };
  auto command = std::make_shared<InfoCommand>();
  app.add_option("file", command->path,
                 fmt::format("a video, keypoints or poses ({}, ...), a data set, what one is made "
                             "of, or a checkpoint ({})",
                             ReadPoseExtensions(), DataExtensions()))
      ->required()
      ->type_name("FILE");
  AddUnpackLimit(app, command->archive.max_unpacked_gib);
  return [command] {
    fmt::print("{}", DescribeFile(command->path, command->archive));
    return 0;
  };
}

}  // namespace videopose::internal
