// SPDX-License-Identifier: Apache-2.0

// One function a format. Each returns nothing for content of another format, and throws Error, with
// `what` (the file), for damaged content of its own.

#ifndef VIDEOPOSE_IMPORT_READERS_H_
#define VIDEOPOSE_IMPORT_READERS_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "videopose/arrays/npz.h"
#include "videopose/import/detections.h"

namespace videopose::internal {

using MaybeDetections = std::optional<Detections>;

// JSON, by the whole document.
MaybeDetections ReadOpenPose(const nlohmann::json& root, const std::string& what);
MaybeDetections ReadAlphaPose(const nlohmann::json& root, const std::string& what);
MaybeDetections ReadCocoResults(const nlohmann::json& root, const std::string& what);
MaybeDetections ReadCocoAnnotations(const nlohmann::json& root, const std::string& what);
MaybeDetections ReadMmpose(const nlohmann::json& root, const std::string& what);
MaybeDetections ReadMediaPipe(const nlohmann::json& root, const std::string& what);
MaybeDetections ReadYolo(const nlohmann::json& root, const std::string& what);
MaybeDetections ReadKinetics(const nlohmann::json& root, const std::string& what);

// Text.
MaybeDetections ReadYoloText(std::string_view text, const std::string& what);
MaybeDetections ReadDeepLabCut(std::string_view text, const std::string& what);
MaybeDetections ReadCsv(std::string_view text, const std::string& what);

// NumPy's.
MaybeDetections ReadDetectron(const NpzReader& file);
MaybeDetections ReadArrays(const NpzReader& file);
MaybeDetections ReadArray(const NpyArray& array, const std::string& what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_READERS_H_
