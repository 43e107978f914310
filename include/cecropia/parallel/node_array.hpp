#pragma once
/// \file  A read-only array that lives once per node, or in this rank's own memory; who reads it sees no difference.
/// No MPI type appears here, so that rooms without MPI may hold one. How it gets its content: node_share.hpp.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace cecropia::parallel {

/// Copies refer to the same memory, which lives as long as one of them.
template <class T>
class NodeArray {
  static_assert(std::is_trivially_copyable_v<T>, "only plain records can be seen from several processes");

 public:
  NodeArray() = default;
  /// This rank's own array. Not collective.
  explicit NodeArray(std::vector<T> own) {
    auto kept = std::make_shared<const std::vector<T>>(std::move(own));
    view_ = {kept->data(), kept->size()};
    memory_ = std::move(kept);
  }
  /// `size` records at `data`, in memory that `memory` keeps alive and that other ranks of the node see as well.
  NodeArray(std::shared_ptr<const void> memory, const T* data, std::size_t size)
      : memory_(std::move(memory)), view_(data, size), shared_(true) {}

  std::size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }
  const T* data() const { return view_.data(); }
  const T& operator[](std::size_t i) const { return view_[i]; }
  const T* begin() const { return view_.data(); }
  const T* end() const { return view_.data() + view_.size(); }
  std::span<const T> view() const { return view_; }
  std::size_t bytes() const { return view_.size_bytes(); }
  /// Whether the records are equal, wherever they live.
  bool operator==(const NodeArray& other) const { return *this == other.view_; }
  bool operator==(std::span<const T> other) const {
    return std::equal(view_.begin(), view_.end(), other.begin(), other.end());
  }
  bool is_shared() const { return shared_; }  ///< one copy for all ranks of the node

 private:
  std::shared_ptr<const void> memory_;
  std::span<const T> view_;
  bool shared_ = false;
};

}  // namespace cecropia::parallel
