#include "cecropia/config/located_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <vector>

#include "cecropia/core/error.hpp"

namespace cecropia::config {
namespace {

// Feeds the parser and counts what it took. The parser copies its iterators, therefore the count lives outside.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* taken) : at_(at), taken_(taken) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*taken_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  std::size_t* taken_;
};

// Walks through the events of the parser: lines of keys, duplicates, and errors with their place.
class Scanner {
 public:
  using Json = nlohmann::ordered_json;
  Scanner(std::string_view text, const std::string& file, const std::size_t* taken,
          std::map<std::string, std::size_t>& lines)
      : text_(text), file_(file), taken_(taken), line_of_(lines) {}

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(Json::number_integer_t) { return true; }
  bool number_unsigned(Json::number_unsigned_t) { return true; }
  bool number_float(Json::number_float_t, const std::string&) { return true; }
  bool string(std::string&) { return true; }
  bool binary(Json::binary_t&) { return true; }
  bool start_object(std::size_t) { return enter(); }
  bool end_object() { return leave(); }
  bool start_array(std::size_t) { return enter(); }
  bool end_array() { return leave(); }
  bool key(std::string& name) {
    path_.back() = name;
    line_of_.emplace(path(), line());
    const auto [at, is_new] = keys_.back().emplace(name, line());
    if (!is_new)
      throw InputError({fmt::format("'{}' is given twice", path()), fmt::format("{}, line {}", file_, line()),
                        fmt::format("every key once; the first one is in line {}", at->second),
                        "remove one of the two"});
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) {
    refuse_non_finite(error);
    std::string reason = error.what();  // "[json...] parse error at line 3, column 5: syntax error while ..."
    const std::size_t colon = reason.find(": ");
    if (colon != std::string::npos) reason = reason.substr(colon + 2);
    // A file that is no text at all must not reach the terminal as it is.
    std::replace_if(
        reason.begin(), reason.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    throw InputError({fmt::format("this is not valid JSON: {}", reason),
                      fmt::format("{}, line {}, column {}", file_, line(), column()),
                      "{ \"section\": { \"key\": value } }, comments as // or /* */",
                      "correct that place: names and texts stand in double quotes, a comma stands between entries and "
                      "none after the last"});
  }

 private:
  bool enter() {
    if (keys_.size() >= deepest_json)
      throw InputError({"this JSON has lists or groups inside each other without an end",
                        fmt::format("{}, line {}, column {}", file_, line(), column()),
                        fmt::format("at most {} levels", deepest_json), "is this the right file?"});
    path_.emplace_back();
    keys_.emplace_back();
    return true;
  }
  bool leave() {
    path_.pop_back();
    keys_.pop_back();
    return true;
  }
  std::string path() const {
    std::string joined;
    for (const std::string& part : path_)
      if (!part.empty()) joined += (joined.empty() ? "" : ".") + part;
    return joined;
  }
  std::size_t taken() const { return std::min(*taken_, text_.size()); }
  std::size_t line() const {
    const std::size_t last = taken() == 0 ? 0 : taken() - 1;  // a newline just taken belongs to the line it ends
    return 1 +
           static_cast<std::size_t>(std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(last), '\n'));
  }
  std::size_t column() const {
    if (taken() == 0) return 1;
    const std::size_t newline = taken() < 2 ? std::string_view::npos : text_.rfind('\n', taken() - 2);
    return newline == std::string_view::npos ? taken() : taken() - newline - 1;
  }
  // JSON has no NaN; the general message would not say so.
  void refuse_non_finite(const nlohmann::detail::exception& error) const {
    const auto belongs = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '+' || c == '.';
    };
    std::size_t from = taken() == 0 ? 0 : taken() - 1, to = from;
    if (from > 0 && from < text_.size() && !belongs(text_[from])) to = --from;
    while (from > 0 && belongs(text_[from - 1])) --from;
    while (to < text_.size() && belongs(text_[to])) ++to;
    const std::string_view word = text_.substr(from, to - from);
    std::string lower(word);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return static_cast<char>(std::tolower(c)); });
    if (!lower.empty() && (lower[0] == '-' || lower[0] == '+')) lower.erase(0, 1);
    const bool overflow = error.id == 406;  // the library's number for "number overflow"
    if (lower != "nan" && lower != "inf" && lower != "infinity" && !overflow) return;
    throw InputError({fmt::format("'{}' = {} is not a finite number", path(), word),
                      fmt::format("{}, line {}", file_, line()), "a finite number",
                      "write a number, or remove the entry to use its default"});
  }

  std::string_view text_;
  const std::string& file_;
  const std::size_t* taken_;
  std::map<std::string, std::size_t>& line_of_;
  std::vector<std::string> path_;                         // of the key being read; "" for an array
  std::vector<std::map<std::string, std::size_t>> keys_;  // of the objects we are in, with their lines
};

}  // namespace

nlohmann::ordered_json parse_json(std::string_view text) {
  using Json = nlohmann::ordered_json;
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '[' || c == '{')) {
      if (++depth > deepest_json) return Json(Json::value_t::discarded);
    } else if (!quoted && (c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return Json::parse(text, nullptr, false);
}

LocatedJson::LocatedJson(std::string_view text, std::string file_name) : file_(std::move(file_name)) {
  std::size_t taken = 0;
  Scanner scanner(text, file_, &taken, line_of_);
  const CountingIterator begin(text.data(), &taken), end(text.data() + text.size(), &taken);
  nlohmann::ordered_json::sax_parse(begin, end, &scanner, nlohmann::detail::input_format_t::json, true, true);
  json_ = nlohmann::ordered_json::parse(text, nullptr, true, true);
}

std::string LocatedJson::where(const std::string& path) const {
  const auto found = line_of_.find(path);
  return found == line_of_.end() ? file_ : fmt::format("{}, line {}", file_, found->second);
}

}  // namespace cecropia::config
