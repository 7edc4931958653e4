// Poses and joint angles as files of every kind there is, by extension.

#ifndef VIDEOPOSE_APP_WRITE_EXPORTS_H_
#define VIDEOPOSE_APP_WRITE_EXPORTS_H_

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "videopose/formats/file_format.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"

namespace videopose {

struct ExportPaths {
  std::vector<std::filesystem::path> poses;   // formats/file_formats.h
  std::vector<std::filesystem::path> angles;  // AngleFormats()
  std::filesystem::path html_video;  // what an .html page shows beside the motion; empty: nothing
};

// Formats that hold one person make a file for each of several: "out.bvh" becomes "out_1.bvh",
// "out_2.bvh", by the person's id. `keypoints` may be null; else they are of the
// same people and frames. Whoever has no pose in any frame gets no plot. Returns what was
// written. Throws Error.
std::vector<std::filesystem::path> WriteExports(const ExportPaths& paths, const Motion& motion,
                                                const KeypointSequence* keypoints);

// Throws Error for an extension that is not known, a folder that is not there, and for what would
// overwrite `input` or another of them; to be asked before long work.
void CheckExports(const ExportPaths& paths, const std::filesystem::path& input);

// Whether the file, or one of it for each of several people, is there.
bool IsExported(const std::filesystem::path& path);

// The formats of joint angles, which only writing needs: tables and plots.
std::span<const FileFormat> AngleFormats();
// ".csv, .png, .svg".
std::string AngleExtensions();

}  // namespace videopose

#endif  // VIDEOPOSE_APP_WRITE_EXPORTS_H_
