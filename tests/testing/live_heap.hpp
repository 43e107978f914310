#pragma once
/// \file  What the program holds on the heap right now, in every build. CECROPIA_SANITIZER_HEAP: the heap is a
/// sanitizer's, which does not give back what was freed, so that the size of the process says nothing.
#include <cstddef>
#include <cstdint>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define CECROPIA_SANITIZER_HEAP
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CECROPIA_SANITIZER_HEAP
#endif

#if defined(CECROPIA_SANITIZER_HEAP)
// Of the sanitizers' run-time library, both of GCC and of Clang; GCC has no header for it.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // NOLINT(bugprone-reserved-identifier)
#else
#include <malloc.h>
#endif

namespace cecropia::testing {

/// Bytes that were allocated and not freed, of all threads.
inline std::int64_t live_heap_bytes() {
#if defined(CECROPIA_SANITIZER_HEAP)
  return static_cast<std::int64_t>(__sanitizer_get_current_allocated_bytes());
#else
  const struct mallinfo2 heap = ::mallinfo2();
  return static_cast<std::int64_t>(heap.uordblks + heap.hblkhd);  // small ones, and large ones mapped on their own
#endif
}

}  // namespace cecropia::testing
