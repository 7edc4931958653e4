// One picture in a file, or numbered pictures in a folder.

#ifndef VIDEOPOSE_MEDIA_PICTURE_SINK_H_
#define VIDEOPOSE_MEDIA_PICTURE_SINK_H_

#include <filesystem>
#include <optional>
#include <string>

#include "videopose/base/atomic_file.h"
#include "videopose/media.h"
#include "videopose/media/frame_sink.h"
#include "videopose/media/picture_encoder.h"

namespace videopose {

class SinglePictureSink : public FrameSink {
 public:
  SinglePictureSink(std::filesystem::path path, PictureFormat format,
                    const VideoWriterOptions& options);

  void Write(const Image& image) override;
  void Close() override;

 private:
  AtomicFile file_;  // finds out early whether one can write there
  PictureEncoder encoder_;
  std::string bytes_;
};

// How to name picture number n: "left_%05d.png" is {"left_", 5, ".png"}.
struct NumberedName {
  std::string before;
  int digits = 6;
  std::string after = ".png";

  std::string Of(int64_t number) const;
};

// From a file name with one "%d" or "%05d" in it; nothing if there is no such thing in it.
std::optional<NumberedName> ParseNumberedName(const std::string& name);

class PictureFolderSink : public FrameSink {
 public:
  // A folder that is not there yet appears with Close, all pictures in it at once.
  PictureFolderSink(const std::filesystem::path& folder, NumberedName name, PictureFormat format,
                    const VideoWriterOptions& options);

  void Write(const Image& image) override;
  void Close() override;

 private:
  std::filesystem::path folder_;          // that the pictures are written to
  std::optional<AtomicFile> new_folder_;  // none: the folder was there before
  NumberedName name_;
  PictureEncoder encoder_;
  int64_t count_ = 0;
};

}  // namespace videopose

#endif  // VIDEOPOSE_MEDIA_PICTURE_SINK_H_
