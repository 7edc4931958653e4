// Single pictures from and to files.

#ifndef VIDEOPOSE_MEDIA_IMAGE_IO_H_
#define VIDEOPOSE_MEDIA_IMAGE_IO_H_

#include <filesystem>

#include "videopose/media/image.h"

namespace videopose {

// Any image FFmpeg reads, upright, transparent parts black; of a video the first frame. Throws
// Error.
Image ReadImage(const std::filesystem::path& path);

// .png or .jpg, by the name. Throws Error.
void WriteImage(const std::filesystem::path& path, const Image& image);

}  // namespace videopose

#endif  // VIDEOPOSE_MEDIA_IMAGE_IO_H_
