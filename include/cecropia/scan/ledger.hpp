#pragma once
/// \file  What a scan has finished: DIR/scan.jsonl, one line per point, and DIR/scan.json, what is being scanned. The
/// ledger is the only file that is appended to; every line is on the disk before the next point is handed out, so that
/// a scan that dies loses only what it was working on.
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cecropia/io/append_file.hpp"
#include "cecropia/stars/tables.hpp"
#include "cecropia/tree/forest.hpp"

namespace cecropia::scan {

/// A finished point. Its numbers are what scan.h5 is made of.
struct Entry {
  std::string key;                 ///< Resolver::key: what was computed
  nlohmann::ordered_json content;  ///< see docs/formats.md
};

/// Where the line of a finished point stands in the text of a ledger.
struct LedgerLine {
  std::string key;
  std::size_t begin = 0, length = 0;  ///< without its line break
  bool has_all = false;               ///< Ledger::has_all_of
};

/// Where a point of the scan in `folder` is kept between two levels.
std::filesystem::path checkpoint_file(const std::filesystem::path& folder, const std::string& key);

/// Belongs to one rank. InputErrors name the file and the line.
class Ledger {
 public:
  /// Opens or makes the ledger of `folder`, and keeps everybody else out until its end (InputError if somebody is in).
  /// A last line that was cut short goes away; any other line that cannot be read is an InputError.
  explicit Ledger(const std::filesystem::path& folder);

  /// Whether everybody else is kept out of the folder: not where its file system has no locks.
  bool is_alone() const { return lock_.keeps_others_out(); }
  /// What was wrong and was repaired, for the log; empty if nothing was.
  const std::string& repaired() const { return repaired_; }
  /// Finished points. A point that is there twice counts once, the later line.
  std::size_t size() const { return lines_.size(); }
  bool has(const std::string& key) const { return lines_.contains(key); }
  /// What a finished point's line says. It is read from the disk each time: a scan of many points keeps none in memory.
  nlohmann::ordered_json content(const std::string& key) const;
  /// Whether the line holds all numbers of the point; those that answered a sampler hold likelihoods only.
  bool has_all_of(const std::string& key) const;

  /// Points that are there, but not with all numbers.
  std::size_t n_partly() const;

  /// Writes the line, and returns when it is on the disk. A checkpoint of the point goes away then.
  void append(const Entry& entry);
  /// The finished points of another scan, as far as they are not here. Returns how many came.
  std::size_t take_from(const std::filesystem::path& folder);

 private:
  io::LockFile lock_;
  void remove_checkpoint(const std::string& key) const;

  std::filesystem::path folder_, path_;
  io::AppendFile file_;
  std::string repaired_;
  std::map<std::string, LedgerLine> lines_;  ///< by key
  std::uintmax_t end_ = 0;                   ///< where the next one begins
};

/// The line of a finished point, without a line break: `content`, an object that is not empty, with "check" behind it,
/// the hash (XXH3, 64 bits) of what stands before. A line that somebody has changed is refused.
std::string ledger_line(const nlohmann::ordered_json& content);

/// Lines of a ledger; `cut` tells how many bytes of a last line without an end follow the `whole` ones.
struct LedgerText {
  std::vector<LedgerLine> lines;
  std::size_t whole = 0, cut = 0;
};
/// InputError with file and line for one that is not as ledger_line wrote it.
LedgerText read_ledger(std::string_view text, const std::string& file);

/// What is being scanned, and by whom: the content of scan.json.
struct Header {
  std::string program;                 ///< version and revision
  nlohmann::ordered_json base;         ///< resolved parameters of the base
  std::string forest_hash, data_hash;  ///< of trees; of all other tables
  nlohmann::ordered_json columns{};    ///< what the numbers of a point mean (columns_json); null before the first
};
/// `resolved`: as in run.json; the hashes are those of the observations and own_tables_hash.
Header header_of(nlohmann::ordered_json resolved, const tree::Forest& forest, const stars::Tables& tables,
                 std::uint64_t observations_hash, std::uint64_t own_tables_hash);
nlohmann::ordered_json to_json(const Header& header);
/// The other way round. nlohmann::json::exception if it is no such text.
Header header_from(const nlohmann::ordered_json& json);
/// The header of a folder; nothing if there is none. InputError if it cannot be read.
std::unique_ptr<Header> read_header(const std::filesystem::path& folder);
/// Sentences about what differs: "feedback.alpha_out was 0 and is 0.5". Paths do not count.
std::vector<std::string> differences(const Header& before, const Header& now);

}  // namespace cecropia::scan
