// SPDX-License-Identifier: Apache-2.0

// Command xitongsys writes a file as xitongsys/parquet-go 1.6.2 does, page indexes included, which are wrong
// (xitongsys/parquet-go#547).
//
//	go run . FILE
package main

import (
	"fmt"
	"os"

	"github.com/xitongsys/parquet-go/parquet"
	"github.com/xitongsys/parquet-go/writer"
)

type row struct {
	ID   int64   `parquet:"name=id, type=INT64"`
	Name *string `parquet:"name=name, type=BYTE_ARRAY, convertedtype=UTF8"`
	Tags []int32 `parquet:"name=tags, type=INT32, repetitiontype=REPEATED"`
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	out, err := os.Create(os.Args[1])
	must(err)
	rows, err := writer.NewParquetWriterFromWriter(out, new(row), 1)
	must(err)
	rows.PageSize = 256
	rows.CompressionType = parquet.CompressionCodec_SNAPPY
	for i := range 300 {
		name := fmt.Sprintf("name %d", i%10)
		next := row{ID: int64(i), Tags: make([]int32, i%4)}
		if i%7 != 0 {
			next.Name = &name
		}
		must(rows.Write(next))
	}
	must(rows.WriteStop())
	must(out.Close())
}
