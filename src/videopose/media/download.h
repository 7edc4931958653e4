// SPDX-License-Identifier: Apache-2.0

// Fetches files from web servers.

#ifndef VIDEOPOSE_MEDIA_DOWNLOAD_H_
#define VIDEOPOSE_MEDIA_DOWNLOAD_H_

#include <atomic>
#include <filesystem>
#include <string>

namespace videopose::internal {

// Writes what `address` (http, https) gives to `file`. Local files are never read, whatever a
// server redirects to. Throws Error, naming the address; Cancelled where a stop is requested.
void Download(const std::string& address, const std::filesystem::path& file,
              const std::atomic<bool>& stop_requested);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MEDIA_DOWNLOAD_H_
