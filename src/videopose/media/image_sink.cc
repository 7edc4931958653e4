// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/image_sink.h"

#include <algorithm>
#include <regex>
#include <system_error>
#include <utility>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace fs = std::filesystem;

SingleImageSink::SingleImageSink(fs::path path, ImageFormat format,
                                 const VideoWriterOptions& options)
    : file_(std::move(path)), encoder_(format, options.width_px, options.height_px) {}

void SingleImageSink::Write(const Image& image) {
  if (!bytes_.empty()) {
    const fs::path& path = file_.target();
    const fs::path stem = fs::path(path).replace_extension();
    Fail(ErrorCode::kInvalidArgument,
         "{}: one image fits in here, and there are more; give a folder ({}/) or a pattern "
         "({}_%05d{})",
         path.string(), stem.string(), stem.string(), path.extension().string());
  }
  bytes_ = encoder_.Encode(image);
}

void SingleImageSink::Close() {
  WriteNewFile(file_.temporary_path(), bytes_, file_.target());
  file_.Commit();
}

std::string NumberedName::Of(int64_t number) const {
  return fmt::format("{}{:0{}}{}", before, number, digits, after);
}

std::optional<NumberedName> ParseNumberedName(const std::string& name) {
  static const std::regex pattern("([^%]*)%(0([1-9]))?d([^%]*)");
  std::smatch match;
  if (!std::regex_match(name, match, pattern)) return std::nullopt;
  return NumberedName{
      .before = match[1], .digits = match[3].matched ? std::stoi(match[3]) : 1, .after = match[4]};
}

ImageFolderSink::ImageFolderSink(const fs::path& folder, NumberedName name, ImageFormat format,
                                 const VideoWriterOptions& options)
    : folder_(folder.empty() ? "." : folder),
      name_(std::move(name)),
      encoder_(format, options.width_px, options.height_px) {
  std::error_code error;
  if (fs::is_directory(folder_, error)) {
    images_.emplace(folder_);
    return;
  }
  if (!folder_.has_filename()) folder_ = folder_.parent_path();  // "frames/"
  new_folder_.emplace(folder_);
  fs::create_directory(new_folder_->temporary_path(), error);
  if (error) {
    Fail(ErrorCode::kCannotWrite, "{}: cannot create the folder: {}", folder.string(),
         error.message());
  }
}

void ImageFolderSink::Write(const Image& image) {
  const std::string name = name_.Of(++count_);
  WriteNewFile(images_ ? images_->Add(name) : new_folder_->temporary_path() / name,
               encoder_.Encode(image), folder_ / name);
}

void ImageFolderSink::Close() {
  if (images_) images_->Commit();
  if (new_folder_) new_folder_->Commit();
}

}  // namespace videopose::internal
