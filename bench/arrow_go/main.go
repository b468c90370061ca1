// SPDX-License-Identifier: Apache-2.0

// Command arrow_go IN OUT writes every Parquet file of folder IN again to folder OUT, as arrow-go
// 18.5.0 does it when it is used the plain way: default properties and Snappy, a row group per file.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func rewrite(in, out string) {
	source := must(file.OpenParquetFile(in, false))
	defer source.Close()
	reader := must(pqarrow.NewFileReader(source, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator))
	table := must(reader.ReadTable(context.Background()))
	defer table.Release()
	sink := must(os.Create(out))
	defer sink.Close()
	snappy := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy))
	check(pqarrow.WriteTable(table, sink, table.NumRows(), snappy, pqarrow.DefaultWriterProps()))
}

func main() {
	in, out := os.Args[1], os.Args[2]
	check(os.MkdirAll(out, 0o755))
	for _, name := range must(filepath.Glob(filepath.Join(in, "*.parquet"))) {
		rewrite(name, filepath.Join(out, filepath.Base(name)))
	}
}
