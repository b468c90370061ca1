// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"math/rand"
	"os"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// rewrite gives a file's rows codec, kind and size of pages, dictionaries and row groups by chance.
func rewrite(from, to string, seed int64) error {
	source, err := file.OpenParquetFile(from, false)
	if err != nil {
		return err
	}
	defer source.Close()
	reader, err := pqarrow.NewFileReader(source, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	table, err := reader.ReadTable(context.Background())
	if err != nil {
		return err
	}
	defer table.Release()
	sink, err := os.Create(to)
	if err != nil {
		return err
	}
	defer sink.Close()
	chance := rand.New(rand.NewSource(seed))
	codecs := []compress.Compression{compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Snappy,
		compress.Codecs.Gzip, compress.Codecs.Zstd, compress.Codecs.Brotli, compress.Codecs.Lz4Raw}
	versions := []parquet.DataPageVersion{parquet.DataPageV1, parquet.DataPageV2}
	rows := []int64{1 << 20, 1 << 20, 150}[chance.Intn(3)]
	properties := parquet.NewWriterProperties(
		parquet.WithCompression(codecs[chance.Intn(len(codecs))]),
		parquet.WithDataPageVersion(versions[chance.Intn(len(versions))]),
		parquet.WithDataPageSize([]int64{200, 4096, 1 << 20}[chance.Intn(3)]),
		parquet.WithDictionaryDefault(chance.Intn(3) > 0),
		parquet.WithDictionaryPageSizeLimit([]int64{100, 1 << 20}[chance.Intn(2)]),
		parquet.WithMaxRowGroupLength(rows),
		parquet.WithStats(chance.Intn(4) > 0))
	return pqarrow.WriteTable(table, sink, rows, properties, pqarrow.DefaultWriterProps())
}
