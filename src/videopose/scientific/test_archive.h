// SPDX-License-Identifier: Apache-2.0

// For tests: zip and tar.gz archives.

#ifndef VIDEOPOSE_SCIENTIFIC_TEST_ARCHIVE_H_
#define VIDEOPOSE_SCIENTIFIC_TEST_ARCHIVE_H_

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <map>
#include <string>

namespace videopose::internal {

// `files`: pairs of name and content. Zip where the path says so, else .tar.gz.
template <typename Files = std::map<std::string, std::string>>
void WriteArchive(const std::filesystem::path& path, const Files& files) {
  archive* const to = archive_write_new();
  if (path.extension() == ".zip") {
    archive_write_set_format_zip(to);
  } else {
    archive_write_add_filter_gzip(to);
    archive_write_set_format_pax_restricted(to);
  }
  archive_write_open_filename(to, path.c_str());
  for (const auto& [file, content] : files) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, file.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(to, entry);
    archive_write_data(to, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_free(to);
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_TEST_ARCHIVE_H_
