#pragma once
// Writes tiny consistent-trees files, so that each trait and each fault of a real set can be made on purpose.
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace cecropia::testing {

/// A folder that goes away with the object.
class Folder {
 public:
  Folder() {
    static std::atomic<int> n{0};
    path_ = std::filesystem::temp_directory_path() / fmt::format("cecropia_tree_test_{}_{}", ::getpid(), n++);
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path() const { return path_.string(); }
  std::string write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  std::string write_gzip(const std::string& name, const std::string& text) const {
    const auto file = (path_ / name).string();
    gzFile out = gzopen(file.c_str(), "wb6");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
    return file;
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// One line of a tree file.
struct TinyHalo {
  double scale;
  long id, descendant;
  double mass = 1e9;  ///< Msun/h
  long host = -1;     ///< upid; pid is the same
  double x = 1.0;     ///< Mpc/h
  int phantom = 0, main = 1;
  int n_progenitors = -2;  ///< -2: counted
};

struct TinyTree {
  long id;
  std::vector<TinyHalo> halos;
};

/// A tree file of format version 1.01 with the columns that matter.
struct TinyFile {
  std::string columns =
      "#scale(0) id(1) desc_scale(2) desc_id(3) num_prog(4) pid(5) upid(6) desc_pid(7) phantom(8) sam_Mvir(9) Mvir(10) "
      "mmp?(11) x(12) y(13) z(14) Snap_idx(15)";
  std::string cosmology = "#Omega_M = 0.308900; Omega_L = 0.691100; h0 = 0.677400";
  std::string box = "#Full box size = 4.000000 Mpc/h";
  std::vector<TinyTree> trees;
  long declared = -2;  ///< -2: counted

  std::string text() const {
    std::string out = columns + "\n";
    if (!cosmology.empty()) out += cosmology + "\n";
    if (!box.empty()) out += box + "\n";
    out += fmt::format("#Consistent Trees Version 1.01\n{}               \n",
                       declared == -2 ? static_cast<long>(trees.size()) : declared);
    for (const TinyTree& t : trees) {
      out += fmt::format("#tree {}\n", t.id);
      for (const TinyHalo& h : t.halos) {
        int n = 0;
        for (const TinyTree& other : trees)
          for (const TinyHalo& p : other.halos) n += p.descendant == h.id ? 1 : 0;
        out += fmt::format(" {:.5f} {:8} 0.00000 {} {} {} {} -1 {} {:.5e} {:.5e} {} {:.5f} 1.00000 2.00000 7\n",
                           h.scale, h.id, h.descendant, h.n_progenitors == -2 ? n : h.n_progenitors, h.host, h.host,
                           h.phantom, h.mass, h.mass, h.main, h.x);
      }
    }
    return out;
  }
};

/// Two trees: 10 <- {20 main, 21} <- 30 <- 40, and 11 <- 22.
inline TinyFile two_trees() {
  TinyFile f;
  f.trees = {{10,
              {{0.2, 10, -1, 4e9},
               {0.18, 20, 10, 3e9},
               {0.16, 30, 20, 2e9},
               {0.14, 40, 30, 1e9},
               {0.18, 21, 10, 5e8, -1, 1.1, 0, 0}}},
             {11, {{0.2, 11, -1, 8e8, -1, 2.0}, {0.18, 22, 11, 7e8, -1, 2.0}}}};
  return f;
}

}  // namespace cecropia::testing
