#pragma once
#include <memory>
#include <string>

#include "cecropia/parallel/communicator.hpp"
#include "cecropia/tree/source.hpp"
#include "unit/tree/tiny_trees.hpp"

namespace cecropia::tree {

/// A folder that rank 0 fills and all ranks read.
class SharedFolder {
 public:
  SharedFolder() : world_(parallel::Communicator::world()) {
    if (world_.is_root()) folder_ = std::make_unique<testing::Folder>();
    path_ = world_.broadcast(folder_ ? folder_->path() : std::string());
  }
  ~SharedFolder() { world_.barrier(); }
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;
  void write(const std::string& name, const std::string& text) {
    world_.barrier();  // nobody reads the old file any more
    if (folder_) folder_->write(name, text);
    world_.barrier();
  }
  void write_gzip(const std::string& name, const std::string& text) {
    if (folder_) folder_->write_gzip(name, text);
    world_.barrier();
  }
  Parameters parameters() const {
    Parameters p;
    p.path = path_;
    return p;
  }

 private:
  parallel::Communicator world_;
  std::unique_ptr<testing::Folder> folder_;
  std::string path_;
};

}  // namespace cecropia::tree
