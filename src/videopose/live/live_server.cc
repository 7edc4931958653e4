// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/live_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/live/guarded_server.h"
#include "videopose/live/live_page.h"
#include "videopose/media/image_encoder.h"

namespace videopose::internal {
namespace {

constexpr int kMaxViewers = 12;  // streams at once; a page has two
constexpr size_t kThreads = 16;  // a viewer holds one, the rest is for short requests
constexpr auto kSignOfLife = std::chrono::seconds(1);
constexpr size_t kKeptEvents = 16;
constexpr std::string_view kBoundary = "videopose-picture";

// The newest values, for any number of readers.
template <typename T>
class Newest {
 public:
  // A late viewer still gets the last `kept` ones.
  explicit Newest(size_t kept = 1) : kept_(kept) {}
  void Add(T value) {
    const std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
    if (values_.size() > kept_) values_.pop_front();
    ++version_;
    changed_.notify_all();
  }
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  int64_t version() const {
    const std::lock_guard lock(mutex_);
    return version_;
  }
  // The values after `version`, which is updated; empty where none comes in time.
  std::vector<T> WaitForNewer(int64_t& version) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kSignOfLife, [&] { return closed_ || version_ > version; });
    if (closed_ || version_ <= version) return {};
    const auto count = std::min<int64_t>(version_ - version, std::ssize(values_));
    version = version_;
    return {values_.end() - count, values_.end()};
  }

 private:
  const size_t kept_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<T> values_;
  int64_t version_ = 0;
  bool closed_ = false;
};

using SharedText = std::shared_ptr<const std::string>;

struct NumberedImage {
  int64_t frame = 0;
  std::shared_ptr<const Image> image;
};

struct SizedEncoder {
  SizedEncoder(int width, int height)
      : width_px(width), height_px(height), encoder(ImageFormat::kJpeg, width, height) {}
  int width_px, height_px;
  ImageEncoder encoder;
};

// Counts a viewer while it is connected.
class Viewer {
 public:
  explicit Viewer(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Viewer() { --count_; }
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

 private:
  std::atomic<int>& count_;
};

// Images wider than this are shrunk: the page shows no more.
constexpr int kWidestImage_px = 960;

// Every factor x factor pixels become one, their mean.
Image Shrunk(const Image& image, int factor) {
  Image small(image.width_px / factor, image.height_px / factor);
  const auto step = static_cast<size_t>(factor) * Image::kBytesPerPixel;
  const auto area = static_cast<uint32_t>(factor * factor);
  for (int y = 0; y < small.height_px; ++y) {
    uint8_t* out = small.row(y);
    for (size_t i = 0; i < small.stride_bytes(); ++i) {
      const size_t from = i / Image::kBytesPerPixel * step + i % Image::kBytesPerPixel;
      uint32_t sum = 0;
      for (int dy = 0; dy < factor; ++dy) {
        const uint8_t* in = image.row(y * factor + dy) + from;
        for (int dx = 0; dx < factor; ++dx) sum += in[dx * Image::kBytesPerPixel];
      }
      out[i] = static_cast<uint8_t>(sum / area);
    }
  }
  return small;
}

bool IsEverywhere(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

// Of this machine alone.
bool IsLoopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

// "192.168.1.7" or "[fe80::1]". No name: a name can be made to lead anywhere by who owns it.
bool IsNumeric(std::string host) {
  std::array<unsigned char, sizeof(in6_addr)> unused{};
  if (inet_pton(AF_INET, host.c_str(), unused.data()) == 1) return true;
  if (!host.starts_with('[') || !host.ends_with(']')) return false;
  host = host.substr(1, host.size() - 2);
  return inet_pton(AF_INET6, host.c_str(), unused.data()) == 1;
}

std::string NewToken() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    Fail(ErrorCode::kUnsupported, "the system gives no random numbers: {}", std::strerror(errno));
  }
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

// In the same time whatever is wrong.
bool AreEqual(const std::string& a, const std::string& b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

std::string InUrl(const std::string& address) {
  return address.find(':') == std::string::npos ? address : fmt::format("[{}]", address);
}

}  // namespace

bool IsHostName(std::string_view name) {
  static constexpr std::string_view kAlso = ".-_:[]%";
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kAlso.find(c) != std::string_view::npos;
  });
}

class LiveServer::Impl {
 public:
  explicit Impl(const LiveServerOptions& options)
      : address_(options.address),
        host_names_(options.host_names),
        token_(options.token && !IsLoopback(options.address) ? NewToken() : ""),
        server_(
            {.timeout = std::chrono::milliseconds(static_cast<int64_t>(1e3 * options.timeout_s))},
            kThreads) {
    for (const std::string& name : host_names_) CheckHostName(name);
    CheckHostName(address_);  // an empty one would be every address
    server_.set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) {
          Answer(request, response);
          return httplib::Server::HandlerResponse::Handled;
        });
    port_ = options.port;
    if (port_ == 0) {
      port_ = server_.bind_to_any_port(address_);
    } else if (!server_.bind_to_port(address_, port_)) {
      port_ = -1;
    }
    if (port_ <= 0) {
      Fail(ErrorCode::kNetwork, {.option = "port"},
           "cannot serve at {} port {}: it is taken, or the address is not this machine's",
           address_, options.port);
    }
    server_.WidenBacklog();
    encoding_ = std::thread([this] { EncodeImages(); });
    listening_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  ~Impl() {
    images_.Close();
    jpegs_.Close();
    events_.Close();
    server_.Shutdown();
    listening_.join();
    encoding_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  int port() const { return port_; }
  bool asks_for_token() const { return !token_.empty(); }
  std::string url() const {
    return fmt::format("http://{}:{}/{}", host_names_.empty() ? InUrl(address_) : host_names_[0],
                       port_, token_.empty() ? "" : "?token=" + token_);
  }

  void Publish(NumberedImage image, const std::string& json_line) {
    if (viewers_ == 0) return;
    events_.Add(std::make_shared<std::string>(fmt::format("data: {}\n\n", json_line)));
    if (image_viewers_ > 0) images_.Add(std::move(image));
  }

 private:
  static void CheckHostName(const std::string& name) {
    if (IsHostName(name)) return;
    Fail(ErrorCode::kInvalidArgument, "'{}' is no address or name of a machine", name);
  }

  void Answer(const httplib::Request& request, httplib::Response& response) {
    response.set_header("X-Content-Type-Options", "nosniff");
    response.set_header("Cache-Control", "no-store");
    response.set_header("Referrer-Policy", "no-referrer");  // it would tell the token
    response.set_header(
        "Content-Security-Policy",
        "default-src 'self'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    if (request.method != "GET") {
      response.status = 405;
    } else if (request.get_header_value_count("Host") > 1) {
      response.status = 400;  // programs between here and the viewer may have looked at another
    } else if (!IsForUs(request)) {
      response.status = 403;
    } else if (request.path == "/favicon.ico") {
      response.status = 204;  // browsers ask for it, without a token; there is none
    } else if (!token_.empty() && !AreEqual(request.get_param_value("token"), token_)) {
      response.status = 401;
      response.set_content("This page needs the whole address that the program has printed.\n",
                           "text/plain");
    } else if (request.path == "/events" || request.path == "/picture") {
      Stream(request.path == "/picture", response);  // FFmpeg asks for a range, from 0 on
    } else if (!request.ranges.empty()) {
      response.status = 416;
    } else if (request.path == "/") {
      response.status = 200;
      response.set_content(std::string(LivePage()), "text/html; charset=utf-8");
    } else {
      response.status = 404;
    }
  }

  // A page from elsewhere must not read the results, neither directly nor by a name of its own that
  // resolves to this machine.
  bool IsForUs(const httplib::Request& request) const {
    // Browsers say where a request comes from: "none" is the user.
    const std::string site = request.get_header_value("Sec-Fetch-Site");
    if (!site.empty() && site != "same-origin" && site != "none") return false;
    std::string host = request.get_header_value("Host");
    const std::string with_port = fmt::format(":{}", port_);
    if (host.ends_with(with_port)) host.resize(host.size() - with_port.size());
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]" ||
           host == InUrl(address_) || (IsEverywhere(address_) && IsNumeric(host)) ||
           std::ranges::count(host_names_, host) > 0;
  }

  void Stream(bool of_images, httplib::Response& response) {
    if (viewers_ >= kMaxViewers) {
      response.status = 503;
      return;
    }
    response.status = 200;
    struct Watching {
      explicit Watching(Impl& impl) : viewer(impl.viewers_) {}
      Viewer viewer;
      std::optional<Viewer> of_images;
      int64_t version = 0;
      bool has_begun = false;
    };
    const auto watching = std::make_shared<Watching>(*this);
    if (of_images) watching->of_images.emplace(image_viewers_);
    // What an earlier viewer was sent is outdated by now.
    watching->version = of_images ? jpegs_.version() : events_.version();
    const std::string type = of_images
                                 ? fmt::format("multipart/x-mixed-replace; boundary={}", kBoundary)
                                 : "text/event-stream";
    response.set_chunked_content_provider(
        type, [this, watching, of_images](size_t, httplib::DataSink& sink) {
          const Newest<SharedText>& source = of_images ? jpegs_ : events_;
          std::string head;
          if (!std::exchange(watching->has_begun, true)) {
            // The boundary after each image lets browsers show it without waiting for the next.
            head = of_images ? fmt::format("--{}\r\n", kBoundary) : "retry: 1000\n\n";
            return sink.write(head.data(), head.size());
          }
          const std::vector<SharedText> newer = source.WaitForNewer(watching->version);
          if (source.is_closed()) {
            sink.done();
            return true;
          }
          // While there is nothing to send, a comment or the socket tells whether the viewer is
          // still there.
          if (newer.empty()) return of_images ? sink.is_writable() : sink.write(":\n\n", 3);
          return std::ranges::all_of(newer, [&](const SharedText& text) {
            return sink.write(text->data(), text->size());
          });
        });
  }

  void EncodeImages() {
    std::optional<SizedEncoder> encoder;
    int64_t version = 0;
    while (!images_.is_closed()) {
      const std::vector<NumberedImage> newest = images_.WaitForNewer(version);
      if (newest.empty() || !newest[0].image) continue;
      try {
        Encode(newest[0], encoder);
      } catch (const std::exception&) {
        encoder.reset();  // no memory for this image; the next has its own chance
      }
    }
  }

  void Encode(const NumberedImage& newest, std::optional<SizedEncoder>& encoder) {
    const auto& [frame, full] = newest;
    const int factor = (full->width_px + kWidestImage_px - 1) / kWidestImage_px;
    const Image image = Shrunk(*full, std::max(1, factor));
    if (!encoder || image.width_px != encoder->width_px || image.height_px != encoder->height_px) {
      encoder.emplace(image.width_px, image.height_px);
    }
    const std::string jpeg = encoder->encoder.Encode(image);
    jpegs_.Add(std::make_shared<std::string>(fmt::format(
        "Content-Type: image/jpeg\r\nContent-Length: {}\r\nX-Frame: {}\r\n\r\n{}\r\n--{}\r\n",
        jpeg.size(), frame, jpeg, kBoundary)));
  }

  const std::string address_;
  const std::vector<std::string> host_names_;
  const std::string token_;  // empty: none is asked for
  int port_ = -1;
  std::atomic<int> viewers_{0}, image_viewers_{0};
  Newest<NumberedImage> images_;
  Newest<SharedText> jpegs_;
  // An image takes longer than its result, which must still be available then.
  Newest<SharedText> events_{kKeptEvents};
  GuardedServer server_;
  std::thread encoding_, listening_;
};

LiveServer::LiveServer(const LiveServerOptions& options) : impl_(std::make_unique<Impl>(options)) {}
LiveServer::~LiveServer() = default;

int LiveServer::port() const { return impl_->port(); }
bool LiveServer::asks_for_token() const { return impl_->asks_for_token(); }
std::string LiveServer::url() const { return impl_->url(); }
void LiveServer::Publish(int64_t frame, std::shared_ptr<const Image> image,
                         const std::string& json_line) {
  impl_->Publish({frame, std::move(image)}, json_line);
}

}  // namespace videopose::internal
