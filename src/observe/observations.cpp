#include "cecropia/observe/observations.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <initializer_list>
#include <optional>

#include "cecropia/core/error.hpp"
#include "cecropia/core/paths.hpp"
#include "cecropia/io/atomic_file.hpp"
#include "cecropia/io/hash.hpp"
#include "cecropia/parallel/agree.hpp"
#include "csv.hpp"

namespace cecropia::observe {

namespace {

constexpr std::array file_names{sfrd_file, sfrd_fit_file, csmd_file, mzr_file};

/// The text of a file; none where there is none. One that is there and cannot be read is not taken for absent.
std::optional<std::string> text_of(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (!std::filesystem::exists(status) || std::filesystem::is_directory(status)) return std::nullopt;
  return io::read_file(path);
}

/// What the files of the folder say: those of file_names, then, if there is an index, it and those of its rows.
std::vector<std::string> load(const std::filesystem::path& folder) {
  std::vector<std::string> texts;
  for (const char* name : file_names) {
    const auto path = folder / name;
    auto text = text_of(path);
    if (!text)
      throw InputError(
          {"an observational table cannot be read", path.string(),
           fmt::format("a readable file {} in the folder of observe.observations_path", name),
           "point observe.observations_path to the folder params/observations of the program, or empty it"});
    texts.push_back(std::move(*text));
  }
  const auto index = folder / index_file;
  std::error_code ignored;
  if (!std::filesystem::exists(index, ignored)) return texts;
  const auto rows = text_of(index);
  if (!rows)
    throw InputError({"the index of observations cannot be read", index.string(), "a readable file, or none",
                      "give yourself the right to read it, or remove it"});
  texts.push_back(*rows);
  for (const Term& term : terms_of_index(index.string(), texts.back())) {
    auto text = text_of(folder / term.file);
    if (!text)
      throw InputError({fmt::format("the file '{}' of the observations '{}' cannot be read", term.file, term.name),
                        term.where, "a readable file in the folder of the index", "correct its name or add the file"});
    texts.push_back(std::move(*text));
  }
  return texts;
}

Observations parse(const std::filesystem::path& folder, const std::vector<std::string>& texts) {
  const auto table = [&](std::size_t i) { return CsvTable((folder / file_names[i]).string(), texts[i]); };
  Observations o;
  const CsvTable sfrd = table(0);
  for (std::size_t i = 0; i < sfrd.n_records(); ++i)
    o.sfrd.push_back({sfrd.number(i, "z", 0, 100), sfrd.number(i, "log10_sfrd_Msun_per_yr_per_cMpc3", -20, 20),
                      sfrd.number(i, "err_lo_dex", 1e-6, 20), sfrd.number(i, "err_hi_dex", 1e-6, 20),
                      sfrd.text(i, "reference")});
  const CsvTable fit = table(1);
  o.sfrd_fit = {fit.coefficient("parameter", "slope", "value"), fit.coefficient("parameter", "intercept", "value")};
  const CsvTable csmd = table(2);
  o.csmd = {csmd.coefficient("parameter", "a0", "value"), csmd.coefficient("parameter", "a1", "value"),
            csmd.coefficient("parameter", "a2", "value")};
  const CsvTable mzr = table(3);
  for (std::size_t i = 0; i < mzr.n_records(); ++i) {
    MzrBin bin{mzr.number(i, "z_min", 0, 100),
               mzr.number(i, "z_max", 0, 100),
               {mzr.number(i, "slope", -100, 100), mzr.number(i, "intercept", -100, 100)},
               mzr.number(i, "sigma_dex", 1e-6, 100)};
    if (bin.z_max <= bin.z_min || (i > 0 && bin.z_min < o.mzr.back().z_max))
      throw InputError(
          {fmt::format("the redshift bin {:g} to {:g} is empty or overlaps the one before", bin.z_min, bin.z_max),
           mzr.where(i), "bins in ascending order that do not overlap", "correct z_min and z_max"});
    o.mzr.push_back(bin);
  }
  if (texts.size() == file_names.size()) return o;
  auto text = texts.begin() + file_names.size();
  o.terms = terms_of_index((folder / index_file).string(), *text);
  for (Term& term : o.terms) add_points(term, (folder / term.file).string(), *++text);
  return o;
}

std::filesystem::path folder_of(const std::filesystem::path& folder) {
  return folder.empty() ? find_data("params/observations") : folder;
}

}  // namespace

std::uint64_t Observations::content_hash() const {
  std::string content;
  // Lengths stand before what they count, so that no two contents are the same text.
  const auto add_size = [&](std::size_t n) { content += fmt::format("{};", n); };
  const auto add = [&](std::initializer_list<double> numbers) {
    for (const double x : numbers) content += fmt::format("{:a};", x);  // every bit
  };
  const auto add_text = [&](const std::string& text) {
    add_size(text.size());
    content += text;
  };
  add_size(sfrd.size());
  for (const SfrdPoint& p : sfrd) {
    add({p.z, p.log10_sfrd, p.err_lo_dex, p.err_hi_dex});
    add_text(p.reference);
  }
  add({sfrd_fit.slope, sfrd_fit.intercept, csmd.a0, csmd.a1, csmd.a2});
  add_size(mzr.size());
  for (const MzrBin& bin : mzr) add({bin.z_min, bin.z_max, bin.relation.slope, bin.relation.intercept, bin.sigma_dex});
  for (const Term& term : terms) {
    if (term.use == Use::figure) continue;
    for (const std::string* word : {&term.name, &term.quantity, &term.abundance, &term.unit}) add_text(*word);
    add_size(static_cast<std::size_t>(term.use));
    add_size(term.in_log10);
    add_size(term.points.size());
    for (const TermPoint& p : term.points) {
      add({p.z, p.value, p.err_lo, p.err_hi, p.window_myr});
      if (p.bin) add({p.bin->m_uv_ab, p.bin->width_mag});
      add_text(p.reference);
    }
  }
  return io::hash64(content);
}

Observations read_observations(const std::filesystem::path& folder) {
  const auto found = folder_of(folder);
  return parse(found, load(found));
}

Observations read_observations(const std::filesystem::path& folder, const parallel::Communicator& ranks) {
  std::string found;
  std::vector<std::string> texts;
  parallel::on_root(ranks, [&] {
    found = folder_of(folder).string();
    texts = load(found);
  });
  found = ranks.broadcast(found);
  const auto n = ranks.broadcast(std::vector<std::int64_t>{static_cast<std::int64_t>(texts.size())});
  texts.resize(static_cast<std::size_t>(n.front()));
  for (std::string& text : texts) text = ranks.broadcast(text);
  return parse(found, texts);
}

}  // namespace cecropia::observe
