// SPDX-License-Identifier: Apache-2.0
#include "execute/merge/random_tables_testing.h"

#include <arrow/builder.h>

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace pqpack::testing {
namespace {

using Random = std::mt19937;

bool Chance(Random* random, uint32_t percent) { return (*random)() % 100 < percent; }

std::string Text(Random* random, uint32_t distinct) {
  const uint32_t n = (*random)() % distinct;
  return n == 0 ? std::string() : std::string(n % 45, 'a') + std::to_string(n);
}

double Real(Random* random) {
  constexpr double kSpecial[] = {0.0, -0.0, INFINITY, -INFINITY, NAN};
  const uint32_t n = (*random)() % 50;
  return n < 5 ? kSpecial[n] : static_cast<double>((*random)()) / 7;
}

using Put = std::function<Status(arrow::ArrayBuilder*)>;

template <typename Builder, typename Value>
Put Of(Value value) {
  return [value](arrow::ArrayBuilder* to) { return static_cast<Builder*>(to)->Append(value()); };
}

// Up to three elements, some of them null, or no list.
Put Lists(Random* random, const Put& element) {
  return [random, element](arrow::ArrayBuilder* to) -> Status {
    auto* const list = static_cast<arrow::ListBuilder*>(to);
    ARROW_RETURN_NOT_OK(list->Append());
    for (uint32_t left = (*random)() % 4; left > 0; --left) {
      ARROW_RETURN_NOT_OK(Chance(random, 15) ? list->value_builder()->AppendNull()
                                             : element(list->value_builder()));
    }
    return Status::OK();
  };
}

struct Maker {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  Put put;
  bool nullable = true;
};

std::shared_ptr<arrow::Array> Column(Random* random, const Maker& maker, int64_t rows,
                                     uint32_t nulls) {
  auto builder = *arrow::MakeBuilder(maker.type);
  for (int64_t i = 0; i < rows; ++i) {
    const Status status =
        maker.nullable && Chance(random, nulls) ? builder->AppendNull() : maker.put(builder.get());
    EXPECT_TRUE(status.ok()) << status;
  }
  return *builder->Finish();
}

template <typename T>
T PickOf(Random* random, std::initializer_list<T> values) {
  return values.begin()[(*random)() % values.size()];
}

}  // namespace

std::shared_ptr<arrow::Table> RandomTable(Random* random, int64_t rows) {
  const auto few = [random] { return Text(random, 40); };
  const auto many = [random] { return Text(random, 1'000'000); };
  const Put text = Of<arrow::StringBuilder>(few);
  const Put number =
      Of<arrow::Int64Builder>([random] { return static_cast<int64_t>((*random)() % 300); });
  const auto text_list = arrow::list(arrow::utf8());
  const std::vector<Maker> makers{
      {"few", arrow::utf8(), text},
      {"many", arrow::utf8(), Of<arrow::StringBuilder>(many)},
      {"required_text", arrow::utf8(), text, false},
      {"number", arrow::int64(), number},
      {"required", arrow::int64(),
       Of<arrow::Int64Builder>([random] { return static_cast<int64_t>((*random)()) << 16; }),
       false},
      {"small", arrow::int32(),
       Of<arrow::Int32Builder>([random] { return static_cast<int32_t>((*random)() % 3); })},
      {"unsigned", arrow::uint32(), Of<arrow::UInt32Builder>([random] {
         return static_cast<uint32_t>((*random)() | 0x70000000);
       })},
      {"real", arrow::float64(), Of<arrow::DoubleBuilder>([random] { return Real(random); })},
      {"single", arrow::float32(),
       Of<arrow::FloatBuilder>([random] { return static_cast<float>(Real(random)); })},
      {"flag", arrow::boolean(),
       Of<arrow::BooleanBuilder>([random] { return Chance(random, 40); })},
      {"amount", arrow::decimal128(30, 2), Of<arrow::Decimal128Builder>([random] {
         return arrow::Decimal128(static_cast<int64_t>((*random)() % 500) - 250);
       })},
      {"texts", text_list, Lists(random, text)},
      {"numbers", arrow::list(arrow::int64()), Lists(random, number)},
      {"deep", arrow::list(text_list), Lists(random, Lists(random, text))},
  };
  const auto nulls = PickOf<uint32_t>(random, {0, 3, 60, 100});
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (const Maker& maker : makers) {
    fields.push_back(arrow::field(maker.name, maker.type, maker.nullable));
    columns.push_back(Column(random, maker, rows, nulls));
  }
  return arrow::Table::Make(arrow::schema(fields), columns);
}

BufferPtr RandomFile(Random* random, const std::shared_ptr<arrow::Table>& table) {
  using arrow::Compression;
  parquet::WriterProperties::Builder builder;
  builder.compression(PickOf<Compression::type>(
      random, {Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::SNAPPY,
               Compression::ZSTD, Compression::GZIP, Compression::LZ4, Compression::BROTLI}));
  builder.data_page_version(
      PickOf(random, {parquet::ParquetDataPageVersion::V1, parquet::ParquetDataPageVersion::V2}));
  builder.data_pagesize(PickOf<int64_t>(random, {100, 3000, kMiB}));
  builder.write_batch_size(PickOf<int64_t>(random, {7, 64, 1024}));
  builder.dictionary_pagesize_limit(PickOf<int64_t>(random, {200, kMiB}));
  if (Chance(random, 25)) builder.disable_dictionary();
  if (Chance(random, 30)) builder.enable_page_checksum();
  if (Chance(random, 50)) builder.disable_write_page_index();
  if (Chance(random, 20)) builder.disable_statistics("number");
  const auto row_group = PickOf<int64_t>(random, {100, 1 << 20});
  return FileOf(table, row_group, builder.build());
}

}  // namespace pqpack::testing
