// SPDX-License-Identifier: Apache-2.0

#include "videopose/live/live_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "support/deadline.h"
#include "videopose/base/error.h"

namespace videopose::internal::live_server_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A client that sends exactly what it is given.
class Client {
 public:
  explicit Client(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval timeout{.tv_sec = 20, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // False once the server has hung up.
  bool Say(const std::string& text) {
    return send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }
  // Until `ending` is received or the server hangs up.
  std::string HearUntil(const std::string& ending) {
    char piece[4096];
    while (ending.empty() || heard_.find(ending) == std::string::npos) {
      const ssize_t count = recv(socket_, piece, sizeof(piece), 0);
      has_lost_the_server_ = count == 0 || (count < 0 && errno != EAGAIN);
      if (count <= 0) break;
      heard_.append(piece, static_cast<size_t>(count));
    }
    return std::exchange(heard_, {});
  }
  std::string HearAll() { return HearUntil(""); }
  // Whether reading ended because the server hung up, and not because nothing came.
  bool has_lost_the_server() const { return has_lost_the_server_; }

 private:
  int socket_;
  bool has_lost_the_server_ = false;
  std::string heard_;
};

std::string Request(const std::string& path, const std::string& headers = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

std::string Ask(const LiveServer& server, const std::string& request) {
  Client client(server.port());
  client.Say(request);
  return client.HearAll();
}

// Serves results until it is destroyed.
class Feed {
 public:
  explicit Feed(LiveServer& server)
      : thread_([this, &server] {
          const auto image = std::make_shared<Image>(32, 16);
          for (int i = 0; !done_; ++i) {
            server.Publish(i, image, "{\"frame\":" + std::to_string(i) + "}");
            ++published_;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
          }
        }) {}
  ~Feed() {
    done_ = true;
    thread_.join();
  }
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  int published() const { return published_; }

 private:
  std::atomic<bool> done_{false};
  std::atomic<int> published_{0};
  std::thread thread_;
};

TEST(LiveServer, ServesThePage) {
  const LiveServer server({.port = 0});
  EXPECT_EQ(server.url(), "http://127.0.0.1:" + std::to_string(server.port()) + "/");
  EXPECT_THAT(Ask(server, Request("/")),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("text/html"),
                    HasSubstr("Content-Security-Policy"), HasSubstr("new EventSource")));
}

TEST(LiveServer, ANameThatNoBrowserCanAskForIsRefused) {
  for (const char* name : {"", " ", "a b", "*", "a/b", "a\r\nb", "a?b"}) {
    EXPECT_FALSE(IsHostName(name)) << name;
    EXPECT_THROW(LiveServer({.address = name, .port = 0}), Error) << name;
    EXPECT_THROW(LiveServer({.port = 0, .host_names = {name}}), Error) << name;
  }
  for (const char* name : {"pc-7.home.arpa", "::1", "[fe80::1]", "192.168.1.7", "a_b"}) {
    EXPECT_TRUE(IsHostName(name)) << name;
  }
}

TEST(LiveServer, TwoHostsAreABadRequest) {
  const LiveServer server({.port = 0});
  EXPECT_THAT(Ask(server, Request("/", "Host: evil.example\r\n")), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask(server, Request("/", "Host: localhost\r\n")), StartsWith("HTTP/1.1 400"));
}

TEST(LiveServer, SaysWhetherItAsksForAToken) {
  EXPECT_FALSE(LiveServer({.port = 0}).asks_for_token());
  EXPECT_TRUE(LiveServer({.address = "0.0.0.0", .port = 0}).asks_for_token());
  EXPECT_FALSE(LiveServer({.address = "0.0.0.0", .port = 0, .token = false}).asks_for_token());
}

TEST(LiveServer, StreamsResultsAndImages) {
  LiveServer server({.port = 0});
  const Feed feed(server);
  Client events(server.port()), images(server.port());
  events.Say(Request("/events"));
  images.Say(Request("/picture"));
  EXPECT_THAT(events.HearUntil("data: {\"frame\":"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("text/event-stream")));
  EXPECT_THAT(events.HearUntil("data: {\"frame\":"), HasSubstr("\n\n")) << "and another";
  EXPECT_THAT(images.HearUntil("\xFF\xD9"),
              AllOf(HasSubstr("multipart/x-mixed-replace"), HasSubstr("Content-Type: image/jpeg"),
                    HasSubstr("X-Frame: "), HasSubstr("\xFF\xD8")));
  EXPECT_THAT(images.HearUntil("\xFF\xD9"), HasSubstr("\xFF\xD8"));
}

TEST(LiveServer, ASlowViewerDelaysNoOtherViewer) {
  const Deadline deadline("the server");
  LiveServer server({.port = 0});
  Client slow(server.port());
  slow.Say(Request("/events"));  // and never reads
  // Far more than all buffers between can hold.
  const std::string line(200'000, 'x');
  const auto image = std::make_shared<Image>(8, 8);
  Client quick(server.port());
  quick.Say(Request("/events"));
  quick.HearUntil("retry");
  std::atomic<bool> has_ended{false};
  std::string heard;
  std::thread listener([&] {
    heard = quick.HearUntil("the last one");
    has_ended = true;
  });
  for (int i = 0; i < 300; ++i) server.Publish(i, image, line);
  while (!has_ended) {
    server.Publish(300, image, "the last one");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  listener.join();
  EXPECT_THAT(heard, HasSubstr("the last one"));
}

TEST(LiveServer, OnlySoManyViewersAndTheirPlacesAreGivenOn) {
  LiveServer server({.port = 0});
  const Feed feed(server);
  {
    std::vector<std::unique_ptr<Client>> viewers;
    for (int i = 0; i < 12; ++i) {
      viewers.push_back(std::make_unique<Client>(server.port()));
      viewers.back()->Say(Request("/events"));
      EXPECT_THAT(viewers.back()->HearUntil("\r\n"), StartsWith("HTTP/1.1 200")) << i;
    }
    EXPECT_THAT(Ask(server, Request("/events")), StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(Ask(server, Request("/")), StartsWith("HTTP/1.1 200")) << "the page still comes";
  }
  for (std::string answer = "503"; answer.find("503") != std::string::npos;) {
    Client next(server.port());
    next.Say(Request("/events"));
    answer = next.HearUntil("\r\n");
  }
}

TEST(LiveServer, OnlyWhatItHas) {
  const LiveServer server({.port = 0});
  for (const char* path :
       {"/etc/passwd", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
        "/picture/../../etc/passwd", "/events%00", "/\\..\\..", "/.", "http://elsewhere/"}) {
    EXPECT_THAT(Ask(server, Request(path)), Not(HasSubstr("root:"))) << path;
  }
  EXPECT_THAT(Ask(server, Request("/../../etc/passwd")), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Ask(server, Request("/favicon.ico")), StartsWith("HTTP/1.1 204"));
  EXPECT_THAT(Ask(server, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"),
              StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(Ask(server, "DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(Ask(server, Request("/", "Range: bytes=0-1,2-3\r\n")), StartsWith("HTTP/1.1 416"));
}

TEST(LiveServer, PagesFromElsewhereMayNotLookOn) {
  const LiveServer server({.port = 0});
  const std::string port = std::to_string(server.port());
  for (const std::string& host :
       std::vector<std::string>{"evil.example", "evil.example:" + port, ""}) {
    EXPECT_THAT(Ask(server, "GET /events HTTP/1.1\r\nHost: " + host + "\r\n\r\n"),
                StartsWith("HTTP/1.1 403"))
        << host;
  }
  for (const char* site : {"cross-site", "same-site"}) {  // also a neighbour's page
    EXPECT_THAT(Ask(server, Request("/events", fmt::format("Sec-Fetch-Site: {}\r\n", site))),
                StartsWith("HTTP/1.1 403"));
  }
  for (const char* site : {"same-origin", "none"}) {
    EXPECT_THAT(Ask(server, Request("/", fmt::format("Sec-Fetch-Site: {}\r\n", site))),
                StartsWith("HTTP/1.1 200"));
  }
  EXPECT_THAT(Ask(server, "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
}

TEST(LiveServer, RequestsOfHostileShapeDoNoHarm) {
  const LiveServer server({.port = 0});
  std::string many_headers, many_ranges = "Range: bytes=0-1";
  for (int i = 0; i < 100'000; ++i) many_headers += "X-" + std::to_string(i) + ": y\r\n";
  for (int i = 0; i < 1900; ++i) many_ranges += ",2-3";
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(i * 37 % 256);
  for (const std::string& request :
       {Request("/", many_headers), Request("/", "X: " + std::string(8'000'000, 'a') + "\r\n"),
        Request("/" + std::string(1'000'000, 'a')), Request("/" + std::string(7000, '%')),
        Request("/", many_ranges + "\r\n"), bytes, std::string("\r\n\r\n\r\n"), std::string("GET"),
        std::string("GET / HTTP/9.9\r\n\r\n"), std::string("GET / HTTP/1.1\r\nHost\r\n\r\n"),
        Request("/", "Content-Length: 99999999999999999999\r\n"),
        Request("/", "Content-Length: -1\r\n"),
        Request("/", "Transfer-Encoding: chunked\r\n") + "ffffffffffffffff\r\n",
        Request("/", "Expect: 100-continue\r\n"), Request("/", "Connection: Upgrade\r\n")}) {
    Client client(server.port());
    client.Say(request);  // the server may hang up before the end
  }
  EXPECT_THAT(Ask(server, Request("/")), StartsWith("HTTP/1.1 200"));
}

// More of them than there are threads: each is cut off after its timeout, and the page still comes.
TEST(LiveServer, ClientsThatNeverFinishTheirRequestAreCutOff) {
  const Deadline deadline("the server");
  const LiveServer server({.port = 0, .timeout_s = 0.3});
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 40; ++i) {
    idle.push_back(std::make_unique<Client>(server.port()));
    if (i % 2 == 0) idle.back()->Say("GET / HT");
  }
  std::atomic<bool> done{false};
  std::thread dripping([&] {  // a byte now and then does not help
    while (!done) {
      for (size_t i = 0; i < idle.size(); i += 2) idle[i]->Say("T");
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  });
  EXPECT_THAT(Ask(server, Request("/")), StartsWith("HTTP/1.1 200"));
  done = true;
  dripping.join();
}

TEST(LiveServer, ViewersWhoLeaveGiveTheirPlacesBackThoughNoImageComes) {
  const Deadline deadline("the server");
  const LiveServer server({.port = 0});
  for (int i = 0; i < 12; ++i) {
    Client viewer(server.port());
    viewer.Say(Request("/picture"));
    EXPECT_THAT(viewer.HearUntil("\r\n"), StartsWith("HTTP/1.1 200"));
  }
  for (std::string answer = "503"; answer.find("503") != std::string::npos;) {
    Client next(server.port());
    next.Say(Request("/picture"));
    answer = next.HearUntil("\r\n");
  }
}

// They may take a minute each, and hold no thread.
TEST(LiveServer, HalfARequestDelaysNoOtherViewer) {
  const Deadline deadline("the server");
  const LiveServer server({.port = 0, .timeout_s = 60});
  std::vector<std::unique_ptr<Client>> halves;
  for (int i = 0; i < 200; ++i) {
    halves.push_back(std::make_unique<Client>(server.port()));
    halves.back()->Say("GET / HTTP/1.1\r\nHost: loc");
  }
  EXPECT_THAT(Ask(server, Request("/")), StartsWith("HTTP/1.1 200"));
  halves[0]->Say("alhost\r\n\r\n");
  EXPECT_THAT(halves[0]->HearAll(), StartsWith("HTTP/1.1 200"));
}

TEST(LiveServer, TheOldestWaitersHaveToGo) {
  const Deadline deadline("the server");
  const LiveServer server({.port = 0, .timeout_s = 60});
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 600; ++i) silent.push_back(std::make_unique<Client>(server.port()));
  silent[0]->HearAll();
  EXPECT_TRUE(silent[0]->has_lost_the_server());
  EXPECT_THAT(Ask(server, Request("/")), StartsWith("HTTP/1.1 200"));
}

TEST(LiveServer, BeyondThisMachineItTakesTheToken) {
  const LiveServer server({.address = "0.0.0.0", .port = 0});
  const size_t at = server.url().find("?token=");
  ASSERT_NE(at, std::string::npos) << server.url();
  const std::string token = server.url().substr(at);
  EXPECT_EQ(token.size(), std::string("?token=").size() + 32);
  for (const char* path : {"/", "/events", "/picture", "/?token=", "/events?token=1234"}) {
    EXPECT_THAT(Ask(server, Request(path)),
                AllOf(StartsWith("HTTP/1.1 401"), HasSubstr("Referrer-Policy: no-referrer")))
        << path;
  }
  EXPECT_THAT(Ask(server, Request("/" + token)), StartsWith("HTTP/1.1 200"));
  Client events(server.port());
  events.Say(Request("/events" + token));
  EXPECT_THAT(events.HearUntil("retry"), StartsWith("HTTP/1.1 200"));

  const LiveServer open_to_all({.address = "0.0.0.0", .port = 0, .token = false});
  EXPECT_THAT(open_to_all.url(), Not(HasSubstr("token")));
  EXPECT_THAT(Ask(open_to_all, Request("/")), StartsWith("HTTP/1.1 200"));
  EXPECT_NE(LiveServer({.address = "0.0.0.0", .port = 0}).url().substr(at), token);
}

// Everywhere is no reason to answer to any name: a name can be made to lead here.
TEST(LiveServer, KnowsItsNames) {
  const LiveServer server(
      {.address = "0.0.0.0", .port = 0, .host_names = {"studio.local"}, .token = false});
  const std::string port = ":" + std::to_string(server.port());
  const auto ask = [&](const std::string& host) {
    return Ask(server, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  for (const char* host : {"studio.local", "192.168.1.7", "[fe80::1]", "localhost"}) {
    EXPECT_THAT(ask(host + port), StartsWith("HTTP/1.1 200")) << host;
  }
  for (const char* host : {"evil.example", "1.2.3.4.evil.example", "studio.local.evil", ""}) {
    EXPECT_THAT(ask(host + port), StartsWith("HTTP/1.1 403")) << host;
  }
  EXPECT_THAT(server.url(), StartsWith("http://studio.local:"));
}

TEST(LiveServer, EndsAlthoughViewersAreThere) {
  const Deadline deadline("the server");
  auto server = std::make_unique<LiveServer>(LiveServerOptions{.port = 0});
  Client viewer(server->port()), silent(server->port());
  viewer.Say(Request("/events"));
  viewer.HearUntil("retry");
  server.reset();
  viewer.HearAll();
  EXPECT_TRUE(viewer.has_lost_the_server());
}

TEST(LiveServer, RefusesWhatItCannotServeAt) {
  const LiveServer server({.port = 0});
  const auto message = [](const LiveServerOptions& options) -> std::string {
    try {
      const LiveServer other(options);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message({.port = server.port()}), HasSubstr("it is taken"));
  EXPECT_THAT(message({.address = "192.0.2.1", .port = 0}), HasSubstr("192.0.2.1"));
}

}  // namespace videopose::internal::live_server_test
