// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"

	"pqpack/test/digest"
)

type keyed struct {
	ID    int64   `parquet:"id"`
	Key   string  `parquet:"key,dict"`
	Ratio float64 `parquet:"ratio"`
	Plain int64   `parquet:"plain"`
}

// Filters of as many blocks as are needed, which is no power of two.
func writeFilters(directory string) {
	row := func(i int) keyed {
		return keyed{ID: int64(i) * 7919, Key: fmt.Sprint("key ", i%900), Ratio: float64(i) / 3, Plain: int64(i)}
	}
	write(directory, "parquet_go", 3000, 3, row, parquet.BloomFilters(
		parquet.SplitBlockFilter(10, "id"), parquet.SplitBlockFilter(10, "key"), parquet.SplitBlockFilter(10, "ratio")))
}

// What a filter says of the values of its chunk, and of some that no file of the tests has.
type probed struct {
	RowGroup int    `json:"row_group"`
	Column   string `json:"column"`
	Values   int    `json:"values"`
	Held     int    `json:"held"`
	Denied   int    `json:"strangers_denied"` // of 1000
}

func stranger(kind parquet.Kind, i int) parquet.Value {
	switch kind {
	case parquet.Int32:
		return parquet.Int32Value(int32(-2_000_000_000 + i))
	case parquet.Int64:
		return parquet.Int64Value(int64(-1_000_000_000_000_007 - i))
	case parquet.Float:
		return parquet.FloatValue(float32(-1e30) * float32(i+1))
	case parquet.Double:
		return parquet.DoubleValue(-1e300 * float64(i+1) / 1000)
	default:
		return parquet.ByteArrayValue([]byte(fmt.Sprint("stranger ", i)))
	}
}

func probe(chunk parquet.ColumnChunk, filter parquet.BloomFilter, found *probed) {
	pages := chunk.Pages()
	defer pages.Close()
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			break
		}
		digest.Must(page, err)
		values := make([]parquet.Value, page.NumValues())
		n, err := page.Values().ReadValues(values)
		if err != nil && !errors.Is(err, io.EOF) {
			panic(err)
		}
		for _, value := range values[:n] {
			if value.IsNull() {
				continue
			}
			found.Values++
			if digest.Must(filter.Check(value)) {
				found.Held++
			}
		}
	}
	for i := 0; i < 1000; i++ {
		if !digest.Must(filter.Check(stranger(chunk.Type().Kind(), i))) {
			found.Denied++
		}
	}
}

func probeFilters(path string) {
	file := digest.Must(os.Open(path))
	defer file.Close()
	size := digest.Must(file.Stat()).Size()
	opened := digest.Must(parquet.OpenFile(file, size))
	all := []probed{}
	for g, group := range opened.RowGroups() {
		for c, chunk := range group.ColumnChunks() {
			filter := chunk.BloomFilter()
			if filter == nil {
				continue
			}
			found := probed{RowGroup: g, Column: opened.Schema().Columns()[c][0]}
			probe(chunk, filter, &found)
			all = append(all, found)
		}
	}
	digest.Must(0, json.NewEncoder(os.Stdout).Encode(all))
}
