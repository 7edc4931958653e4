// SPDX-License-Identifier: Apache-2.0

// A file whose format is not known yet. Formats recognise it by its content; what one of them has
// parsed the next ones need not parse again.

#ifndef VIDEOPOSE_IMPORT_FILE_CONTENT_H_
#define VIDEOPOSE_IMPORT_FILE_CONTENT_H_

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "videopose/arrays/npz.h"

namespace videopose::internal {

class FileContent {
 public:
  // Throws Error where there is no such file or folder, or it cannot be read.
  explicit FileContent(std::filesystem::path path);
  ~FileContent();

  const std::filesystem::path& path() const { return path_; }
  std::string name() const { return path_.string(); }  // for messages

  bool is_folder() const { return is_folder_; }
  double byte_count() const;  // of a folder, of all files in it
  bool is_json() const;       // text that begins as JSON does
  bool is_text() const;       // other text, with something in it
  // The first 4 kB at most; of a folder nothing.
  std::string_view beginning() const { return beginning_; }
  // After a byte order mark and white space, if it is text.
  bool BeginsWith(std::string_view bytes) const;

  // Each null, or empty, where the file is something else. Throw Error, with the file's name, for
  // damaged ones.
  const NpzReader* npz();        // a zip archive; it may hold no arrays at all
  const NpyArray* npy();         // a NumPy array
  const nlohmann::json* json();  // text that begins as JSON does
  std::string_view text();       // other text

  // "NumPy arrays called a, b", "text that begins with 'hello'": for messages that say that it is
  // nothing that was expected.
  std::string Describe();

 private:
  size_t TextBegin() const;  // in beginning_

  std::filesystem::path path_;
  bool is_folder_ = false, is_binary_ = false;
  std::string beginning_, text_;
  std::optional<NpzReader> npz_;
  std::optional<NpyArray> npy_;
  std::unique_ptr<nlohmann::json> json_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_FILE_CONTENT_H_
