// SPDX-License-Identifier: Apache-2.0

// What takes the whole program: its command line and options, `info`, requests to the live server.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "inputs.h"
#include "support/test_data.h"
#include "target.h"
#include "videopose/base.h"
#include "videopose/base/read_file.h"
#include "videopose/cli/command.h"
#include "videopose/cli/file_info.h"
#include "videopose/cli/parse.h"
#include "videopose/cli/run_options.h"
#include "videopose/cli/usage_error.h"
#include "videopose/config/options_file.h"
#include "videopose/live/live_server.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;
using Seeds = std::vector<std::string>;

template <typename Action>
void TryUsage(const Action& action) {
  try {
    action();
  } catch (const UsageError& error) {
    Demand(std::string_view(error.what()).find('\n') == std::string_view::npos,
           "a usage error is one line");
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch)
  }
}

// The subcommand, then an argument a line.
void FuzzFlags(const std::string& input) {
  std::istringstream lines(input);
  std::string name, word;
  std::getline(lines, name);
  std::vector<std::string> words;
  while (words.size() < 40 && std::getline(lines, word)) words.push_back(word);
  for (const Command& command : Commands()) {
    if (command.name == name) TryUsage([&] { Parse(command, words); });
  }
  TryUsage([&] { ParseTime(name); });
  TryUsage([&] { ParseNumbers(name, 2); });
  TryUsage([&] { ParseCount(name); });
}

Seeds FlagSeeds() {
  return {
      "video\nclip.mp4\n-o\nout.mp4\n--export\na.npz\n--export=b.bvh\n--max-frames\n3",
      "run\n-arc\n3,3\n-ch\n64\n-e\n3\n--viz-sub\nS1\n--viz-limit\n-1\n--set\nnetwork.dropout=0.1",
      "convert\na.npz\nb.bvh\n--fps\n25\n--help",
      "live\n0\n--port\n8080\n--host-name\nx\n-q",
      "lift\na.json\n-o\nb.npz\n--layout\nbody25\n--size\n640x480",
      "info\na\nb",
      "models\nfetch\n--models-dir\nx",
      "prepare\nh36m\n--archive\na.zip",
      "1:05\n",
      "20,15\n",
      "bench\ntraining\n--threads\n2",
      "detect\na.mp4\n-o\na.npz\n--start\n1:05"};
}

void FuzzOptions(const std::string& input) {
  RunOptions options, again;
  const OptionTable table(options), table_again(again);
  ReadOptions(input, "options.yaml", table);
  const std::string text = WriteOptions(table, true);
  ReadOptions(text, "written.yaml", table_again);
  Demand(WriteOptions(table_again, true) == text, "options that were written are read again");
  options.Check();
}

Seeds OptionSeeds() {
  RunOptions options;
  return {WriteOptions(OptionTable(options), false),
          "network: {architecture: 3,3,3, channels: 1024, dropout: 0.5}\n",
          "data:\n  subset: 0.5\noptimisation: {epochs: 3}\n"};
}

void FuzzInfo(const std::string& input) {
  static MemoryFile file;
  (void)DescribeFile(file.Hold(AsFile(input)), {.max_unpacked_gib = 1});
}

Seeds InfoSeeds() {
  constexpr size_t kLongest = 20'000;
  Seeds seeds;
  for (const char* folder : {"golden_raw", "fixtures"}) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(TestData(folder))) {
      if (entry.is_regular_file() && entry.file_size() < kLongest) files.push_back(entry);
    }
    std::sort(files.begin(), files.end());
    std::string extension, last_folder;
    for (const fs::path& path : files) {  // one of each folder and kind
      if (path.extension() == extension && path.parent_path() == last_folder) continue;
      extension = path.extension();
      last_folder = path.parent_path();
      seeds.push_back(ReadFile(path));
      if (extension == ".npz") seeds.push_back(JoinMembers(Unzipped(path, kLongest)));
    }
  }
  return seeds;
}

// What the server answers, at most the first 4 kB.
std::string Ask(int port, const std::string& request) {
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval timeout{.tv_sec = 5, .tv_usec = 0};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  // Gone at once when closed: thousands a second would use up all ports.
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  std::string answer;
  if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    (void)!send(client, request.data(), request.size(), MSG_NOSIGNAL);
    shutdown(client, SHUT_WR);
    std::array<char, 4096> piece;
    const ssize_t count = recv(client, piece.data(), piece.size(), 0);
    if (count > 0) answer.assign(piece.data(), static_cast<size_t>(count));
  } else {
    throw std::runtime_error("the server takes no connection");
  }
  close(client);
  return answer;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// TOKEN stands for the token, which no client guesses.
void FuzzHttp(const std::string& input) {
  static const LiveServer server(
      {.address = "0.0.0.0", .port = 0, .timeout_s = 1, .host_names = {"pose.example"}});
  static const std::string token = [] {
    const std::string url = server.url();
    return url.substr(url.find("token=") + 6);
  }();
  const std::string answer = Ask(server.port(), Replaced(input, "TOKEN", token));
  Demand(answer.empty() || answer.starts_with("HTTP/1.1 "), "an answer is one of HTTP");
  if (!answer.starts_with("HTTP/1.1 200")) return;
  Demand(input.find("TOKEN") != std::string::npos, "nothing is shown without the token");
  Demand(input.starts_with("GET ") || input.find("\nGET ") != std::string::npos,
         "nothing but GET is answered");
  for (const char* header : {"nosniff", "no-referrer", "frame-ancestors 'none'"}) {
    Demand(answer.find(header) != std::string::npos, "answers have the headers of docs/live.md");
  }
}

Seeds HttpSeeds() {
  Seeds seeds;
  for (const char* path : {"/?token=TOKEN", "/", "/events?token=TOKEN", "/picture?token=TOKEN&x=1",
                           "/favicon.ico", "/none?token=TOKEN", "/?token=%54OKEN"}) {
    for (const char* headers :
         {"Host: localhost\r\n", "Host: pose.example\r\nSec-Fetch-Site: same-origin\r\n",
          "Host: 192.168.1.7:80\r\nRange: bytes=0-\r\n", "Host: evil\r\n",
          "Host: [::1]\r\nSec-Fetch-Site: cross-site\r\n"}) {
      seeds.push_back(fmt::format("GET {} HTTP/1.1\r\n{}\r\n", path, headers));
    }
  }
  seeds.push_back("POST /?token=TOKEN HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
  return seeds;
}

}  // namespace

const std::vector<FuzzTarget>& FuzzTargets() {
  static const std::vector<FuzzTarget> targets = {
      {"flags", FuzzFlags, FlagSeeds, 300},
      {"options", FuzzOptions, OptionSeeds, 300},
      {"info", FuzzInfo, InfoSeeds, 300},
      {"http", FuzzHttp, HttpSeeds, 300},
  };
  return targets;
}

}  // namespace videopose::internal
