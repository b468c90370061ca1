// SPDX-License-Identifier: Apache-2.0

// Command arrow_go_18_5_2 writes a file as arrow-go 18.5.2 does where a batch has a value of 1 MiB and more:
// the values before it are lost, the page's header still counts them (apache/arrow-go#655, #756).
//
//	go run . FILE
package main

import (
	"bytes"
	"os"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	out, err := os.Create(os.Args[1])
	must(err)
	text := schema.NewByteArrayNode("text", parquet.Repetitions.Required, -1)
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, schema.FieldList{text}, -1)
	must(err)
	properties := parquet.NewWriterProperties(
		parquet.WithDictionaryDefault(false), parquet.WithCompression(compress.Codecs.Zstd))
	writer := file.NewParquetWriter(out, root, file.WithWriterProps(properties))
	column, err := writer.AppendRowGroup().NextColumn()
	must(err)
	values := []parquet.ByteArray{
		parquet.ByteArray("before"), parquet.ByteArray("also before"),
		bytes.Repeat([]byte("large "), 350_000), parquet.ByteArray("after"),
	}
	_, err = column.(*file.ByteArrayColumnChunkWriter).WriteBatch(values, nil, nil)
	must(err)
	must(column.Close())
	must(writer.Close())
}
