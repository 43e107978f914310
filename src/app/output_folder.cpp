#include "cecropia/app/output_folder.hpp"

#include "cecropia/io/atomic_file.hpp"

namespace cecropia::app {

void prepare_output_folder(const std::filesystem::path& folder) {
  io::make_folder(folder);
  const io::AtomicTarget trial(folder / "run.json");  // makes a temporary beside the target, and takes it away again
}

}  // namespace cecropia::app
