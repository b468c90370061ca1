// SPDX-License-Identifier: Apache-2.0
//
// For tests of checks: a footer as a tree that can be changed, and what the checks say of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "diagnose/check.h"
#include "format/test_file_testing.h"
#include "format/thrift_tree_testing.h"

namespace pqpack::testing {

// A footer with all that its view refers to.
struct Footer {
  FileMetaData meta;
  Writer writer;
  int64_t file_size = 0;
  std::vector<std::vector<ChunkDetails>> details;

  std::vector<Fault> Faults(std::string_view target) const {
    const auto tree = SchemaTree::Make(meta.schema).ValueOrDie();
    const FileView view{meta, tree, writer, file_size, details};
    return RunChecks(view, **FindTarget(target));
  }

  // "id: detail", each once.
  std::vector<std::string> Said(std::string_view target) const {
    std::vector<std::string> said;
    for (const Fault& fault : Faults(target)) {
      std::string text = std::string(fault.check->id) + ": " + fault.detail;
      if (std::ranges::find(said, text) == said.end()) said.push_back(std::move(text));
    }
    return said;
  }
};

// FileMetaData: 2 schema, 3 num_rows, 4 row_groups (1 columns (3 meta_data), 2
// total_byte_size, 3 num_rows), 5 key_value_metadata, 6 created_by, 7 column_orders.
using Change = std::function<void(ThriftTree&)>;

inline Footer FooterOf(const std::string& path, const Change& change = {}) {
  const std::string file = ReadTestFile(path);
  ThriftTree tree = ThriftTree::Parse(FooterBytes(file));
  if (change) change(tree);
  const std::string bytes = tree.Write();
  Footer footer;
  footer.meta = ParseFooter(AsBytes(bytes)).ValueOrDie();
  footer.writer = ParseCreatedBy(footer.meta.created_by.value_or(""));
  footer.file_size = static_cast<int64_t>(WithFooter(file, bytes).size());
  return footer;
}

}  // namespace pqpack::testing
