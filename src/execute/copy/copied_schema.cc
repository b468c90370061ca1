// SPDX-License-Identifier: Apache-2.0
//
// Parquet's library writes the schema into a footer without rows, from which it is read
// back.  That is the only way to its SchemaElements, which are hidden in it, and it keeps
// one truth about annotations: both engines give the same schema.
#include "execute/copy/copied_schema.h"

#include <arrow/io/memory.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <memory>
#include <utility>

#include "execute/parquet_call.h"
#include "format/footer.h"

namespace pqpack {
namespace {

Result<std::vector<SchemaElement>> Written(
    const std::shared_ptr<parquet::schema::GroupNode>& schema) {
  PQ_ASSIGN(auto stream, arrow::io::BufferOutputStream::Create());
  PQ_RETURN_NOT_OK(WriteCall([&] {
    parquet::SchemaDescriptor descriptor;
    descriptor.Init(schema);
    parquet::FileMetaDataBuilder::Make(&descriptor, parquet::WriterProperties::Builder().build())
        ->Finish()
        ->WriteTo(stream.get());
  }));
  PQ_ASSIGN(const auto bytes, stream->Finish());
  PQ_ASSIGN(FileMetaData footer,
            ParseFooter(Bytes(bytes->data(), static_cast<size_t>(bytes->size()))));
  return std::move(footer.schema);
}

}  // namespace

Result<std::vector<SchemaElement>> CopiedSchema(const SchemaNode& output,
                                                const std::vector<SchemaElement>& source) {
  PQ_ASSIGN(const auto schema, ToParquetSchema(output, /*annotated=*/true));
  PQ_ASSIGN(auto elements, Written(schema));
  if (elements.size() != source.size()) return elements;  // a list got a layer more
  for (size_t i = 0; i < elements.size(); ++i) elements[i].unknown = source[i].unknown;
  return elements;
}

}  // namespace pqpack
