#include "cecropia/scan/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cecropia/config/located_json.hpp"
#include "cecropia/core/error.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/io/hdf5.hpp"
#include "cecropia/io/parallel_file.hpp"
#include "cecropia/parallel/agree.hpp"

namespace cecropia::scan {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;
constexpr std::int64_t schema = 1;
constexpr const char* begin_again = "remove it, or leave --resume away, to begin again";
constexpr double times_its_cost = 10;  // so long from a checkpoint to the next: they take a tenth of the time at most

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
std::string text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<std::int64_t> hashes_of(const std::string& all, const std::vector<std::int64_t>& bytes) {
  std::vector<std::int64_t> hashes;
  std::string_view rest = all;
  for (const std::int64_t n : bytes) {
    if (n < 0 || static_cast<std::size_t>(n) > rest.size()) return {};
    hashes.push_back(static_cast<std::int64_t>(io::hash64(rest.substr(0, static_cast<std::size_t>(n)))));
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  return hashes;
}

void write_blob(io::ParallelFile& file, const std::string& name, const std::string& content, const char* meaning,
                const parallel::Communicator& ranks) {
  const std::string mine = ranks.is_root() ? content : std::string();
  file.write_column(name, bytes_of(mine), "-", meaning);
  file.write_attribute(name, "xxh3_64", ranks.broadcast(io::hex(io::hash64(mine))));
}

/// The reader of files would have it made again, which nobody can.
io::SerialFile open_checkpoint(const fs::path& path) try {
  return io::SerialFile::open(path);
} catch (const InputError& error) {
  Complaint complaint = error.complaint();
  complaint.expected = "a complete checkpoint that you may read";
  complaint.fix = begin_again;
  throw InputError(complaint);
}

std::string read_blob(const io::SerialFile& file, const std::string& name) {
  std::string content = text_of(file.read<std::uint8_t>(name).data);
  if (io::hex(io::hash64(content)) != file.read_string_attribute(name, "xxh3_64"))
    throw InputError({fmt::format("this checkpoint is damaged: {}", name), file.path().string(),
                      "what the program wrote", begin_again});
  return content;
}

}  // namespace

bool Checkpoint::exists() const {
  std::error_code ignored;
  return ranks_.any(ranks_.is_root() && fs::exists(path_, ignored));
}

void Checkpoint::write(const PointState& state, const Header& identity, RunFolder* files) const {
  io::ParallelFile file(ranks_, path_);
  file.write_attribute("/", "format", "cecropia checkpoint");
  file.write_attribute("/", "schema", schema);
  file.write_attribute("/", "levels_done", static_cast<std::int64_t>(state.walk.levels_done));
  const std::string about = to_json(identity).dump(1);
  file.write_text("/identity", about, "What the point is computed from, JSON.");
  file.write_attribute("/identity", "xxh3_64", io::hex(io::hash64(about)));
  file.make_group("/halos");
  file.write_column("/halos/id", state.walk.halo_id, "-", "Halos of the last level that was done.");
  file.write_column("/halos/bytes", state.walk.bytes, "-", "Length of the state of each.");
  file.write_column("/halos/hash", hashes_of(state.walk.halos, state.walk.bytes), "-", "XXH3 of each, 64 bits.");
  file.write_column("/halos/state", bytes_of(state.walk.halos), "-", "The states, one behind the other.");
  file.make_group("/common");
  write_blob(file, "/common/walk", state.walk.common, "Tallies and surroundings.", ranks_);
  write_blob(file, "/common/observer", state.observer, "Sums over galaxies at the levels so far.", ranks_);
  file.make_group("/galaxies");
  if (files != nullptr) files->copy_levels_to(file);
  file.commit();
}

PointState Checkpoint::read(const tree::Forest& forest, const Header& identity, RunFolder* files) const {
  const auto refuse = [this](const std::string& what) {
    throw InputError(
        {what, path_.string(), "a checkpoint of the same parameters, trees, data and program", begin_again});
  };
  PointState state;
  std::optional<io::SerialFile> file;
  parallel::together(ranks_, [&] {
    file.emplace(open_checkpoint(path_));
    if (!file->has_attribute("/", "format") || file->read_string_attribute("/", "format") != "cecropia checkpoint")
      refuse("this checkpoint is none of this program");
    if (const std::int64_t found = file->read_int64_attribute("/", "schema"); found != schema)
      refuse(fmt::format("this checkpoint has schema {}, and this program goes on from schema {} only", found, schema));
    const std::string text = file->read_text("/identity");
    if (io::hex(io::hash64(text)) != file->read_string_attribute("/identity", "xxh3_64"))
      refuse("this checkpoint is damaged: /identity");
    try {
      const Header was = header_from(config::parse_json(text));
      if (const auto differ = differences(was, identity); !differ.empty())
        refuse(fmt::format("this checkpoint is one of something else:\n    {}", fmt::join(differ, "\n    ")));
      if (files != nullptr && was.base.at("output") != identity.base.at("output"))
        refuse("this checkpoint was made with another section 'output'");
    } catch (const Json::exception&) {  // whoever wrote it made a hash of it, too
      refuse("this checkpoint is damaged: /identity");
    }
    state.walk.levels_done = static_cast<std::size_t>(file->read_int64_attribute("/", "levels_done"));
    if (state.walk.levels_done == 0 || state.walk.levels_done > forest.n_levels())
      refuse("this checkpoint has a level that the trees do not have");
    if (!ranks_.is_root()) return;
    state.walk.common = read_blob(*file, "/common/walk");
    state.observer = read_blob(*file, "/common/observer");
  });
  const tree::HaloRange halos = forest.halos_at(state.walk.levels_done - 1);
  const auto mine = static_cast<std::int64_t>(halos.size());
  const auto first = static_cast<std::size_t>(ranks_.exclusive_sum(mine)), n = static_cast<std::size_t>(mine);
  std::int64_t length = 0;
  parallel::together(ranks_, [&] {
    state.walk.halo_id = file->read_rows<std::int64_t>("/halos/id", first, n).data;
    state.walk.bytes = file->read_rows<std::int64_t>("/halos/bytes", first, n).data;
    if (!std::equal(state.walk.halo_id.begin(), state.walk.halo_id.end(), forest.id.begin() + halos.first))
      refuse("this checkpoint is damaged: halos that are not those of the trees");
    const std::vector<std::size_t> shape = file->dims("/halos/state");
    auto left = static_cast<std::int64_t>(shape.size() == 1 ? shape[0] : 0);
    for (const std::int64_t size : state.walk.bytes) {
      if (size < 0 || size > left) refuse("this checkpoint is damaged: the states of halos");
      left -= size;
    }
    length = std::accumulate(state.walk.bytes.begin(), state.walk.bytes.end(), std::int64_t{0});
  });
  const auto begin = static_cast<std::size_t>(ranks_.exclusive_sum(length));
  parallel::together(ranks_, [&] {
    state.walk.halos =
        text_of(file->read_rows<std::uint8_t>("/halos/state", begin, static_cast<std::size_t>(length)).data);
    if (hashes_of(state.walk.halos, state.walk.bytes) != file->read_rows<std::int64_t>("/halos/hash", first, n).data)
      refuse("this checkpoint is damaged: the states of halos");
  });
  if (files != nullptr) files->take_levels_from(*file, state.walk.levels_done);
  return state;
}

void Checkpoint::remove() const {
  parallel::on_root(ranks_, [&] {
    std::error_code ignored;
    fs::remove(path_, ignored);
  });
}

Pause PauseClock::look() {
  asked_ = std::chrono::steady_clock::now();
  const std::chrono::duration<double> since = asked_ - last_;
  Pause pause;
  pause.stop = stop_.agreed_by(ranks_);
  const bool at_once = pause.stop && ranks_.any(stop_.at_once());
  const double wait_s = std::max(every_s_, times_its_cost * cost_s_);
  pause.keep = pause.stop ? !at_once : ranks_.any(ranks_.is_root() && since.count() > wait_s);
  return pause;
}

void PauseClock::kept() {
  last_ = std::chrono::steady_clock::now();
  cost_s_ = std::chrono::duration<double>(last_ - asked_).count();
}

}  // namespace cecropia::scan
