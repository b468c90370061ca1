// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/merge_testing.h"

#include <arrow/io/memory.h>
#include <arrow/json/from_string.h>
#include <parquet/arrow/writer.h>

#include <utility>

#include "execute/merge/merged_buffers_testing.h"
#include "store/memory_store.h"

namespace pqpack::testing {

Result<std::vector<FileMetaData>> FootersOf(const Files& files) {
  std::vector<FileMetaData> footers;
  for (const BufferPtr& file : files) {
    PQ_ASSIGN(footers.emplace_back(), FooterOf(file));
  }
  return footers;
}

namespace {

std::vector<const FileMetaData*> Pointers(const std::vector<FileMetaData>& footers) {
  std::vector<const FileMetaData*> pointers;
  for (const FileMetaData& footer : footers) pointers.push_back(&footer);
  return pointers;
}

}  // namespace

Result<std::vector<MergeSet>> GroupFiles(const Files& files, const TableColumns& columns,
                                         std::string_view target) {
  PQ_ASSIGN(const auto footers, FootersOf(files));
  return GroupInputs(Pointers(footers), columns, **FindTarget(target));
}

MergeOptions MergeFor(std::string_view target) {
  MergeOptions options;
  options.encode = OptionsFor(target);
  return options;
}

Result<MergedFiles> MergeBuffers(const Files& files, const MergeOptions& options,
                                 const TableColumns& columns) {
  PQ_ASSIGN(const auto footers, FootersOf(files));
  MergedFiles merged;
  PQ_ASSIGN(merged.sets, GroupInputs(Pointers(footers), columns, *options.encode.target));
  std::vector<MergeInput> inputs;
  for (size_t i = 0; i < files.size(); ++i) {
    inputs.push_back({"file " + std::to_string(i), &footers[i]});
  }
  MergedBuffers outputs;
  MergeSinks sinks = outputs.Sinks();
  MemoryStore store({"b"});
  sinks.look = [&](int input, const StoreCopyPlan& plan) {
    const BufferPtr& file = files[static_cast<size_t>(input)];
    const Uri uri = Uri::Parse("memory://b/" + std::to_string(input)).ValueOrDie();
    auto writer = store.Create(uri, {.condition = {WriteCondition::kOverwrite, {}}}).ValueOrDie();
    EXPECT_TRUE(writer->Append({file->data(), static_cast<size_t>(file->size())}).ok());
    return std::make_unique<CoalescedFile>(store, writer->Finish().ValueOrDie(),
                                           CoalesceLooks(plan, Scheme::kMemory), nullptr);
  };
  sinks.append = [&](const AppendedRowGroup& group) {
    merged.appended.push_back(group.source);
    EXPECT_EQ(group.behind_magic, group.range.offset == kMagicSize);
    const BufferPtr& file = files[static_cast<size_t>(group.source.input)];
    return outputs.sink->Write(file->data() + group.range.offset, group.range.length);
  };
  const OpenInputs open = OpenBuffers(files);
  for (const MergeSet& set : merged.sets) {
    PQ_ASSIGN(merged.receipts.emplace_back(), MergeFiles(inputs, set, options, open, sinks));
  }
  merged.outputs = std::move(outputs.files);
  PQ_ASSIGN(merged.footers, FootersOf(merged.outputs));
  return merged;
}

Result<std::shared_ptr<arrow::Table>> TableOfAll(const Files& files) {
  std::vector<std::shared_ptr<arrow::Table>> tables;
  for (const BufferPtr& file : files) {
    PQ_ASSIGN(auto table, TableOf(file));
    tables.push_back(table->ReplaceSchemaMetadata(nullptr));
  }
  auto options = arrow::ConcatenateTablesOptions::Defaults();
  options.unify_schemas = true;
  PQ_ASSIGN(const auto all, arrow::ConcatenateTables(tables, options));
  return all->CombineChunks();
}

void ExpectSameRows(const Files& inputs, const MergedFiles& merged) {
  const auto bits_before = BitsOf(inputs), bits_after = BitsOf(merged.outputs);
  ASSERT_TRUE(bits_before.ok()) << bits_before.status();
  ASSERT_TRUE(bits_after.ok()) << bits_after.status();
  ASSERT_EQ(bits_before->size(), bits_after->size());
  for (size_t i = 0; i < bits_before->size(); ++i) {
    const ColumnBits &is = (*bits_after)[i], &was = (*bits_before)[i];
    EXPECT_TRUE(is == was) << "column " << i << ": " << is.values << " values of " << was.values
                           << ", " << is.definition.size() << " levels of "
                           << was.definition.size();
  }
  ExpectSameTable(inputs, merged);
}

void ExpectSameTable(const Files& inputs, const MergedFiles& merged) {
  const auto before = TableOfAll(inputs), after = TableOfAll(merged.outputs);
  ASSERT_TRUE(before.ok()) << before.status();
  ASSERT_TRUE(after.ok()) << after.status();
  const auto options = arrow::EqualOptions().nans_equal(true).signed_zeros_equal(false);
  EXPECT_TRUE((*before)->Equals(**after, options)) << (*before)->ToString() << "\n---\n"
                                                   << (*after)->ToString();
}

BufferPtr FileOf(const std::shared_ptr<arrow::Table>& table, int64_t row_group_rows,
                 const std::shared_ptr<parquet::WriterProperties>& properties) {
  const auto sink = *arrow::io::BufferOutputStream::Create();
  const Status status = parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), sink,
                                                   row_group_rows, properties);
  EXPECT_TRUE(status.ok()) << status;
  return *sink->Finish();
}

std::shared_ptr<arrow::Table> TableFrom(const std::vector<JsonColumn>& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const JsonColumn& column : columns) {
    fields.push_back(arrow::field(column.name, column.type, column.nullable));
    auto array = arrow::json::ArrayFromJSONString(column.type, column.values);
    EXPECT_TRUE(array.ok()) << array.status();
    arrays.push_back(*array);
  }
  return arrow::Table::Make(arrow::schema(fields), arrays);
}

}  // namespace pqpack::testing
