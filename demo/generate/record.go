// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

func nullable(name string, kind arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: kind, Nullable: true}
}

func required(name string, kind arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: kind}
}

// fill appends one value per field of a struct-like builder, taken from the row by name.
func fill(builders []array.Builder, fields []arrow.Field, r row) {
	for i, field := range fields {
		appendText(builders[i], r[field.Name])
	}
}

func appendText(builder array.Builder, text string) {
	if text == "NA" || text == "" {
		builder.AppendNull()
		return
	}
	switch b := builder.(type) {
	case *array.StringBuilder:
		b.Append(text)
	case *array.Int16Builder:
		b.Append(int16(must(strconv.ParseInt(text, 10, 16))))
	case *array.Int32Builder:
		b.Append(int32(must(strconv.ParseInt(text, 10, 32))))
	case *array.Float64Builder:
		b.Append(must(strconv.ParseFloat(text, 64)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(must(time.Parse(time.RFC3339, text)).UnixMicro()))
	default:
		panic(fmt.Sprintf("no text form of %s", builder.Type()))
	}
}

// flat makes one record of scalar columns.
func flat(schema *arrow.Schema, rows []row) arrow.RecordBatch {
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for _, r := range rows {
		fill(builder.Fields(), schema.Fields(), r)
	}
	return builder.NewRecordBatch()
}

// write stores each record by FileWriter.Write, which gives each its own row group, rows or not.
func write(file string, schema *arrow.Schema, props *parquet.WriterProperties, records ...arrow.RecordBatch) {
	check(os.MkdirAll(filepath.Dir(file), 0o755))
	sink := must(os.Create(file))
	writer := must(pqarrow.NewFileWriter(schema, sink, props, pqarrow.DefaultWriterProps()))
	for _, record := range records {
		check(writer.Write(record))
	}
	check(writer.Close())
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}
