// SPDX-License-Identifier: Apache-2.0

// A page to look at a motion in a browser: one file that needs nothing else, not even a network.
// Its parts are the files of web/; what it holds is said in docs/formats.md.

#ifndef VIDEOPOSE_EXPORT_HTML_H_
#define VIDEOPOSE_EXPORT_HTML_H_

#include <filesystem>
#include <optional>
#include <string>

#include "videopose/pose.h"

namespace videopose::internal {

struct HtmlOptions {
  std::string title;  // empty: the file's name
  // Shown beside the motion, in step. The page refers to it by the way from the page's folder, so
  // that both can be moved together. It need not be there yet.
  std::optional<std::filesystem::path> video;
};

// Coordinates are kept to within 0.25 mm, keypoints (only with a video) to 0.25 pixels, angles to
// 0.25 degrees. `keypoints` may be null; else they are of the same people and frames. Throws Error.
void WriteHtml(const std::filesystem::path& path, const Motion& motion,
               const KeypointSequence* keypoints, const HtmlOptions& options = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_HTML_H_
