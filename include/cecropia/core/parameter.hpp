#pragma once
/// \file  One row = one parameter: name, unit, meaning, source, default, range. Reading, checking, --set, the generated
/// reference, scans and provenance all walk these rows. A room declares a block of plain values and a table of rows:
///
///   struct Parameters { double m_out0_msun = 3e9; Mode mode = Mode::a; };
///   inline const std::vector<Parameter<Parameters>> rows{
///       number<&Parameters::m_out0_msun>("m_out0_msun", "Msun", "Normalisation of the outflow.", "OUT-1", 1e6, 1e13),
///       choice<&Parameters::mode, mode_names>("mode", "How ...", "OUT-2")};
///
/// The default of a parameter is the value its member has in a default-constructed block: it is written once.
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace cecropia {

/// A parameter's value as it travels between JSON and a block. Choices travel as their names.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<double>, std::vector<std::string>>;

enum class Kind { boolean, integer, number, text, choice, numbers, texts };

/// Text and enumerator from one table: what is accepted, what is listed and what is written are the same.
template <class E>
struct Named {
  std::string_view name;
  E value;
};

/// One row of a parameter table. `Block` is the struct that holds the value.
template <class Block>
struct Parameter {
  std::string_view key;      ///< name inside its section; the full name is "section.key"
  std::string_view unit;     ///< "Msun", "Myr", ...; "-" for pure numbers and choices
  std::string_view meaning;  ///< one sentence
  std::string_view source;   ///< equation label of the theory manual or the paper, with CHOICE/MEM where it is one
  Kind kind;
  double lowest, highest;                 ///< range of a number, or of every entry of a list
  std::vector<std::string_view> choices;  ///< names that a choice accepts
  void (*store)(Block&, const Value&);    ///< value is already checked for kind, range and choice
  Value (*load)(const Block&);
};

template <class T>
struct member_of;
template <class T, class B>
struct member_of<T B::*> {
  using value = T;
  using block = B;
};
template <auto Member>
using block_of = typename member_of<decltype(Member)>::block;
template <auto Member>
using value_of = typename member_of<decltype(Member)>::value;

/// The parts of a row that all kinds share; the functions below fill in the rest.
template <auto Member>
Parameter<block_of<Member>> plain_row(Kind kind, std::string_view key, std::string_view unit, std::string_view meaning,
                                      std::string_view source, double lowest, double highest) {
  using B = block_of<Member>;
  using T = value_of<Member>;
  Parameter<B> row{key, unit, meaning, source, kind, lowest, highest, {}, nullptr, nullptr};
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    row.store = [](B& b, const Value& v) { b.*Member = static_cast<T>(std::get<std::int64_t>(v)); };
    row.load = [](const B& b) { return Value(static_cast<std::int64_t>(b.*Member)); };
  } else if constexpr (!std::is_enum_v<T>) {
    row.store = [](B& b, const Value& v) { b.*Member = std::get<T>(v); };
    row.load = [](const B& b) { return Value(b.*Member); };
  }
  return row;
}

/// Row of a real number in [lowest, highest].
template <auto Member>
Parameter<block_of<Member>> number(std::string_view key, std::string_view unit, std::string_view meaning,
                                   std::string_view source, double lowest, double highest) {
  return plain_row<Member>(Kind::number, key, unit, meaning, source, lowest, highest);
}

/// Row of a whole number in [lowest, highest].
template <auto Member>
Parameter<block_of<Member>> integer(std::string_view key, std::string_view unit, std::string_view meaning,
                                    std::string_view source, double lowest, double highest) {
  return plain_row<Member>(Kind::integer, key, unit, meaning, source, lowest, highest);
}

/// Row of a list of real numbers, each in [lowest, highest].
template <auto Member>
Parameter<block_of<Member>> numbers(std::string_view key, std::string_view unit, std::string_view meaning,
                                    std::string_view source, double lowest, double highest) {
  return plain_row<Member>(Kind::numbers, key, unit, meaning, source, lowest, highest);
}

/// Row of a switch (true or false).
template <auto Member>
Parameter<block_of<Member>> flag(std::string_view key, std::string_view meaning, std::string_view source) {
  return plain_row<Member>(Kind::boolean, key, "-", meaning, source, 0, 1);
}

/// Row of a text (a path, a name).
template <auto Member>
Parameter<block_of<Member>> text(std::string_view key, std::string_view meaning, std::string_view source) {
  return plain_row<Member>(Kind::text, key, "-", meaning, source, 0, 0);
}

/// Row of a list of texts.
template <auto Member>
Parameter<block_of<Member>> texts(std::string_view key, std::string_view meaning, std::string_view source) {
  return plain_row<Member>(Kind::texts, key, "-", meaning, source, 0, 0);
}

/// The name of `value` among `names`; empty if it has none.
template <class Names, class E>
std::string name_of(const Names& names, E value) {
  for (const auto& n : names)
    if (n.value == value) return std::string(n.name);
  return {};
}

/// Row of a choice among named enumerators. `Names` is a constexpr array of Named<E> with static storage.
template <auto Member, const auto& Names>
Parameter<block_of<Member>> choice(std::string_view key, std::string_view meaning, std::string_view source) {
  using B = block_of<Member>;
  Parameter<B> row = plain_row<Member>(Kind::choice, key, "-", meaning, source, 0, 0);
  row.store = [](B& b, const Value& v) {
    for (const auto& n : Names)
      if (n.name == std::get<std::string>(v)) b.*Member = n.value;
  };
  row.load = [](const B& b) { return Value(name_of(Names, b.*Member)); };
  for (const auto& n : Names) row.choices.push_back(n.name);
  return row;
}

}  // namespace cecropia
