// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/live_options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <utility>

namespace videopose::internal {

void AddWeightsOption(CLI::App& app, std::function<void(WeightPrecision)> set) {
  static const std::map<std::string, WeightPrecision> kChoices = {
      {"f32", WeightPrecision::kFloat32},
      {"bf16", WeightPrecision::kBFloat16},
      {"int8", WeightPrecision::kInt8}};
  app.add_option_function<std::string>(
         "--weights", [set = std::move(set)](const std::string& name) { set(kChoices.at(name)); },
         "precision of the lifter's weights in memory; fewer bits are read faster (default: f32)")
      ->check(CLI::IsMember(kChoices))
      ->type_name("f32|bf16|int8")
      ->group("Lifting");
}

}  // namespace videopose::internal
