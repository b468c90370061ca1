// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go"

	"pqpack/test/digest"
)

type dated struct {
	Day int32   `parquet:"day,date"`
	Key *string `parquet:"key,optional"`
}

// Files that follow each other by day, each sorted while it is written: by day, and those of one
// day by key, descending, those without one first.
func writeSorted(directory string) {
	order := parquet.SortingColumns(parquet.Ascending("day"), parquet.NullsFirst(parquet.Descending("key")))
	for n := 0; n < 3; n++ {
		file := digest.Must(os.Create(filepath.Join(directory, fmt.Sprintf("parquet_go_%d.parquet", n))))
		writer := parquet.NewSortingWriter[dated](file, 500, parquet.SortingWriterConfig(order))
		for i := 0; i < 2000; i++ {
			row := dated{Day: int32(1000*n + i*7919%100), Key: pointer(fmt.Sprint("key ", i*31%977), i%11 != 0)}
			digest.Must(writer.Write([]dated{row}))
		}
		digest.Must(0, writer.Close())
		digest.Must(0, file.Close())
	}
}
