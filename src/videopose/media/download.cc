// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/download.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/media/ffmpeg_util.h"

namespace videopose::internal {
namespace {

int StopsDownload(void* stop_requested) {
  return *static_cast<const std::atomic<bool>*>(stop_requested) ? 1 : 0;
}

struct OpenAddress {
  ~OpenAddress() { avio_closep(&bytes); }
  AVIOContext* bytes = nullptr;
};

}  // namespace

void Download(const std::string& address, const std::filesystem::path& file,
              const std::atomic<bool>& stop_requested) {
  const auto fail = [&](int status) {
    if (stop_requested) throw Cancelled();
    Fail(ErrorCode::kNetwork, "{}: cannot fetch: {}", address, FfmpegReason(status));
  };
  const AVIOInterruptCB interrupt = {StopsDownload,
                                     const_cast<std::atomic<bool>*>(&stop_requested)};
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "http,https,httpproxy,tls,tcp", 0);
  constexpr const char* kTimeout_us = "60000000";
  av_dict_set(&options, "rw_timeout", kTimeout_us, 0);
  OpenAddress source;
  TakeFfmpegMessage();
  const int status =
      avio_open2(&source.bytes, address.c_str(), AVIO_FLAG_READ, &interrupt, &options);
  av_dict_free(&options);
  if (status < 0) fail(status);
  std::ofstream to(file, std::ios::binary);
  std::vector<unsigned char> piece(1 << 16);
  const int64_t expected = avio_size(source.bytes);
  int64_t total = 0;
  for (;;) {
    const int count = avio_read(source.bytes, piece.data(), static_cast<int>(piece.size()));
    if (count == AVERROR_EOF || count == 0) break;
    if (count < 0) fail(count);
    total += count;
    if (!to.write(reinterpret_cast<const char*>(piece.data()), count)) break;
  }
  if (!to.flush()) {
    FailAt(file, ErrorCode::kCannotWrite, "cannot keep {} here: {}", address, std::strerror(errno));
  }
  if (expected >= 0 && total < expected) {
    Fail(ErrorCode::kNetwork, "{}: cut short: {} of {} bytes came", address, total, expected);
  }
}

}  // namespace videopose::internal
