#pragma once
/// \file  Halos of AHF (Knollmann & Knebe 2009) with the links of its MergerTree, text, plain or gzip: `*.AHF_halos`
/// and `*.AHF_croco` or `*.AHF_mtree` for each snapshot, or one file of links for all of them (`*-CRMratio2`). User
/// guide: docs/tree_formats.md.
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cecropia/cosmology/cosmology.hpp"
#include "cecropia/tree/reader.hpp"
#include "cecropia/tree/source.hpp"

namespace cecropia::tree::ahf {

/// One line of a halo catalogue, as it stands there.
struct HaloLine {
  std::int64_t id = -1, host = -1;
  double mass_msun_h = 0.0;
  std::array<double, 3> position_kpc_h{};
};

/// Lines of one file with their numbers; blank lines and what the file is called are dealt with once.
class Lines {
 public:
  explicit Lines(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }

 protected:
  /// Calls take(words) for each line that is not blank; a last line without line end is a cut file.
  void for_each(std::string_view lines, std::int64_t offset,
                const std::function<void(const std::vector<std::string_view>&)>& take);
  [[noreturn]] void refuse(const std::string& what, const std::string& expected, const std::string& fix) const;
  std::int64_t integer(std::string_view word, const char* name) const;
  std::int64_t line() const { return line_; }  ///< of the words that are taken

 private:
  std::string path_;
  std::int64_t line_ = 0;
  std::vector<std::string_view> words_;
};

/// A halo catalogue: a line "#ID(1) hostHalo(2) ... Mvir(4) npart(5) Xc(6) ...", then one halo per line. Columns are
/// found by name. The mass is `mass_column`, any case; "auto": Mvir or Mhalo, whichever is there.
class HaloTable : public Lines {
 public:
  HaloTable(std::string path, const std::string& mass_column);
  /// The next whole lines; `offset`: of their first byte. InputError with file and line.
  void take(std::string_view lines, std::int64_t offset, const std::function<void(const HaloLine&)>& each);
  /// After the last line. InputError if there was not even a header.
  void finish() const;

 private:
  void read_header(const std::vector<std::string_view>& words);
  std::string mass_column_;
  std::vector<std::string> columns_;
  std::array<std::size_t, 6> wanted_{};  // id, host, mass, x, y, z
};

/// A halo and its progenitors, the main one first. `merit` is the square of the shared particles over the particles of
/// the halo: of two halos that claim one progenitor, the one with the larger merit is its descendant. 0: the file does
/// not tell.
struct Family {
  std::int64_t id = -1;
  struct Progenitor {
    std::int64_t id = -1;
    double merit = 0.0;
  };
  std::vector<Progenitor> progenitors;
};

/// Links as MergerTree writes them: "HaloID HaloPart NumProgenitors" and lines "SharedPart HaloID HaloPart"; or "HaloID
/// NumProgenitors" and lines "HaloID", after a line with the number of such halos; or, for all snapshots, the same
/// after three lines (version, description, number of halos) and before a line END.
class LinkTable : public Lines {
 public:
  LinkTable(std::string path, bool all_snapshots);
  void take(std::string_view lines, std::int64_t offset, const std::function<void(const Family&)>& each);
  /// After the last line. InputError if progenitors, halos or the line END are missing.
  void finish(const std::function<void(const Family&)>& each);
  std::int64_t n_families() const { return n_families_; }

 private:
  void take_line(const std::vector<std::string_view>& words, const std::function<void(const Family&)>& each);
  void open_family(const std::vector<std::string_view>& words);
  bool all_snapshots_;
  bool ended_ = false, open_ = false, with_particles_ = false;
  std::int64_t missing_ = 0, n_families_ = 0;
  double particles_ = 0.0;
  std::optional<std::int64_t> declared_;
  Family family_;
};

/// True for a catalogue, a file of links for all snapshots beside catalogues, or a folder with catalogues.
bool recognise(const std::string& path);

/// Ids are those of the catalogues where they are unique over all snapshots and below 2^50, else snapshot * 10^12 +
/// line (both from 0 and 1). Kept in memory: 20 bytes per halo, and 4 by tree/by_snapshot.hpp. Catalogues are read
/// when the set is opened and again for the halos that are asked for. InputError: docs/trees.md.
std::unique_ptr<Reader> open(const tree::Parameters& parameters, const cosmology::Parameters& cosmology);

}  // namespace cecropia::tree::ahf
