// SPDX-License-Identifier: Apache-2.0

// What a reader of the Markdown pages would stumble over: long lines, dead links, names of source
// files that are gone, pages that no other page leads to.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr size_t kLineWidth = 100;

const fs::path& Root() {
  static const fs::path root = VIDEOPOSE_SOURCE_DIR;
  return root;
}

// Source folders' files; builds, hidden folders and what git ignores under those names left out.
std::vector<fs::path> FilesWith(std::string_view extension) {
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator entry(Root()), end; entry != end; ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() && (name[0] == '.' || name == "build" || name == "node_modules")) {
      entry.disable_recursion_pending();
    } else if (entry->path().extension() == extension) {
      files.push_back(fs::relative(entry->path(), Root()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Line {
  int number;  // from 1
  std::string text;
  bool is_code;  // fenced or indented
};

std::vector<Line> ReadLines(const fs::path& page) {
  std::ifstream file(Root() / page);
  std::vector<Line> lines;
  bool is_fenced = false;
  for (std::string text; std::getline(file, text);) {
    const bool is_fence = text.starts_with("```");
    if (is_fence) is_fenced = !is_fenced;
    const bool is_code = is_fence || is_fenced || text.starts_with("    ");
    lines.push_back({static_cast<int>(lines.size()) + 1, text, is_code});
  }
  return lines;
}

// Of UTF-8: bytes that continue a character do not count.
size_t Columns(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// "What to tell it" -> "what-to-tell-it", as GitHub makes anchors of headings.
std::string Anchor(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') anchor += '-';
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80) {
      anchor += static_cast<char>(std::tolower(byte));
    }
  }
  return anchor;
}

std::set<std::string> AnchorsOf(const fs::path& page) {
  std::set<std::string> anchors;
  for (const Line& line : ReadLines(page)) {
    if (line.is_code || !line.text.starts_with('#')) continue;
    anchors.insert(Anchor(line.text.substr(line.text.find_first_not_of("# "))));
  }
  return anchors;
}

struct Link {
  int line;
  std::string target;
};

// [text](target) and ![text](target); text may go over lines, the target may not.
std::vector<Link> LinksOf(const fs::path& page) {
  std::vector<Link> links;
  for (const Line& line : ReadLines(page)) {
    if (line.is_code) continue;
    for (size_t at = line.text.find("]("); at != std::string::npos; at = line.text.find("](", at)) {
      at += 2;
      links.push_back({line.number, line.text.substr(at, line.text.find(')', at) - at)});
    }
  }
  return links;
}

bool IsWebAddress(const std::string& target) {
  return target.starts_with("http://") || target.starts_with("https://");
}

TEST(DocsTest, LinesFit) {
  for (const fs::path& page : FilesWith(".md")) {
    for (const Line& line : ReadLines(page)) {
      const bool is_exempt =
          line.text.starts_with('|') || line.text.find("http") != std::string::npos;
      if (is_exempt) continue;
      EXPECT_LE(Columns(line.text), kLineWidth) << page << ":" << line.number;
    }
  }
}

TEST(DocsTest, LinksResolve) {
  for (const fs::path& page : FilesWith(".md")) {
    for (const Link& link : LinksOf(page)) {
      if (IsWebAddress(link.target)) continue;
      const size_t hash = link.target.find('#');
      const std::string file = link.target.substr(0, hash);
      const fs::path target = file.empty() ? page : (page.parent_path() / file).lexically_normal();
      ASSERT_TRUE(fs::exists(Root() / target))
          << page << ":" << link.line << ": there is no " << target;
      if (hash == std::string::npos) continue;
      EXPECT_TRUE(AnchorsOf(target).contains(link.target.substr(hash + 1)))
          << page << ":" << link.line << ": " << target << " has no heading for "
          << link.target.substr(hash);
    }
  }
}

// `lift/gap_filler.h`: a path below src/videopose or the root.
TEST(DocsTest, NamedSourceFilesAreThere) {
  for (const fs::path& page : FilesWith(".md")) {
    for (const Line& line : ReadLines(page)) {
      for (size_t begin = line.text.find('`'); begin != std::string::npos;) {
        const size_t end = line.text.find('`', begin + 1);
        if (end == std::string::npos) break;
        const std::string name = line.text.substr(begin + 1, end - begin - 1);
        begin = line.text.find('`', end + 1);
        const bool is_source = name.ends_with(".h") || name.ends_with(".cc");
        if (!is_source || name.find('/') == std::string::npos ||
            name.find_first_of(" *<{") != std::string::npos) {
          continue;
        }
        EXPECT_TRUE(fs::exists(Root() / "src/videopose" / name) || fs::exists(Root() / name))
            << page << ":" << line.number << ": there is no " << name;
      }
    }
  }
}

// A C++ comment's text; empty where the line has none.
std::string CommentOf(const std::string& line) {
  const size_t begin = line.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  if (line.compare(begin, 2, "//") == 0) return line.substr(begin + 2);
  const size_t at = line.rfind(" // ");
  return at == std::string::npos ? "" : line.substr(at + 4);
}

// Files that comments refer to: paths below the root, src/videopose, include or tests, or of a file
// beside the comment's. A name of settings without a folder is one of the user's.
TEST(DocsTest, FilesNamedInCommentsAreThere) {
  const std::regex reference(R"((?:^|[^\w./-])((?:[\w.-]+/)*[\w-]+\.(?:h|cc|md|yaml))(?![\w/]))");
  std::vector<fs::path> sources = FilesWith(".cc");
  const std::vector<fs::path> headers = FilesWith(".h");
  sources.insert(sources.end(), headers.begin(), headers.end());
  for (const fs::path& source : sources) {
    for (const Line& line : ReadLines(source)) {
      const std::string comment = CommentOf(line.text);
      for (std::sregex_iterator match(comment.begin(), comment.end(), reference), end; match != end;
           ++match) {
        const std::string name = (*match)[1];
        if (name.ends_with(".yaml") && name.find('/') == std::string::npos) continue;
        bool is_there = false;
        for (const fs::path& folder :
             {fs::path(), fs::path("src/videopose"), fs::path("include"),
              fs::path("include/videopose"), fs::path("tests"), source.parent_path()}) {
          is_there = is_there || fs::exists(Root() / folder / name);
        }
        EXPECT_TRUE(is_there) << source << ":" << line.number << ": there is no " << name;
      }
    }
  }
}

// clang-format sees to C++; this is for what it does not know. Code may be longer: paths and
// messages are not to be broken.
TEST(DocsTest, CommentsOfScriptsFit) {
  for (const char* extension : {".cmake", ".css", ".html", ".in", ".js", ".mjs", ".py", ".pyi",
                                ".sh", ".supp", ".toml", ".txt", ".yaml", ""}) {
    for (const fs::path& script : FilesWith(extension)) {
      const std::string name = script.filename().string();
      const bool is_text = (*extension == 0 && name != "Dockerfile") ||
                           (script.extension() == ".txt" && name != "CMakeLists.txt") ||
                           script.string().starts_with("tests/data/");
      if (is_text) continue;
      for (const Line& line : ReadLines(script)) {
        const std::string text =
            line.text.substr(std::min(line.text.find_first_not_of(" \t"), line.text.size()));
        const bool is_comment = text.starts_with("# ") || text.starts_with("// ") ||
                                text.starts_with("/* ") || text.starts_with("<!-- ");
        EXPECT_TRUE(!is_comment || Columns(line.text) <= kLineWidth)
            << script << ":" << line.number;
      }
    }
  }
}

// Texts of the library name no command of the program: cli/advice.cc adds it.
TEST(DocsTest, TheLibrarysTextsNameNoCommand) {
  const std::regex command(
      "\"[^\"]*\\bvideopose (bench|convert|demo|detect|info|lift|live|models|prepare|render|run|"
      "video)\\b");
  for (const fs::path& source : FilesWith(".cc")) {
    const std::string name = source.string();
    const bool is_library = name.starts_with("src/") && !name.starts_with("src/videopose/cli/") &&
                            !name.ends_with("_test.cc");
    if (!is_library) continue;
    for (const Line& line : ReadLines(source)) {
      const size_t comment = line.text.find("// ");
      EXPECT_FALSE(std::regex_search(line.text.substr(0, comment), command))
          << source << ":" << line.number;
    }
  }
}

TEST(DocsTest, EveryPageIsReachedFromTheReadme) {
  std::set<fs::path> reached = {"README.md"};
  std::vector<fs::path> open = {"README.md"};
  while (!open.empty()) {
    const fs::path page = open.back();
    open.pop_back();
    for (const Link& link : LinksOf(page)) {
      if (IsWebAddress(link.target) || link.target.starts_with('#')) continue;
      const fs::path target =
          (page.parent_path() / link.target.substr(0, link.target.find('#'))).lexically_normal();
      if (target.extension() == ".md" && fs::exists(Root() / target) &&
          reached.insert(target).second) {
        open.push_back(target);
      }
    }
  }
  for (const fs::path& page : FilesWith(".md")) {
    const bool is_docs = page.string().starts_with("docs/") || page.parent_path().empty();
    EXPECT_TRUE(!is_docs || reached.contains(page)) << page;
  }
}

}  // namespace
