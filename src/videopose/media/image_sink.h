// SPDX-License-Identifier: Apache-2.0

// One image in a file, or numbered images in a folder.

#ifndef VIDEOPOSE_MEDIA_IMAGE_SINK_H_
#define VIDEOPOSE_MEDIA_IMAGE_SINK_H_

#include <filesystem>
#include <optional>
#include <string>

#include "videopose/base/atomic_file.h"
#include "videopose/media.h"
#include "videopose/media/frame_sink.h"
#include "videopose/media/image_encoder.h"

namespace videopose::internal {

class SingleImageSink : public FrameSink {
 public:
  SingleImageSink(std::filesystem::path path, ImageFormat format,
                  const VideoWriterOptions& options);

  void Write(const Image& image) override;
  void Close() override;

 private:
  AtomicFile file_;  // fails early if the folder is not writable
  ImageEncoder encoder_;
  std::string bytes_;
};

// The name of image number n: "left_%05d.png" is {"left_", 5, ".png"}.
struct NumberedName {
  std::string before;
  int digits = 6;
  std::string after = ".png";

  std::string Of(int64_t number) const;
};

// From a file name with one "%d" or "%05d" in it; nothing if there is no such thing in it.
std::optional<NumberedName> ParseNumberedName(const std::string& name);

class ImageFolderSink : public FrameSink {
 public:
  // The images appear with Close, all at once; so does a folder that does not exist yet.
  ImageFolderSink(const std::filesystem::path& folder, NumberedName name, ImageFormat format,
                  const VideoWriterOptions& options);

  void Write(const Image& image) override;
  void Close() override;

 private:
  std::filesystem::path folder_;
  std::optional<AtomicFiles> images_;     // of a folder that was there before,
  std::optional<AtomicFile> new_folder_;  // or else the folder
  NumberedName name_;
  ImageEncoder encoder_;
  int64_t count_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_IMAGE_SINK_H_
