#include "videopose/ground/settings_text.h"

#include <algorithm>

#include "videopose/base/error.h"

namespace videopose {
namespace {

constexpr int kDeepest = 32;

class Parser {
 public:
  Parser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  SettingsNode Document() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (SkipSpace(), AtDirective()) SkipLine();
    SettingsNode document = Block(0);
    SkipSpace();
    if (Rest().starts_with("...") || Rest().starts_with("---")) return document;
    if (!AtEnd()) Wrong("something after the end");
    return document;
  }

 private:
  [[noreturn]] void Wrong(std::string_view what) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(at_), '\n');
    Fail("{}: line {} is neither YAML nor JSON as calibration files use it: {}", name_, line, what);
  }

  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::string_view Rest() const { return text_.substr(std::min(at_, text_.size())); }
  static bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
  bool BlankOrEndAt(size_t ahead) const {
    const char c = Peek(ahead);
    return IsBlank(c) || c == '\n' || c == '\0';
  }
  // "%YAML:1.0", "---"
  bool AtDirective() const {
    return (Column() == 0 && Peek() == '%') || (Rest().starts_with("---") && BlankOrEndAt(3));
  }
  size_t Column() const {
    const size_t newline = text_.substr(0, at_).rfind('\n');
    return newline == std::string_view::npos ? at_ : at_ - newline - 1;
  }
  void SkipLine() {
    while (!AtEnd() && Peek() != '\n') ++at_;
  }
  void SkipBlanks() {
    while (IsBlank(Peek())) ++at_;
    if (Peek() == '#') SkipLine();
  }
  void SkipSpace() {
    for (SkipBlanks(); Peek() == '\n'; SkipBlanks()) ++at_;
  }
  // "!!opencv-matrix"
  void SkipTags() {
    while (Peek() == '!') {
      while (!BlankOrEndAt(0)) ++at_;
      SkipBlanks();
    }
  }
  bool AtDash() const { return Peek() == '-' && BlankOrEndAt(1); }

  // What begins at the next character that is no space.
  SettingsNode Block(int depth) {
    if (depth > kDeepest) Wrong("nested too deeply");
    SkipSpace();
    SkipTags();
    SkipSpace();
    if (AtEnd()) return {};
    if (Peek() == '{' || Peek() == '[') return Flow(depth);
    const size_t column = Column();
    SettingsNode node;
    if (AtDash()) {
      while (AtDash() && Column() == column) {
        ++at_;
        node.items.push_back(Value(column, depth));
        SkipSpace();
      }
      return node;
    }
    if (!AtKey()) return Scalar("");
    while (!AtEnd() && Column() == column && AtKey()) {
      const std::string key = Scalar(":").text;
      SkipBlanks();
      ++at_;  // the colon
      node.items.push_back(Value(column, depth));
      node.items.back().key = key;
      SkipSpace();
    }
    return node;
  }

  // After "key:" or "-" at `column`: on the same line, or deeper on the next ones.
  SettingsNode Value(size_t column, int depth) {
    SkipBlanks();
    SkipTags();
    if (Peek() == '{' || Peek() == '[') return Flow(depth + 1);
    if (Peek() != '\n' && !AtEnd()) {
      return AtKey() || AtDash() ? Block(depth + 1) : Scalar("");
    }
    SkipSpace();
    const bool deeper = Column() > column || (Column() == column && AtDash());
    return deeper && !AtEnd() ? Block(depth + 1) : SettingsNode{};
  }

  // Whether a colon with space behind it follows on this line.
  bool AtKey() const {
    size_t i = at_;
    if (Peek() == '"' || Peek() == '\'') {
      i = text_.find(Peek(), at_ + 1);
      if (i == std::string_view::npos) return false;
    }
    for (; i < text_.size() && text_[i] != '\n'; ++i) {
      if (text_[i] == ':' &&
          (i + 1 == text_.size() || IsBlank(text_[i + 1]) || text_[i + 1] == '\n'))
        return true;
    }
    return false;
  }

  // A quoted text, or a plain one up to a character of `ends`, a comment or the line's end.
  SettingsNode Scalar(std::string_view ends) {
    SettingsNode node;
    if (const char quote = Peek(); quote == '"' || quote == '\'') {
      for (++at_; Peek() != quote; ++at_) {
        if (AtEnd()) Wrong("a quote that does not end");
        if (Peek() == '\\' && quote == '"') ++at_;
        if (!AtEnd()) node.text += Peek();
      }
      ++at_;
      return node;
    }
    const size_t begin = at_;
    while (!AtEnd() && Peek() != '\n' && ends.find(Peek()) == std::string_view::npos &&
           !(Peek() == '#' && at_ > begin && IsBlank(text_[at_ - 1]))) {
      ++at_;
    }
    std::string_view text = text_.substr(begin, at_ - begin);
    while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
    node.text = text;
    return node;
  }

  // {...}, [...] or a scalar in one.
  SettingsNode Flow(int depth) {
    if (depth > kDeepest) Wrong("nested too deeply");
    SkipSpace();
    SkipTags();
    const char open = Peek();
    if (open != '{' && open != '[') return Scalar(",]}");
    const char close = open == '{' ? '}' : ']';
    SettingsNode node;
    ++at_;
    for (SkipSpace(); Peek() != close; SkipSpace()) {
      if (AtEnd()) Wrong("a bracket that does not close");
      std::string key;
      if (open == '{') {
        key = Scalar(":,}").text;
        SkipSpace();
        if (Peek() != ':') Wrong("a name without a colon");
        ++at_;
      }
      node.items.push_back(Flow(depth + 1));
      node.items.back().key = key;
      SkipSpace();
      if (Peek() == ',') {
        ++at_;
      } else if (Peek() != close) {
        Wrong("a comma is missing");
      }
    }
    ++at_;
    return node;
  }

  std::string_view text_;
  const std::string& name_;
  size_t at_ = 0;
};

}  // namespace

SettingsNode ParseSettings(std::string_view text, const std::string& name) {
  return Parser(text, name).Document();
}

}  // namespace videopose
