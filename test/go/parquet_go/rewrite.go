// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math/rand"
	"os"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// rewrite gives a file's rows codec, kind and size of pages by chance; encodings are what the library
// takes for the schema that it read.
func rewrite(from, to string, seed int64) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	file, err := parquet.OpenFile(source, info.Size())
	if err != nil {
		return err
	}
	sink, err := os.Create(to)
	if err != nil {
		return err
	}
	defer sink.Close()
	chance := rand.New(rand.NewSource(seed))
	codecs := []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Brotli, &parquet.Zstd,
		&parquet.Lz4Raw}
	writer := parquet.NewWriter(sink, file.Schema(),
		parquet.Compression(codecs[chance.Intn(len(codecs))]),
		parquet.DataPageVersion(1+chance.Intn(2)),
		parquet.PageBufferSize([]int{256, 4096, 1 << 18}[chance.Intn(3)]),
		parquet.DataPageStatistics(chance.Intn(2) == 0))
	for _, group := range file.RowGroups() {
		rows := group.Rows()
		if _, err := parquet.CopyRows(writer, rows); err != nil {
			return err
		}
		if err := rows.Close(); err != nil {
			return err
		}
		if chance.Intn(2) == 0 {
			if err := writer.Flush(); err != nil {
				return err
			}
		}
	}
	return writer.Close()
}
