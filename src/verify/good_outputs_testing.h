// SPDX-License-Identifier: Apache-2.0
//
// For tests that break an output in one place: good ones of a writer that is not ours
// (test/data/outputs), and what was expected of them.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>

#include "format/test_file_testing.h"
#include "format/thrift_tree_testing.h"
#include "target/target.h"
#include "verify/expected_output.h"
#include "verify/filter_check.h"

namespace pqpack::testing {

inline Target Named(std::string_view name) { return **FindTarget(name); }

// An output and what is asked of it.
struct Output {
  std::string file;
  ThriftTree footer;
  Target target;
  ExpectedOutput expected;

  ThriftTree& group(size_t g) { return footer(4)[g]; }
  ThriftTree& chunk(size_t g, size_t c) { return group(g)(1)[c]; }
  ThriftTree& meta(size_t g, size_t c) { return chunk(g, c)(3); }

  // Bytes from `at` on are the first ones and become the others.
  void Patch(size_t at, std::string_view from, std::string_view to) {
    EXPECT_EQ(file.substr(at, from.size()), from) << "at " << at;
    file.replace(at, to.size(), to);
  }
  // Changes a structure in its place; the rest of that is filled with zeros.
  void PatchTree(const ThriftTree& offset, const std::function<void(ThriftTree&)>& change) {
    const auto at = static_cast<size_t>(offset.number);
    size_t length = 0;
    ThriftTree tree = ThriftTree::Parse(std::string_view(file).substr(at), &length);
    change(tree);
    std::string bytes = tree.Write();
    EXPECT_LE(bytes.size(), length);
    bytes.resize(length);
    file.replace(at, length, bytes);
  }
};

inline ExpectedOutput Expected() {
  ExpectedOutput expected;
  expected.num_rows = 300;
  expected.row_group_rows = {200, 100};
  expected.leaves = {{{"id"}, PhysicalType::kInt64},
                     {{"name"}, PhysicalType::kByteArray},
                     {{"when"}, PhysicalType::kInt64},
                     {{"tags", "list", "element"}, PhysicalType::kInt32},
                     {{"map", "key_value", "key"}, PhysicalType::kByteArray},
                     {{"map", "key_value", "value"}, PhysicalType::kDouble}};
  expected.keys = {"origin"};
  return expected;
}

inline Output Load(const std::string& name, std::string_view target) {
  Output output;
  output.file = ReadTestFile("test/data/outputs/" + name + ".parquet");
  output.footer = ThriftTree::Parse(FooterBytes(output.file));
  output.target = Named(target);
  output.expected = Expected();
  return output;
}

// pyarrow writes size statistics, which the target snowflake does not want.
inline Output Plain() {
  Output output = Load("plain", "snowflake");
  for (size_t g = 0; g < 2; ++g) {
    for (size_t c = 0; c < 6; ++c) output.meta(g, c).Erase(16);
  }
  return output;
}

// With all that a target may allow.
inline Output Indexed() {
  Output output = Load("indexed", "generic");
  output.target.page_index = true;
  output.target.size_statistics = true;
  return output;
}

// Indexed(), with Bloom filters of column 0, which are the source's.
inline Output Filtered() {
  Output output = Indexed();
  size_t at = output.file.size() - 8 - FooterBytes(output.file).size();
  for (size_t g = 0; g < 2; ++g) {
    ThriftTree choice, header;
    choice.Add(1, ThriftTree());
    header.Add(1, ThriftTree::Integer(ThriftTree::kI32, 64));
    for (const int id : {2, 3, 4}) header.Add(id, choice);
    const std::string filter = header.Write() + std::string(64, static_cast<char>('a' + g));
    output.file.insert(at, filter);
    const auto length = static_cast<int64_t>(filter.size());
    output.meta(g, 0).Add(14, ThriftTree::Integer(ThriftTree::kI64, static_cast<int64_t>(at)));
    output.meta(g, 0).Add(15, ThriftTree::Integer(ThriftTree::kI32, length));
    at += filter.size();
  }
  const std::string bytes = output.footer.Write();
  arrow::io::BufferReader source(arrow::Buffer::FromString(WithFooter(output.file, bytes)));
  output.expected.filters.source =
      DigestFilters(source, ParseFooter(AsBytes(bytes)).ValueOrDie()).ValueOrDie();
  return output;
}

}  // namespace pqpack::testing
