// SPDX-License-Identifier: Apache-2.0

// Command parquet_go is parquet-go 0.32.0 as a foreign writer: V2 pages, DELTA_* strings, repeated
// fields that are no LIST, the types that Go programs use.  Its reader stands in ../parquet_go_0_25_1,
// but for Bloom filters, which bloom.go writes and asks.
package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"pqpack/test/digest"
)

type scalars struct {
	Bool     bool     `parquet:"bool"`
	Int32    int32    `parquet:"int32"`
	Int64    int64    `parquet:"int64,delta"`
	Uint32   uint32   `parquet:"uint32"`
	Uint64   uint64   `parquet:"uint64"`
	Float    float32  `parquet:"float,split"`
	Double   float64  `parquet:"double"`
	String   string   `parquet:"string"`
	Dict     string   `parquet:"dict,dict"`
	Enum     string   `parquet:"enum,enum"`
	JSON     string   `parquet:"json,json"`
	Bytes    []byte   `parquet:"bytes"`
	UUID     [16]byte `parquet:"uuid,uuid"`
	Cents    int64    `parquet:"cents,decimal(2:15)"`
	Date     int32    `parquet:"date,date"`
	Millis   int64    `parquet:"millis,timestamp(millisecond)"`
	Micros   int64    `parquet:"micros,timestamp(microsecond)"`
	Nanos    int64    `parquet:"nanos,timestamp(nanosecond:local)"`
	Optional *int32   `parquet:"optional,optional"`
	Text     *string  `parquet:"text,optional"`
	Maybe    *float64 `parquet:"maybe,optional"`
	Fixed    [5]byte  `parquet:"fixed"`
	Zipped   string   `parquet:"zipped,zstd"`
}

type leg struct {
	Name   string   `parquet:"name"`
	Length *float64 `parquet:"length,optional"`
}

type nested struct {
	ID       int64              `parquet:"id,id(1)"`
	List     []string           `parquet:"list,list,id(2)" parquet-element:",id(3)"`
	Nullable []*int64           `parquet:"nullable,list,optional" parquet-element:",optional"`
	Repeated []int32            `parquet:"repeated"`
	Groups   []leg              `parquet:"groups"`
	Legs     []leg              `parquet:"legs,list"`
	Inner    *leg               `parquet:"inner,optional"`
	Map      map[string]float64 `parquet:"map"`
}

func pointer[T any](value T, present bool) *T {
	if !present {
		return nil
	}
	return &value
}

func scalar(i int) scalars {
	n := int64(i)*0x9E3779B97F4A7C1 ^ int64(i)<<40
	floats := []float64{math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Float64frombits(0x7ff8000000000123), float64(n)}
	row := scalars{
		Bool: i%3 == 0, Int32: int32(n), Int64: n, Uint32: uint32(n), Uint64: uint64(n), Float: float32(floats[i%5]),
		Double: floats[i%5], String: fmt.Sprint("s", i), Dict: fmt.Sprint("d", i%7), Enum: []string{"RED", "BLUE"}[i%2],
		JSON: fmt.Sprintf(`{"i":%d}`, i), Bytes: []byte{0xff, byte(i)}, Cents: int64(i)*1999 - 5000, Date: int32(i * 100),
		Millis: n >> 24, Micros: n >> 16, Nanos: n >> 8, Optional: pointer(int32(i), i%4 != 0),
		Text: pointer(fmt.Sprint("t", i), i%5 != 0), Maybe: pointer(floats[(i+1)%5], i%6 != 0), Zipped: fmt.Sprint("z", i/10),
	}
	copy(row.UUID[:], fmt.Sprintf("%016d", i))
	copy(row.Fixed[:], fmt.Sprintf("%05d", i))
	return row
}

func legs(i, count int) (all []leg) {
	for k := 0; k < count; k++ {
		all = append(all, leg{Name: fmt.Sprint(i, k), Length: pointer(float64(k)/3, (i+k)%3 != 0)})
	}
	return all
}

func tree(i int) nested {
	row := nested{ID: int64(i), Groups: legs(i, i%3), Legs: legs(i, (i+1)%4), Inner: pointer(legs(i, 1)[0], i%4 != 0)}
	for k := 0; k < i%5; k++ {
		row.List = append(row.List, fmt.Sprint("l", i, k))
		row.Repeated = append(row.Repeated, int32(i*k))
		row.Nullable = append(row.Nullable, pointer(int64(k), k%2 == 0))
	}
	if i%3 != 0 {
		row.Map = map[string]float64{fmt.Sprint("k", i): float64(i)}
	}
	return row
}

func write[T any](directory, name string, rows, groups int, make func(int) T, options ...parquet.WriterOption) {
	sink := digest.Must(os.Create(filepath.Join(directory, name+".parquet")))
	writer := parquet.NewGenericWriter[T](sink, options...)
	for i := 0; i < rows; i++ {
		digest.Must(writer.Write([]T{make(i)}))
		if groups > 1 && (i+1)%(rows/groups) == 0 {
			digest.Must(0, writer.Flush())
		}
	}
	digest.Must(0, writer.Close())
	digest.Must(0, sink.Close())
}

func writeAll(directory string) {
	digest.Must(0, os.MkdirAll(directory, 0o755))
	write(directory, "flat", 300, 1, scalar)
	write(directory, "flat_v1", 300, 1, scalar, parquet.DataPageVersion(1))
	write(directory, "nested", 300, 1, tree, parquet.KeyValueMetadata("owner", "tests"))
	write(directory, "nested_v1", 300, 1, tree, parquet.DataPageVersion(1))
	write(directory, "row_groups", 300, 10, tree)
	write(directory, "small_pages", 1000, 1, tree, parquet.PageBufferSize(512))
	write(directory, "statistics", 300, 2, scalar, parquet.DataPageStatistics(true))
	write(directory, "no_rows", 0, 1, tree)
	for name, codec := range map[string]compress.Codec{
		"snappy": &parquet.Snappy, "gzip": &parquet.Gzip, "brotli": &parquet.Brotli, "zstd": &parquet.Zstd, "lz4_raw": &parquet.Lz4Raw,
	} {
		write(directory, "codec_"+name, 200, 1, tree, parquet.Compression(codec))
	}
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: write DIRECTORY | write-bloom DIRECTORY | write-sorted DIRECTORY | bloom FILE | rewrite LIST")
		os.Exit(2)
	}
	switch os.Args[1] {
	case "write":
		writeAll(os.Args[2])
	case "write-bloom":
		writeFilters(os.Args[2])
	case "write-sorted":
		writeSorted(os.Args[2])
	case "bloom":
		probeFilters(os.Args[2])
	case "rewrite":
		digest.Rewrite(os.Args[2], rewrite)
	}
}
