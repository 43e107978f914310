#pragma once
#include <string>

#include "cecropia/core/error.hpp"

namespace cecropia::testing {

/// The message of the InputError that `work` throws; empty if it throws nothing.
template <class Work>
std::string refusal(Work&& work) {
  try {
    work();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace cecropia::testing
