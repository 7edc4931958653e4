#include "videopose/base/sha256.h"

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/sha.h>
}

#include <array>
#include <fstream>
#include <memory>
#include <new>
#include <vector>

#include "videopose/base/error.h"

namespace videopose {
namespace {

class Hasher {
 public:
  Hasher() : context_(av_sha_alloc()) {
    if (context_ == nullptr) throw std::bad_alloc();
    av_sha_init(context_.get(), 256);
  }

  void Add(std::span<const uint8_t> bytes) {
    av_sha_update(context_.get(), bytes.data(), bytes.size());
  }

  std::string Finish() {
    std::array<uint8_t, 32> digest;
    av_sha_final(context_.get(), digest.data());
    std::string text;
    for (const uint8_t byte : digest) text += fmt::format("{:02x}", byte);
    return text;
  }

 private:
  struct Free {
    void operator()(AVSHA* context) const { av_free(context); }
  };
  std::unique_ptr<AVSHA, Free> context_;
};

}  // namespace

std::string Sha256(std::span<const uint8_t> bytes) {
  Hasher hasher;
  hasher.Add(bytes);
  return hasher.Finish();
}

std::string Sha256OfFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  Hasher hasher;
  std::vector<char> piece(size_t{1} << 18);
  do {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (in.bad() || (in.fail() && !in.eof())) Fail("{}: cannot be read", path.string());
    hasher.Add({reinterpret_cast<const uint8_t*>(piece.data()), static_cast<size_t>(in.gcount())});
  } while (in);
  return hasher.Finish();
}

}  // namespace videopose
