#pragma once
/// \file  Parameter rows (core/parameter.hpp) with the type of their block taken away, so that one reader serves all
/// rooms. A section does not own the values: it refers to a block that must outlive it.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/core/parameter.hpp"

namespace cecropia::config {

/// One parameter, bound to the place where its value lives.
struct Entry {
  std::string_view key, unit, meaning, source;
  Kind kind;
  double lowest, highest;
  std::vector<std::string_view> choices;
  Value fallback;                           ///< the value of a default-constructed block
  std::function<void(const Value&)> store;  ///< expects a value that was checked against this entry
  std::function<Value()> load;
};

/// The parameters of one block under one name.
struct Section {
  std::string name;     ///< first part of "section.key"
  std::string meaning;  ///< one line for the reference page
  std::vector<Entry> entries;
  std::string short_for = {};  ///< key that a value in the place of the group sets: "model": "disc"; empty: none
};

/// The section `name` of the values in `block`. `block` and `rows` must outlive the result.
template <class Block>
Section section(std::string name, std::string meaning, Block& block, const std::vector<Parameter<Block>>& rows) {
  Section bound{std::move(name), std::move(meaning), {}, {}};
  bound.entries.reserve(rows.size());
  const Block defaults{};
  for (const Parameter<Block>& row : rows)
    bound.entries.push_back({row.key, row.unit, row.meaning, row.source, row.kind, row.lowest, row.highest, row.choices,
                             row.load(defaults), [store = row.store, &block](const Value& v) { store(block, v); },
                             [load = row.load, &block] { return load(block); }});
  return bound;
}

}  // namespace cecropia::config
