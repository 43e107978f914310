#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cecropia/core/error.hpp"
#include "cecropia/tree/ahf.hpp"
#include "cecropia/tree/number.hpp"
#include "words.hpp"

namespace cecropia::tree::ahf {
namespace {

const char* const copy_again = "copy the file again and compare its size with the original";

}  // namespace

void Lines::refuse(const std::string& what, const std::string& expected, const std::string& fix) const {
  throw InputError({what, fmt::format("{}, line {}", path_, line_), expected, fix});
}

std::int64_t Lines::integer(std::string_view word, const char* name) const {
  std::int64_t value = 0;
  if (word == "18446744073709551615") return -1;  // an unsigned -1
  if (!parse_integer(word, value))
    refuse(fmt::format("{} is {}, not a whole number", name, quote(word)), "a whole number of at most 63 bits",
           "repair this line");
  return value;
}

void Lines::for_each(std::string_view lines, std::int64_t offset,
                     const std::function<void(const std::vector<std::string_view>&)>& take) {
  const auto whole = [&](std::string_view line, std::int64_t) {
    ++line_;
    words_.clear();
    const char* p = line.data();
    const char* const end = p + line.size();
    for (std::string_view word = next_word(p, end); !word.empty(); word = next_word(p, end)) words_.push_back(word);
    if (!words_.empty()) take(words_);
  };
  for_each_line(lines, offset, whole, [&](std::string_view line, std::int64_t at) {
    throw InputError(
        {fmt::format("'{}' ends inside a line: the file was cut", path_),
         fmt::format("{}, line {}, byte {}", path_, line_ + 1, at + static_cast<std::int64_t>(line.size())),
         "a line end after the last line", copy_again});
  });
}

HaloTable::HaloTable(std::string path, const std::string& mass_column)
    : Lines(std::move(path)), mass_column_(lower(mass_column)) {}

void HaloTable::read_header(const std::vector<std::string_view>& words) {
  for (std::string_view word : words) {
    while (!word.empty() && word.front() == '#') word.remove_prefix(1);
    if (!word.empty()) columns_.push_back(lower(without_position(word)));
  }
  const auto place = [&](const std::string& name) {
    const auto at = std::find(columns_.begin(), columns_.end(), name);
    if (at == columns_.end())
      refuse(fmt::format("column '{}' is missing in '{}'", name, path()),
             fmt::format("one of: {}", fmt::join(columns_, " ")),
             "give the halo catalogues of AHF as they were written");
    return static_cast<std::size_t>(at - columns_.begin());
  };
  std::string mass = mass_column_;
  if (mass == "auto") {
    const auto has = [&](const char* name) {
      return std::find(columns_.begin(), columns_.end(), name) != columns_.end();
    };
    if (has("mvir") && has("mhalo"))
      refuse("the catalogue offers several masses of a halo", "one of: mvir, mhalo",
             "choose the mass with trees.mass_column");
    mass = has("mhalo") ? "mhalo" : "mvir";
  }
  const std::array<std::string, 6> names{"id", "hosthalo", mass, "xc", "yc", "zc"};
  for (std::size_t i = 0; i < names.size(); ++i) wanted_[i] = place(names[i]);
}

void HaloTable::take(std::string_view lines, std::int64_t offset, const std::function<void(const HaloLine&)>& each) {
  for_each(lines, offset, [&](const std::vector<std::string_view>& words) {
    if (columns_.empty() && words.front().front() == '#') return read_header(words);
    if (columns_.empty())
      refuse("the first line does not name columns", "a line such as: #ID(1) hostHalo(2) numSubStruct(3) Mvir(4) ...",
             "give the halo catalogues of AHF as they were written");
    if (words.front().front() == '#') return;
    if (words.size() <= *std::max_element(wanted_.begin(), wanted_.end()))
      refuse(fmt::format("the line has {} columns", words.size()),
             fmt::format("{} columns, as line 1 names them", columns_.size()), copy_again);
    const auto number = [&](std::size_t i) {
      double value = 0.0;
      if (!parse_number(words[wanted_[i]], value) || !std::isfinite(value))
        refuse(fmt::format("column '{}' holds {}, which is not a finite number", columns_[wanted_[i]],
                           quote(words[wanted_[i]])),
               "a number", "repair this line");
      return value;
    };
    HaloLine halo;
    halo.id = integer(words[wanted_[0]], "the halo id");
    halo.host = integer(words[wanted_[1]], "the host");
    if (halo.id < 0) refuse(fmt::format("the halo id is {}", halo.id), "an id of 0 or more", "repair this line");
    halo.mass_msun_h = number(2);
    if (!(halo.mass_msun_h > 0.0))
      refuse(fmt::format("the mass of halo {} is {}", halo.id, halo.mass_msun_h), "a positive mass",
             "choose another mass column (trees.mass_column) or remove the halo");
    for (std::size_t k = 0; k < 3; ++k) halo.position_kpc_h[k] = number(3 + k);
    each(halo);
  });
}

void HaloTable::finish() const {
  if (columns_.empty())
    throw InputError({fmt::format("the halo catalogue '{}' is empty", path()), fmt::format("{}, byte 0", path()),
                      "a line that names columns, and halos", copy_again});
}

LinkTable::LinkTable(std::string path, bool all_snapshots) : Lines(std::move(path)), all_snapshots_(all_snapshots) {}

void LinkTable::open_family(const std::vector<std::string_view>& words) {
  if (words.size() != 2 && words.size() != 3)
    refuse(fmt::format("a line of {} numbers stands where a halo and the number of its progenitors should be",
                       words.size()),
           "HaloID HaloPart NumProgenitors, or HaloID NumProgenitors", "give the links as MergerTree wrote them");
  with_particles_ = words.size() == 3;
  family_.id = integer(words.front(), "the halo id");
  family_.progenitors.clear();
  particles_ = with_particles_ ? static_cast<double>(integer(words[1], "the number of particles")) : 1.0;
  missing_ = integer(words.back(), "the number of progenitors");
  if (family_.id < 0 || missing_ < 0 || !(particles_ > 0.0))
    refuse("a halo, its particles and the number of its progenitors cannot be negative, nor the particles 0",
           "positive numbers", "repair this line");
  open_ = true;
  ++n_families_;
}

void LinkTable::take_line(const std::vector<std::string_view>& words, const std::function<void(const Family&)>& each) {
  if (missing_ > 0) {
    const bool fits = with_particles_ ? words.size() == 3 || words.size() == 4 : words.size() == 1;
    if (!fits)
      refuse(fmt::format("a line of {} words stands where progenitor {} of halo {} should be", words.size(),
                         family_.progenitors.size() + 1, family_.id),
             with_particles_ ? "SharedPart HaloID HaloPart" : "HaloID", copy_again);
    Family::Progenitor progenitor;
    progenitor.id = integer(words[with_particles_ ? 1 : 0], "the id of a progenitor");
    if (with_particles_) {
      const auto shared = static_cast<double>(integer(words[0], "the number of shared particles"));
      progenitor.merit = shared * shared / particles_;
    }
    family_.progenitors.push_back(progenitor);
    --missing_;
  } else {
    if (open_) each(family_);
    open_ = false;
    if (words.front() == "END") {
      ended_ = true;
      return;
    }
    const bool is_count = !all_snapshots_ && n_families_ == 0 && !declared_ && words.size() == 1;
    if (is_count)
      declared_ = integer(words.front(), "the number of halos");
    else
      open_family(words);
  }
}

void LinkTable::take(std::string_view lines, std::int64_t offset, const std::function<void(const Family&)>& each) {
  for_each(lines, offset, [&](const std::vector<std::string_view>& words) {
    if (ended_) refuse("there are lines after END", "nothing", copy_again);
    if (all_snapshots_ && line() <= 3) {
      if (line() == 3) declared_ = integer(words.front(), "the number of halos");
      return;
    }
    if (words.front().front() != '#') take_line(words, each);
  });
}

void LinkTable::finish(const std::function<void(const Family&)>& each) {
  const auto cut = [&](const std::string& what, const std::string& expected) {
    throw InputError({what, path(), expected, copy_again});
  };
  if (missing_ > 0)
    cut(fmt::format("'{}' ends before {} progenitors of halo {}", path(), missing_, family_.id), "all progenitors");
  if (open_) each(family_);
  open_ = false;
  if (all_snapshots_ && !ended_) cut(fmt::format("'{}' ends without a line END", path()), "END");
  if (declared_ && *declared_ != n_families_)
    cut(fmt::format("'{}' should hold {} halos with progenitors, but {} are there", path(), *declared_, n_families_),
        "as many halos as the file says");
}

}  // namespace cecropia::tree::ahf
