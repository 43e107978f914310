// A library that is loaded before all others (LD_PRELOAD) and makes one chosen call of a process go wrong. It is built
// with the tests, is no part of the program, and does nothing without FAULT_DO. tests/testing/faults/run_faults.py
// sets:
//
//   FAULT_DO     count: write at the end how often each kind of call came. Or what happens at the chosen call: a number
//                (the call fails with this errno), kill, abort (signals 9 and 6), throw, no_memory (exceptions), mpi
//                (the MPI call reports an error), bus (a mapped file whose disk does not give its later pages), tell
//                (nothing but the line in FAULT_TOLD)
//   FAULT_KIND   which calls are counted: open (to read), make (a file or folder), read, list (an entry of a folder),
//                write, sync, rename, size, map, lock, new (operator new), mpi; tick is any of them
//   FAULT_NTH    which of them, from 1
//   FAULT_EVER   1: and all that follow (errno only)
//   FAULT_RANK   of which rank
//   FAULT_PLACE  calls on files count only if their path begins with one of these, with colons between them
//   FAULT_TOLD   a file to which a line is added when it happens
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <mpi.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

namespace {

enum Kind { open_, make, read_, list, write_, sync_, rename_, size, map, lock, new_, mpi, tick, n_kinds };
constexpr std::array<const char*, n_kinds> names{"open", "make", "read", "list", "write", "sync", "rename",
                                                 "size", "map",  "lock", "new",  "mpi",   "tick"};
std::array<std::atomic<long>, n_kinds> calls{};

const char* text(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct Order {
  const char *what = text("FAULT_DO"), *place = text("FAULT_PLACE"), *told = text("FAULT_TOLD"), *rank = "0";
  int kind = n_kinds, error = std::atoi(what);
  long nth = std::atol(text("FAULT_NTH"));
  bool ever = *text("FAULT_EVER") == '1', counts = std::strcmp(what, "count") == 0, active = false;

  Order() {
    for (int k = 0; k < n_kinds; ++k)
      if (std::strcmp(names[static_cast<std::size_t>(k)], text("FAULT_KIND")) == 0) kind = k;
    const char* wanted = text("FAULT_RANK");
    rank = text("OMPI_COMM_WORLD_RANK");
    if (*rank == '\0') rank = text("PMI_RANK");
    if (*rank == '\0') rank = "0";
    active = *what != '\0' && (*wanted == '\0' || std::strcmp(wanted, rank) == 0);
  }
  bool is(const char* name) const { return std::strcmp(what, name) == 0; }
  bool concerns(const char* path) const {
    for (const char* begin = place;;) {
      const std::size_t length = std::strcspn(begin, ":");
      if (std::strncmp(path, begin, length) == 0) return true;
      if (begin[length] == '\0') return false;
      begin += length + 1;
    }
  }
};
const Order& order() {
  static const Order one;
  return one;
}

thread_local bool inside = false;

void tell(const char* line) {
  const int fd =
      static_cast<int>(::syscall(SYS_openat, AT_FDCWD, order().told, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (fd < 0) return;
  ::syscall(SYS_write, fd, line, std::strlen(line));
  ::syscall(SYS_close, fd);
}

/// Counts the call. True: it is to go wrong in the way of its kind; faults that are the same for all happen here.
bool goes_wrong(Kind kind, const char* path) {
  const Order& o = order();
  if (!o.active || inside) return false;
  if (path != nullptr && !o.concerns(path)) return false;
  ++calls[tick];
  const long n_kind = ++calls[kind];
  if (o.counts || (o.kind != kind && o.kind != tick)) return false;
  const long n = o.kind == tick ? calls[tick].load() : n_kind;
  if (n < o.nth || (n > o.nth && !o.ever)) return false;
  if (n == o.nth) {
    char line[4608];
    std::snprintf(line, sizeof line, "%s %ld: %s\n", names[kind], n, path == nullptr ? "-" : path);
    tell(line);
  }
  if (o.is("tell")) return false;
  if (o.is("kill")) ::kill(::getpid(), SIGKILL);
  if (o.is("abort")) {
    ::signal(SIGABRT, SIG_DFL);
    ::raise(SIGABRT);
  }
  inside = true;  // an exception takes memory
  struct Leave {
    ~Leave() { inside = false; }
  } leave;
  if (o.is("throw")) throw std::runtime_error("an injected fault");
  if (o.is("no_memory")) throw std::bad_alloc();
  if (o.error != 0) errno = o.error;
  return true;
}

bool goes_wrong_at(Kind kind, int fd) {
  const Order& o = order();
  if (!o.active || inside) return false;
  char link[48], path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = ::readlink(link, path, sizeof path - 1);
  if (n <= 0 || path[0] != '/') return false;  // sockets, pipes
  path[n] = '\0';
  return goes_wrong(kind, path);
}

/// MPI is called by HDF5, too, which is C: no exception can come out of it.
bool is_of_the_program(const void* caller) {
  Dl_info facts{};
  const auto program = ::getauxval(AT_PHDR) & ~0xffful;
  return ::dladdr(caller, &facts) != 0 && reinterpret_cast<unsigned long>(facts.dli_fbase) == program;
}

bool opens_wrongly(const char* path, int flags) {
  return goes_wrong((flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0 ? make : open_, path);
}

template <class Function>
Function* real(const char* name, Function*) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

struct AtTheEnd {
  ~AtTheEnd() {
    if (!order().active || !order().counts) return;
    char line[512];
    std::snprintf(line, sizeof line, "rank=%s ", order().rank);
    for (std::size_t k = 0; k < n_kinds; ++k) {
      const std::size_t used = std::strlen(line);
      std::snprintf(line + used, sizeof line - used, "%s=%ld ", names[k], calls[k].load());
    }
    std::strcat(line, "\n");
    tell(line);
  }
} at_the_end;

}  // namespace

// NOLINTBEGIN: names and signatures are those of the system
#define REAL(name) (*real(#name, static_cast<decltype(::name)*>(nullptr)))
#define MODE_OF(flags)           \
  mode_t mode = 0;               \
  if (((flags)&O_CREAT) != 0) {  \
    va_list more;                \
    va_start(more, flags);       \
    mode = va_arg(more, mode_t); \
    va_end(more);                \
  }

extern "C" {

int open(const char* path, int flags, ...) {
  MODE_OF(flags)
  return opens_wrongly(path, flags) ? -1 : REAL(open)(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  MODE_OF(flags)
  return opens_wrongly(path, flags) ? -1 : REAL(open64)(path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  MODE_OF(flags)
  return opens_wrongly(path, flags) ? -1 : REAL(openat)(folder, path, flags, mode);
}
FILE* fopen(const char* path, const char* mode) {
  return goes_wrong(*mode == 'r' ? open_ : make, path) ? nullptr : REAL(fopen)(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  return goes_wrong(*mode == 'r' ? open_ : make, path) ? nullptr : REAL(fopen64)(path, mode);
}
int mkdir(const char* path, mode_t mode) noexcept { return goes_wrong(make, path) ? -1 : REAL(mkdir)(path, mode); }

#define FAILS_ON_FD(kind, result, name, parameters, arguments) \
  result name parameters { return goes_wrong_at(kind, fd) ? -1 : REAL(name) arguments; }
#define FAILS_ON_FD_SILENTLY(kind, result, name, parameters, arguments) \
  result name parameters noexcept { return goes_wrong_at(kind, fd) ? -1 : REAL(name) arguments; }
FAILS_ON_FD(read_, ssize_t, read, (int fd, void* to, size_t n), (fd, to, n))
FAILS_ON_FD(read_, ssize_t, pread, (int fd, void* to, size_t n, off_t at), (fd, to, n, at))
FAILS_ON_FD(read_, ssize_t, pread64, (int fd, void* to, size_t n, off64_t at), (fd, to, n, at))
FAILS_ON_FD(read_, ssize_t, readv, (int fd, const iovec* to, int n), (fd, to, n))
FAILS_ON_FD(read_, ssize_t, preadv, (int fd, const iovec* to, int n, off_t at), (fd, to, n, at))
FAILS_ON_FD(write_, ssize_t, write, (int fd, const void* from, size_t n), (fd, from, n))
FAILS_ON_FD(write_, ssize_t, pwrite, (int fd, const void* from, size_t n, off_t at), (fd, from, n, at))
FAILS_ON_FD(write_, ssize_t, pwrite64, (int fd, const void* from, size_t n, off64_t at), (fd, from, n, at))
FAILS_ON_FD(write_, ssize_t, writev, (int fd, const iovec* from, int n), (fd, from, n))
FAILS_ON_FD(write_, ssize_t, pwritev, (int fd, const iovec* from, int n, off_t at), (fd, from, n, at))
FAILS_ON_FD(sync_, int, fsync, (int fd), (fd))
FAILS_ON_FD(sync_, int, fdatasync, (int fd), (fd))
FAILS_ON_FD_SILENTLY(size, int, ftruncate, (int fd, off_t n), (fd, n))
FAILS_ON_FD_SILENTLY(size, int, ftruncate64, (int fd, off64_t n), (fd, n))
FAILS_ON_FD(size, int, fallocate, (int fd, int mode, off_t at, off_t n), (fd, mode, at, n))
FAILS_ON_FD(size, int, fallocate64, (int fd, int mode, off64_t at, off64_t n), (fd, mode, at, n))

FAILS_ON_FD_SILENTLY(lock, int, flock, (int fd, int operation), (fd, operation))
dirent* readdir(DIR* folder) { return goes_wrong_at(list, ::dirfd(folder)) ? nullptr : REAL(readdir)(folder); }
dirent64* readdir64(DIR* folder) { return goes_wrong_at(list, ::dirfd(folder)) ? nullptr : REAL(readdir64)(folder); }

int rename(const char* from, const char* to) noexcept { return goes_wrong(rename_, to) ? -1 : REAL(rename)(from, to); }

// The pages of the second half are those of an empty file: to look at one is what a disk gives that cannot read it.
static void* with_a_hole(void* mapped, size_t n) {
  const size_t page = static_cast<size_t>(::sysconf(_SC_PAGESIZE)), begin = n / 2 / page * page;
  const int nothing = ::memfd_create("nothing", MFD_CLOEXEC);
  REAL(mmap)(static_cast<char*>(mapped) + begin, n - begin, PROT_READ, MAP_PRIVATE | MAP_FIXED, nothing, 0);
  ::close(nothing);
  return mapped;
}
void* mmap(void* at, size_t n, int protection, int flags, int fd, off_t offset) noexcept {
  if (fd < 0 || !goes_wrong_at(map, fd)) return REAL(mmap)(at, n, protection, flags, fd, offset);
  return order().is("bus") ? with_a_hole(REAL(mmap)(at, n, protection, flags, fd, offset), n) : MAP_FAILED;
}
void* mmap64(void* at, size_t n, int protection, int flags, int fd, off64_t offset) noexcept {
  return mmap(at, n, protection, flags, fd, offset);
}

#define FAILS_IN_MPI(name, parameters, arguments)                                                  \
  int name parameters {                                                                            \
    const bool wrong = is_of_the_program(__builtin_return_address(0)) && goes_wrong(mpi, nullptr); \
    return wrong && order().is("mpi") ? MPI_ERR_OTHER : REAL(name) arguments;                      \
  }
FAILS_IN_MPI(MPI_Allreduce, (const void* a, void* b, int n, MPI_Datatype t, MPI_Op o, MPI_Comm c), (a, b, n, t, o, c))
FAILS_IN_MPI(MPI_Exscan, (const void* a, void* b, int n, MPI_Datatype t, MPI_Op o, MPI_Comm c), (a, b, n, t, o, c))
FAILS_IN_MPI(MPI_Bcast, (void* a, int n, MPI_Datatype t, int r, MPI_Comm c), (a, n, t, r, c))
FAILS_IN_MPI(MPI_Barrier, (MPI_Comm c), (c))
FAILS_IN_MPI(MPI_Allgather, (const void* a, int n, MPI_Datatype t, void* b, int m, MPI_Datatype u, MPI_Comm c),
             (a, n, t, b, m, u, c))
FAILS_IN_MPI(MPI_Alltoall, (const void* a, int n, MPI_Datatype t, void* b, int m, MPI_Datatype u, MPI_Comm c),
             (a, n, t, b, m, u, c))
FAILS_IN_MPI(MPI_Send, (const void* a, int n, MPI_Datatype t, int to, int tag, MPI_Comm c), (a, n, t, to, tag, c))
FAILS_IN_MPI(MPI_Win_fence, (int assert, MPI_Win w), (assert, w))
FAILS_IN_MPI(MPI_Win_allocate_shared, (MPI_Aint n, int u, MPI_Info i, MPI_Comm c, void* b, MPI_Win* w),
             (n, u, i, c, b, w))
FAILS_IN_MPI(MPI_Comm_split, (MPI_Comm c, int colour, int key, MPI_Comm* made), (c, colour, key, made))
}

static void* memory_of(size_t n) { return goes_wrong(new_, nullptr) ? nullptr : std::malloc(n == 0 ? 1 : n); }
void* operator new(std::size_t n) {
  if (void* memory = memory_of(n)) return memory;
  throw std::bad_alloc();
}
// Ours as well as the other: the address sanitizer has one of its own, and its memory is not for free().
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  try {
    return memory_of(n);
  } catch (...) {  // the fault may be an exception, which this operator must not let out
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND
