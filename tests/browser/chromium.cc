// SPDX-License-Identifier: Apache-2.0

#include "chromium.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/test_data.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr int kAnswer_ms = 60'000;
constexpr std::chrono::seconds kResult{120};

std::vector<unsigned char> FromBase64(const std::string& text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<unsigned char> bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t digit = digits.find(c);
    if (digit == std::string::npos) continue;
    bits = bits << 6 | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<unsigned char>(bits >> count & 255U));
  }
  return bytes;
}

// In the child: DevTools reads descriptor 3 and writes 4.
[[noreturn]] void BecomeChromium(const std::filesystem::path& folder, int commands, int answers) {
  const std::string profile = "--user-data-dir=" + (folder / "profile").string();
  const std::string program = Chromium::Find(), log = (folder / "log.txt").string();
  const int log_file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(log_file, 1);
  dup2(log_file, 2);
  // The pipes may themselves be 3 and 4.
  const int commands_aside = fcntl(commands, F_DUPFD, 10),
            answers_aside = fcntl(answers, F_DUPFD, 10);
  dup2(commands_aside, 3);
  dup2(answers_aside, 4);
  setpgid(0, 0);
  execl(program.c_str(), program.c_str(), "--headless=new", "--remote-debugging-pipe",
        "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
        "--hide-scrollbars", "--disable-renderer-backgrounding", "--disable-background-networking",
        "--no-first-run", "--allow-file-access-from-files", profile.c_str(), "about:blank",
        static_cast<char*>(nullptr));
  _exit(127);
}

}  // namespace

std::string Chromium::Find() {
  for (const char* path :
       {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"}) {
    if (access(path, X_OK) == 0) return path;
  }
  return {};
}

Chromium::Chromium(const std::filesystem::path& folder, int width_px, int height_px,
                   bool is_phone) {
  std::array<int, 2> commands{}, answers{};
  if (pipe2(commands.data(), O_CLOEXEC) != 0 || pipe2(answers.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipes");
  }
  process_ = fork();
  if (process_ == 0) BecomeChromium(folder, commands[0], answers[1]);
  close(commands[0]);
  close(answers[1]);
  to_browser_ = commands[1];
  from_browser_ = answers[0];
  signal(SIGPIPE, SIG_IGN);
  const json target = Call("Target.createTarget", {{"url", "about:blank"}});
  session_ = Call("Target.attachToTarget", {{"targetId", target["targetId"]}, {"flatten", true}})
                 .at("sessionId");
  Call("Emulation.setDeviceMetricsOverride", {{"width", width_px},
                                              {"height", height_px},
                                              {"deviceScaleFactor", is_phone ? 2 : 1},
                                              {"mobile", is_phone}});
  Call("Page.enable", json::object());
  Call("Page.addScriptToEvaluateOnNewDocument",
       {{"source",
         "window.errorsSeen = [];"
         "addEventListener('error', e => errorsSeen.push(String(e.message)));"
         "addEventListener('unhandledrejection', e => errorsSeen.push(String(e.reason)));"
         "console.error = console.warn = (...all) => errorsSeen.push(all.join(' '));"}});
}

Chromium::~Chromium() {
  close(to_browser_);
  close(from_browser_);
  kill(-process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

std::string Chromium::ReadMessage() {
  while (true) {
    const size_t end = unread_.find('\0');
    if (end != std::string::npos) {
      std::string message = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return message;
    }
    pollfd ready{.fd = from_browser_, .events = POLLIN, .revents = 0};
    std::array<char, 65536> chunk{};
    if (poll(&ready, 1, kAnswer_ms) <= 0) throw std::runtime_error("Chromium does not answer");
    const ssize_t size = read(from_browser_, chunk.data(), chunk.size());
    if (size <= 0) throw std::runtime_error("Chromium ended");
    unread_.append(chunk.data(), static_cast<size_t>(size));
  }
}

json Chromium::Call(const std::string& method, const json& parameters) {
  json call = {{"id", ++calls_}, {"method", method}, {"params", parameters}};
  if (!session_.empty()) call["sessionId"] = session_;
  const std::string text = call.dump();
  // With the zero that ends a message.
  for (size_t sent = 0; sent <= text.size();) {
    const ssize_t size = write(to_browser_, text.c_str() + sent, text.size() + 1 - sent);
    if (size <= 0) throw std::runtime_error("Chromium ended");
    sent += static_cast<size_t>(size);
  }
  while (true) {
    json answer = json::parse(ReadMessage());
    if (answer.value("id", 0) != calls_) continue;  // an event
    if (answer.contains("error")) throw std::runtime_error(method + ": " + answer["error"].dump());
    return answer["result"];
  }
}

void Chromium::Open(const std::string& url) {
  const json answer = Call("Page.navigate", {{"url", url}});
  if (answer.contains("errorText")) {
    throw std::runtime_error(url + ": " + answer["errorText"].get<std::string>());
  }
  const auto is_there = [&] {
    const json state =
        Call("Runtime.evaluate", {{"expression", "location.href + ' ' + document.readyState"}});
    return state.at("result").value("value", "") == url + " complete";
  };
  const auto end = Clock::now() + kResult;
  while (!is_there()) {
    if (Clock::now() > end) throw std::runtime_error(url + " did not load");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void Chromium::Drive(const std::string& script) {
  const std::filesystem::path folder = SourceFile("tests/browser");
  Run(folder / "drive_tools.js");
  Run(folder / script);
}

void Chromium::Run(const std::filesystem::path& script) {
  const json answer = Call("Runtime.evaluate", {{"expression", ReadFile(script)}});
  if (answer.contains("exceptionDetails")) {
    throw std::runtime_error(answer["exceptionDetails"].dump());
  }
}

json Chromium::Result() {
  for (const auto end = Clock::now() + kResult; Clock::now() < end;) {
    const json seen =
        Call("Runtime.evaluate",
             {{"expression", "document.getElementById('result')?.textContent ?? ''"}});
    const std::string text = seen.at("result").value("value", "");
    if (!text.empty()) return json::parse(text);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("the page's script left no result");
}

void Chromium::Screenshot(const std::filesystem::path& png) {
  const std::string data = Call("Page.captureScreenshot", {{"format", "png"}}).at("data");
  const std::vector<unsigned char> bytes = FromBase64(data);
  std::ofstream(png, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

}  // namespace videopose::internal
