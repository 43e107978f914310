#include "cecropia/parallel/node_share.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <cmath>
#include <cstdint>
#include <exception>

#include "cecropia/core/error.hpp"
#include "cecropia/parallel/agree.hpp"

namespace cecropia::parallel {
namespace {

constexpr double mib = 1048576.0;
/// What MPI keeps beside the content of a window, generously: 2 pages and a line or two of the cache for each rank.
constexpr double of_mpi(int ranks) { return 65536.0 + 1024.0 * ranks; }

constexpr const char* clean_up = "use smaller tables, enlarge /dev/shm, or remove what other jobs have left there";

InputError too_little(std::size_t bytes, const std::string& why, const char* remedy = clean_up) {
  return InputError({fmt::format("the node has no room for {:.0f} MiB that its ranks would share: {}",
                                 std::ceil(static_cast<double>(bytes) / mib), why),
                     "shared memory of this node (/dev/shm)", "enough free shared memory", remedy});
}

/// MPI finds out only when a page is touched that the file system cannot back, and that is a SIGBUS. A limit of the
/// file size holds for shared memory as well; the rank that meets it does not tell the others (Open MPI 4.1), who then
/// wait.
void check_room(std::size_t bytes, int ranks) {
  const double needed = static_cast<double>(bytes) + of_mpi(ranks);
  struct rlimit file {};
  if (ranks > 1 && ::getrlimit(RLIMIT_FSIZE, &file) == 0 && file.rlim_cur != RLIM_INFINITY &&
      static_cast<double>(file.rlim_cur) < needed)
    throw too_little(bytes,
                     fmt::format("no file may have more than {:.3g} MiB", static_cast<double>(file.rlim_cur) / mib),
                     "raise the limit of the file size (ulimit -f)");
  struct statvfs disk {};
  if (::statvfs("/dev/shm", &disk) != 0) return;  // MPI shares in another way here
  const double free_bytes = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
  if (needed > free_bytes) throw too_little(bytes, fmt::format("{:.0f} MiB are free", free_bytes / mib));
}

/// Owns the window; giving it back waits for all ranks of the node.
struct Window {
  MPI_Win handle = MPI_WIN_NULL;
  int ranks = 1;
  Window() = default;
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window() {
    if (handle == MPI_WIN_NULL) return;
    if (ranks > 1 && std::uncaught_exceptions() != 0) return;
    int finished = 0;
    MPI_Finalized(&finished);
    if (!finished) MPI_Win_free(&handle);
  }
};

}  // namespace

std::shared_ptr<const std::byte> node_memory(const Communicator& node, std::size_t bytes,
                                             const std::function<void(std::span<std::byte>)>& fill) {
  bytes = node.broadcast(std::vector<std::size_t>{bytes}).front();
  on_root(node, [&] { check_room(bytes, node.size()); });
  auto window = std::make_shared<Window>();
  window->ranks = node.size();
  void* mine = nullptr;
  const MPI_Aint part = node.is_root() ? static_cast<MPI_Aint>(bytes) : 0;
  const int code =
      MPI_Win_allocate_shared(part, 1, MPI_INFO_NULL, node.handle(), static_cast<void*>(&mine), &window->handle);
  together(node, [&] {
    if (code == MPI_SUCCESS) return;
    char text[MPI_MAX_ERROR_STRING] = {};
    int length = 0;
    MPI_Error_string(code, text, &length);
    window->handle = MPI_WIN_NULL;
    throw too_little(bytes, std::string(text, static_cast<std::size_t>(length)));
  });
  check(MPI_Win_set_errhandler(window->handle, MPI_ERRORS_RETURN), "MPI_Win_set_errhandler");
  MPI_Aint size = 0;
  int unit = 1;
  void* begin = nullptr;
  check(MPI_Win_shared_query(window->handle, 0, &size, &unit, static_cast<void*>(&begin)), "MPI_Win_shared_query");
  check(MPI_Win_fence(0, window->handle), "MPI_Win_fence");
  on_root(node, [&] { fill(std::span<std::byte>(static_cast<std::byte*>(begin), bytes)); });
  check(MPI_Win_fence(0, window->handle), "MPI_Win_fence");  // what rank 0 wrote is seen by all
  return {window, static_cast<const std::byte*>(begin)};
}

}  // namespace cecropia::parallel
