// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/sha256.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

// FIPS 180-4: the first 32 bits of the fractional parts of the square roots of the first 8 primes,
// and of the cube roots of the first 64.
constexpr std::array<uint32_t, 8> kFirstState = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr std::array<uint32_t, 64> kRounds = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

class Hasher {
 public:
  void Add(std::span<const uint8_t> bytes) {
    size_bytes_ += bytes.size();
    while (!bytes.empty()) {
      const size_t count = std::min(bytes.size(), block_.size() - filled_);
      std::copy_n(bytes.begin(), count, block_.begin() + static_cast<std::ptrdiff_t>(filled_));
      bytes = bytes.subspan(count);
      filled_ += count;
      if (filled_ == block_.size()) AddBlock();
    }
  }

  std::string Finish() {
    const uint64_t size_bits = 8 * size_bytes_;
    const uint8_t one = 0x80, zero = 0;
    Add({&one, 1});
    while (filled_ != block_.size() - sizeof(size_bits)) Add({&zero, 1});
    std::array<uint8_t, sizeof(size_bits)> size;  // the highest byte first
    for (size_t i = 0; i < size.size(); ++i) {
      size[i] = static_cast<uint8_t>(size_bits >> (8 * (size.size() - 1 - i)));
    }
    Add(size);
    std::string text;
    for (const uint32_t word : state_) text += fmt::format("{:08x}", word);
    return text;
  }

 private:
  void AddBlock() {
    std::array<uint32_t, 64> w;
    for (size_t i = 0; i < 16; ++i) {
      w[i] = 0;
      for (size_t k = 0; k < 4; ++k) w[i] = w[i] << 8 | block_[4 * i + k];
    }
    for (size_t i = 16; i < w.size(); ++i) {
      const uint32_t a = w[i - 15], b = w[i - 2];
      const uint32_t s0 = std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3);
      const uint32_t s1 = std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (size_t i = 0; i < w.size(); ++i) {
      const uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
      const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kRounds[i] + w[i];
      const uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1;
      d = c, c = b, b = a, a = t1 + t2;
    }
    const std::array<uint32_t, 8> change = {a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < state_.size(); ++i) state_[i] += change[i];
    filled_ = 0;
  }

  std::array<uint32_t, 8> state_ = kFirstState;
  std::array<uint8_t, 64> block_;
  size_t filled_ = 0;  // bytes of the block
  uint64_t size_bytes_ = 0;
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
    if (in.bad() || (in.fail() && !in.eof())) {
      FailAt(path, ErrorCode::kUnreadable, "cannot read: {}", std::strerror(errno));
    }
    hasher.Add({reinterpret_cast<const uint8_t*>(piece.data()), static_cast<size_t>(in.gcount())});
  } while (in);
  return hasher.Finish();
}

}  // namespace videopose::internal
