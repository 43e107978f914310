#include "cecropia/config/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "cecropia/core/closest.hpp"
#include "cecropia/core/error.hpp"

namespace cecropia::config {
namespace {
using Json = nlohmann::ordered_json;

constexpr double largest_exact_integer = 9007199254740992.0;  // 2^53: beyond it JSON readers do not agree

std::string in_words(const Json& given) {
  std::string text = given.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > 60) text.replace(57, std::string::npos, "...");
  return text;
}

/// Texts of a JSON file are; what a shell hands over may be anything.
bool is_utf8(const Json& text) {
  try {
    static_cast<void>(text.dump());
  } catch (const Json::exception&) {
    return false;
  }
  return true;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string_view type_in_words(const Json& given) {
  if (given.is_null()) return "null";
  if (given.is_boolean()) return "true or false";
  if (given.is_number()) return "a number";
  if (given.is_string()) return "text";
  return given.is_array() ? "a list" : "a group of values";
}

std::string range(const Entry& entry) {
  const bool from = std::isfinite(entry.lowest), to = std::isfinite(entry.highest);
  if (from && to) return fmt::format("[{}, {}]", shortest(entry.lowest), shortest(entry.highest));
  if (from) return fmt::format(">= {}", shortest(entry.lowest));
  if (to) return fmt::format("<= {}", shortest(entry.highest));
  return "any";
}

std::string with_range(std::string_view noun, std::string_view each, const Entry& entry) {
  const std::string limits = range(entry);
  std::string text(noun);
  if (limits != "any") text += fmt::format("{}{}{}", each, limits.front() == '[' ? "in " : "", limits);
  if (entry.unit != "-" && !entry.unit.empty()) text += fmt::format(", unit {}", entry.unit);
  return text;
}

std::string help(const Entry& entry) {
  const std::string fallback = plain(entry.fallback);
  return fmt::format("{} The default is {}; source: {}", entry.meaning, fallback.empty() ? "an empty text" : fallback,
                     entry.source);
}

// One refusal with all four parts; `problem` continues "parameter 'section.key' ...".
struct Refusal {
  const Entry& entry;
  const std::string &name, &where;
  [[noreturn]] void operator()(const std::string& problem, const std::string& fix = {}) const {
    throw InputError(
        {fmt::format("parameter '{}' {}", name, problem), where, expected(entry), fix.empty() ? help(entry) : fix});
  }
};

/// No name has them, and a byte 0 would end it for the system but not for us.
void refuse_control_characters(const Json& text, const Refusal& refuse) {
  const auto& bytes = text.get_ref<const std::string&>();
  if (std::any_of(bytes.begin(), bytes.end(), is_control))
    refuse(fmt::format("= {} has control characters", in_words(text)), "leave them away");
}

bool looks_like_a_number(const std::string& text) {
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0';
}

double checked_number(const Json& given, const Entry& entry, const Refusal& refuse, std::string_view which) {
  if (!given.is_number()) {
    if (given.is_string() && looks_like_a_number(given.get<std::string>())) {
      if (!std::isfinite(std::strtod(given.get<std::string>().c_str(), nullptr)))
        refuse(fmt::format("{}= {} is not a finite number", which, in_words(given)));
      refuse(fmt::format("{}= {} is text, not a number", which, in_words(given)), "remove the quotes");
    }
    refuse(fmt::format("{}= {} is {}, not a number", which, in_words(given), type_in_words(given)));
  }
  const double x = given.get<double>();
  if (!std::isfinite(x)) refuse(fmt::format("{}= {} is not a finite number", which, x));
  if (!(x >= entry.lowest && x <= entry.highest)) refuse(fmt::format("{}= {} is out of range", which, shortest(x)));
  return x;
}

std::int64_t checked_integer(const Json& given, const Entry& entry, const Refusal& refuse) {
  const double x = checked_number(given, entry, refuse, "");
  if (x != std::floor(x)) refuse(fmt::format("= {} is not a whole number", in_words(given)));
  if (std::abs(x) > largest_exact_integer) refuse(fmt::format("= {} is too large to be exact", in_words(given)));
  return static_cast<std::int64_t>(x);
}

std::string checked_choice(const Json& given, const Entry& entry, const Refusal& refuse) {
  if (!given.is_string())
    refuse(fmt::format("= {} is {}, not the name of a choice", in_words(given), type_in_words(given)));
  const auto name = given.get<std::string>();
  for (const std::string_view choice : entry.choices)
    if (choice == name) return name;
  const auto meant = closest(name, {entry.choices.begin(), entry.choices.end()});
  refuse(fmt::format("= '{}' is not one of its choices", name), meant ? fmt::format("did you mean '{}'?", *meant) : "");
}

}  // namespace

Value checked(const Entry& entry, const Json& given, const std::string& name, const std::string& where) {
  const Refusal refuse{entry, name, where};
  // A shell eats the quotes of a list of texts, so the way to write one is shown.
  const auto must_be_list = [&](std::string_view wanted, std::string_view example) {
    if (!given.is_array())
      refuse(
          fmt::format("= {} is {}, not {}", in_words(given), type_in_words(given), wanted),
          fmt::format("write a list, even for one entry: \"{0}\": {1} in a file, --set '{2}={1}' on the command line",
                      entry.key, example, name));
  };
  const auto must_be = [&](bool right, std::string_view wanted) {
    if (!right) refuse(fmt::format("= {} is {}, not {}", in_words(given), type_in_words(given), wanted));
  };
  switch (entry.kind) {
    case Kind::boolean:
      must_be(given.is_boolean(), "true or false");
      return given.get<bool>();
    case Kind::integer:
      return checked_integer(given, entry, refuse);
    case Kind::number:
      return checked_number(given, entry, refuse, "");
    case Kind::text:
      must_be(given.is_string(), "text");
      refuse_control_characters(given, refuse);
      if (!is_utf8(given))
        refuse(fmt::format("= {} is not UTF-8", in_words(given)),
               "use another name: results tell it in JSON, which has no other texts");
      return given.get<std::string>();
    case Kind::choice:
      return checked_choice(given, entry, refuse);
    case Kind::numbers: {
      must_be_list("a list of numbers", "[1, 2]");
      std::vector<double> list;
      for (const Json& one : given)
        list.push_back(checked_number(one, entry, refuse, fmt::format("entry {} ", list.size() + 1)));
      return list;
    }
    case Kind::texts: {
      must_be_list("a list of texts", name == "output.properties" ? "[\"m_star_msun\"]" : "[\"one\", \"two\"]");
      std::vector<std::string> list;
      for (const Json& one : given) {
        if (!one.is_string())
          refuse(fmt::format("entry {} = {} is {}, not text", list.size() + 1, in_words(one), type_in_words(one)));
        refuse_control_characters(one, refuse);
        list.push_back(one.get<std::string>());
      }
      return list;
    }
  }
  throw InternalError(fmt::format("parameter '{}' has an unknown kind", name));
}

Json to_json(const Value& value) {
  return std::visit([](const auto& v) { return Json(v); }, value);
}

std::string expected(const Entry& entry) {
  switch (entry.kind) {
    case Kind::boolean:
      return "true or false";
    case Kind::integer:
      return with_range("a whole number", " ", entry);
    case Kind::number:
      return with_range("a number", " ", entry);
    case Kind::text:
      return "text";
    case Kind::choice:
      return fmt::format("one of: {}", fmt::join(entry.choices, ", "));
    case Kind::numbers:
      return with_range("a list of numbers", ", each ", entry);
    case Kind::texts:
      return "a list of texts";
  }
  return {};
}

std::string allowed(const Entry& entry) {
  switch (entry.kind) {
    case Kind::boolean:
      return "true, false";
    case Kind::integer:
      return range(entry) + " (whole)";
    case Kind::number:
      return range(entry);
    case Kind::text:
      return "text";
    case Kind::choice:
      return fmt::format("{}", fmt::join(entry.choices, ", "));
    case Kind::numbers:
      return "list, each " + range(entry);
    case Kind::texts:
      return "list of texts";
  }
  return {};
}

std::string shortest(double x) {
  const double size = std::abs(x);
  if (x == 0 || !std::isfinite(x) || (size >= 1e-3 && size < 1e6)) return fmt::format("{}", x);
  std::string text;
  for (int digits = 0; digits < std::numeric_limits<double>::max_digits10; ++digits) {
    text = fmt::format("{:.{}e}", x, digits);
    if (std::strtod(text.c_str(), nullptr) == x) break;
  }
  const std::size_t e = text.find('e');  // "3e+09" -> "3e9", "1e-08" -> "1e-8"
  return fmt::format("{}e{}", text.substr(0, e), std::atoi(text.c_str() + e + 1));
}

std::string plain(const Value& value) {
  struct Show {
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return fmt::format("{}", v); }
    std::string operator()(double v) const { return shortest(v); }
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(const std::vector<double>& v) const {
      std::vector<std::string> list;
      for (const double x : v) list.push_back(shortest(x));
      return fmt::format("[{}]", fmt::join(list, ", "));
    }
    std::string operator()(const std::vector<std::string>& v) const { return fmt::format("[{}]", fmt::join(v, ", ")); }
  };
  return std::visit(Show{}, value);
}

}  // namespace cecropia::config
