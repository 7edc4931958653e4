// SPDX-License-Identifier: Apache-2.0

// A Chromium without a window, driven over the DevTools protocol through a pipe.

#ifndef VIDEOPOSE_TESTS_BROWSER_CHROMIUM_H_
#define VIDEOPOSE_TESTS_BROWSER_CHROMIUM_H_

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace videopose::internal {

class Chromium {
 public:
  // The program's path; empty where there is none.
  static std::string Find();

  // Opens an empty page of this size in CSS pixels, a phone's if `is_phone`. Keeps its profile and
  // its log in `folder`. Throws std::runtime_error.
  Chromium(const std::filesystem::path& folder, int width_px, int height_px, bool is_phone);
  ~Chromium();
  Chromium(const Chromium&) = delete;
  Chromium& operator=(const Chromium&) = delete;

  // Loads a page. What goes wrong in it is kept in window.errorsSeen: exceptions, console.error and
  // console.warn.
  void Open(const std::string& url);
  // Runs a script of this folder in the page as it stands, after drive_tools.js.
  void Drive(const std::string& script);
  // Waits until a script has left JSON in an element with the id "result".
  nlohmann::json Result();

  void Screenshot(const std::filesystem::path& png);

 private:
  // What the method answers. Throws std::runtime_error.
  nlohmann::json Call(const std::string& method, const nlohmann::json& parameters);
  std::string ReadMessage();
  void Run(const std::filesystem::path& script);

  pid_t process_ = -1;
  int to_browser_ = -1, from_browser_ = -1;
  int calls_ = 0;
  std::string unread_;
  std::string session_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TESTS_BROWSER_CHROMIUM_H_
