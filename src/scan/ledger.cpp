#include "cecropia/scan/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cecropia/config/located_json.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/core/version.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hash.hpp"

namespace cecropia::scan {
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t schema = 1;  // of scan.json and the ledger beside it

/// A key becomes the name of a checkpoint, so nothing else may stand in its place.
bool is_key(const Json& json) {
  if (!json.is_string()) return false;
  const auto& text = json.get_ref<const std::string&>();
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

constexpr std::string_view check_begin = ",\"check\":\"", check_end = "\"}";
constexpr std::size_t check_length = check_begin.size() + 16 + check_end.size();

std::string check_of(std::string_view text) { return io::hex(io::hash64(text)); }

/// Whether a line is as ledger_line has written it.
bool is_as_written(std::string_view line) {
  if (line.size() < check_length) return false;
  const std::string_view text = line.substr(0, line.size() - check_length);
  return line.substr(text.size()) == fmt::format("{}{}{}", check_begin, check_of(text), check_end);
}

/// Answers to a sampler are not, nor what an older program wrote.
bool has_all(const Json& content) { return content.contains("history") && content.contains("likelihood_max"); }

}  // namespace

std::string ledger_line(const Json& content) {
  std::string text = content.dump();
  text.pop_back();  // the brace
  return fmt::format("{}{}{}{}", text, check_begin, check_of(text), check_end);
}

LedgerText read_ledger(std::string_view text, const std::string& file) {
  LedgerText out;
  std::size_t number = 0;
  while (out.whole < text.size()) {
    const std::size_t end = text.find('\n', out.whole);
    if (end == std::string_view::npos) break;
    ++number;
    const std::string_view line = text.substr(out.whole, end - out.whole);
    const auto refuse = [&](const char* what, const char* expected) {
      throw InputError({what, fmt::format("{}, line {}", file, number), expected,
                        "remove the line; its point is computed again by the same command"});
    };
    const Json json = config::parse_json(line);
    if (json.is_discarded() || !json.is_object() || !json.contains("key") || !is_key(json["key"]))
      refuse("this line of the ledger cannot be read", "{ \"point\": ..., \"key\": ..., ... }");
    if (!is_as_written(line))
      refuse("this line of the ledger is not what the program wrote",
             "a line that ends with the \"check\" of what stands before it");
    out.lines.push_back({json["key"].get<std::string>(), out.whole, line.size(), has_all(json)});
    out.whole = end + 1;
  }
  out.cut = text.size() - out.whole;
  return out;
}

fs::path checkpoint_file(const fs::path& folder, const std::string& key) {
  return folder / "checkpoints" / (key + ".h5");
}

Ledger::Ledger(const fs::path& folder)
    : lock_(folder / "scan.lock", "scan"), folder_(folder), path_(folder / "scan.jsonl"), file_(path_) {
  const LedgerText text = read_ledger(io::read_file(path_), path_.string());
  end_ = text.whole;
  for (const LedgerLine& line : text.lines) {
    lines_.insert_or_assign(line.key, line);
    if (line.has_all) remove_checkpoint(line.key);  // of a process that was killed between the two
  }
  if (text.cut == 0) return;
  file_.cut(text.whole);
  repaired_ = fmt::format("the last line of {} was cut short ({} bytes): it is gone, its point is computed again",
                          path_.string(), text.cut);
}

bool Ledger::has_all_of(const std::string& key) const {
  const auto line = lines_.find(key);
  return line != lines_.end() && line->second.has_all;
}

std::size_t Ledger::n_partly() const {
  return static_cast<std::size_t>(
      std::count_if(lines_.begin(), lines_.end(), [](const auto& line) { return !line.second.has_all; }));
}

Json Ledger::content(const std::string& key) const {
  const LedgerLine& line = lines_.at(key);
  const std::string text = file_.read(line.begin, line.length);
  if (is_as_written(text))
    if (Json json = config::parse_json(text); json.is_object() && json.value("key", "") == key) {
      json.erase("check");
      return json;
    }
  throw InputError({"this line of the ledger is no longer what was written", path_.string(),
                    "a file that nobody else changes", "start the same command again"});
}

void Ledger::append(const Entry& entry) {
  const std::string text = ledger_line(entry.content) + "\n";
  file_.append(text);
  lines_.insert_or_assign(entry.key, LedgerLine{entry.key, end_, text.size() - 1, has_all(entry.content)});
  end_ += text.size();
  remove_checkpoint(entry.key);
}

void Ledger::remove_checkpoint(const std::string& key) const {
  std::error_code ignored;
  fs::remove(checkpoint_file(folder_, key), ignored);
}

std::size_t Ledger::take_from(const fs::path& folder) {
  const fs::path other = folder / "scan.jsonl";
  const std::string text = io::read_file(other);
  std::size_t taken = 0;
  for (const LedgerLine& line : read_ledger(text, other.string()).lines) {
    if (has_all_of(line.key) || (has(line.key) && !line.has_all)) continue;
    Json content = Json::parse(std::string_view(text).substr(line.begin, line.length));
    content.erase("check");
    append({line.key, std::move(content)});
    ++taken;
  }
  return taken;
}

Header header_of(Json resolved, const tree::Forest& forest, const stars::Tables& tables,
                 std::uint64_t observations_hash, std::uint64_t own_tables_hash) {
  const std::string data =
      fmt::format("{:016x} {:016x} {:016x}", tables.content_hash(), observations_hash, own_tables_hash);
  return {fmt::format("{} ({})", version(), git_revision()), std::move(resolved), io::hex(forest.info.content_hash),
          io::hex(io::hash64(data))};
}

Json to_json(const Header& header) {
  Json json{{"schema", schema},
            {"program", header.program},
            {"forest_hash", header.forest_hash},
            {"data_hash", header.data_hash},
            {"base", header.base},
            {"columns", header.columns}};
  json["check"] = check_of(json.dump());
  return json;
}

Header header_from(const Json& json) {
  return {json.at("program").get<std::string>(), json.at("base"), json.at("forest_hash").get<std::string>(),
          json.at("data_hash").get<std::string>(), json.at("columns")};
}

std::unique_ptr<Header> read_header(const fs::path& folder) {
  const fs::path path = folder / "scan.json";
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return nullptr;
  Json json = config::parse_json(io::read_file(path));
  if (const auto found = json.find("schema"); found != json.end() && *found != schema)
    throw InputError({fmt::format("this description of a scan has schema {}", found->dump()), path.string(),
                      fmt::format("schema {}", schema),
                      "go on with the program that wrote it, or choose another folder with --out"});
  const InputError is_none({"this is not the description of a scan, or somebody has changed it", path.string(),
                            "what a scan of this program wrote, to the last byte", "choose another folder with --out"});
  if (!json.is_object() || !json.contains("schema") || !json.contains("check")) throw is_none;
  const Json check = json["check"];
  json.erase("check");
  if (check != check_of(json.dump())) throw is_none;
  try {
    return std::make_unique<Header>(header_from(json));
  } catch (const Json::exception&) {
    throw is_none;
  }
}

std::vector<std::string> differences(const Header& before, const Header& now) {
  std::vector<std::string> all;
  const auto differ = [&](const std::string& what, const std::string& was, const std::string& is) {
    all.push_back(fmt::format("{} was {} and is {}", what, was, is));
  };
  if (before.program != now.program) differ("the program", before.program, now.program);
  const auto is_place = [](const std::string& key) {
    return key == "path" || key.ends_with("_path") || key.ends_with("_file");
  };
  for (const auto& [section, entries] : now.base.items())
    for (const auto& [key, value] : entries.items()) {
      if (section == "output" || is_place(key)) continue;
      const Json was = before.base.value(section, Json::object()).value(key, Json());
      if (was != value) differ(section + "." + key, was.dump(), value.dump());
    }
  if (before.forest_hash != now.forest_hash) differ("the content of the trees", before.forest_hash, now.forest_hash);
  if (before.data_hash != now.data_hash)
    differ("the content of stellar tables, observations, yields of discs or tabulated IMFs", before.data_hash,
           now.data_hash);
  return all;
}

}  // namespace cecropia::scan
