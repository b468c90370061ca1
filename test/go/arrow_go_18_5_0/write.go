// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"pqpack/test/digest"
)

func optional(name string, kind arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: kind, Nullable: true}
}

func required(name string, kind arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: kind}
}

func withID(field arrow.Field, id int) arrow.Field {
	field.Metadata = arrow.NewMetadata([]string{"PARQUET:field_id"}, []string{fmt.Sprint(id)})
	return field
}

func timestamp(unit arrow.TimeUnit, zone string) arrow.DataType {
	return &arrow.TimestampType{Unit: unit, TimeZone: zone}
}

var words = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}

// scalars has every type that pqarrow maps to one Parquet column, nullable; the null type, which
// parquet-go cannot read from anyone, has a sample of its own.
var scalars = []arrow.Field{
	optional("bool", arrow.FixedWidthTypes.Boolean),
	optional("int8", arrow.PrimitiveTypes.Int8), optional("int16", arrow.PrimitiveTypes.Int16),
	optional("int32", arrow.PrimitiveTypes.Int32), optional("int64", arrow.PrimitiveTypes.Int64),
	optional("uint8", arrow.PrimitiveTypes.Uint8), optional("uint16", arrow.PrimitiveTypes.Uint16),
	optional("uint32", arrow.PrimitiveTypes.Uint32), optional("uint64", arrow.PrimitiveTypes.Uint64),
	optional("half", arrow.FixedWidthTypes.Float16), optional("float", arrow.PrimitiveTypes.Float32),
	optional("double", arrow.PrimitiveTypes.Float64), optional("string", arrow.BinaryTypes.String),
	optional("large_string", arrow.BinaryTypes.LargeString), optional("binary", arrow.BinaryTypes.Binary),
	optional("fixed", &arrow.FixedSizeBinaryType{ByteWidth: 5}), optional("words", words),
	optional("date", arrow.FixedWidthTypes.Date32), optional("time_ms", arrow.FixedWidthTypes.Time32ms),
	optional("time_us", arrow.FixedWidthTypes.Time64us), optional("time_ns", arrow.FixedWidthTypes.Time64ns),
	optional("s", timestamp(arrow.Second, "")), optional("ms", timestamp(arrow.Millisecond, "")),
	optional("us", timestamp(arrow.Microsecond, "")), optional("ns", timestamp(arrow.Nanosecond, "")),
	optional("ms_utc", timestamp(arrow.Millisecond, "UTC")), optional("us_utc", timestamp(arrow.Microsecond, "UTC")),
	optional("ns_utc", timestamp(arrow.Nanosecond, "UTC")),
	optional("dec7", &arrow.Decimal128Type{Precision: 7, Scale: 2}),
	optional("dec18", &arrow.Decimal128Type{Precision: 18, Scale: 4}),
	optional("dec38", &arrow.Decimal128Type{Precision: 38, Scale: 10}),
}

func allRequired() []arrow.Field {
	var fields []arrow.Field
	for _, field := range scalars {
		fields = append(fields, required(field.Name, field.Type))
	}
	return fields
}

var point = arrow.StructOf(required("x", arrow.PrimitiveTypes.Float64), optional("label", arrow.BinaryTypes.String))

// nested has the shapes in which levels go wrong: empty and null lists, structs that may be null
// around fields that may not, lists of lists, maps of lists.
var nested = []arrow.Field{
	required("id", arrow.PrimitiveTypes.Int64),
	optional("ints", arrow.ListOf(arrow.PrimitiveTypes.Int32)),
	required("strings", arrow.ListOfNonNullable(arrow.BinaryTypes.String)),
	optional("point", point),
	required("points", arrow.ListOf(point)),
	optional("lists", arrow.ListOf(arrow.ListOf(arrow.BinaryTypes.String))),
	optional("map", arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64)),
	required("map_of_lists", arrow.MapOf(arrow.PrimitiveTypes.Int32, arrow.ListOf(arrow.PrimitiveTypes.Float64))),
	optional("deep", arrow.StructOf(optional("inner", arrow.StructOf(optional("list", arrow.ListOf(words)))))),
	required("pair", arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Float32)),
}

var identified = []arrow.Field{
	withID(required("id", arrow.PrimitiveTypes.Int64), 1),
	withID(optional("name", arrow.BinaryTypes.String), 7),
	withID(optional("tags", arrow.ListOfField(withID(optional("element", arrow.BinaryTypes.String), 9))), 8),
	withID(optional("point", arrow.StructOf(withID(required("x", arrow.PrimitiveTypes.Float64), 11))), 10),
}

// sample is one file to write: each entry of rows becomes a record written by itself.
type sample struct {
	fields   []arrow.Field
	rows     []int
	props    []parquet.WriterProperty
	arrow    []pqarrow.WriterOption
	metadata map[string]string
}

func samples() map[string]sample {
	codec := func(c compress.Compression) []parquet.WriterProperty {
		return []parquet.WriterProperty{parquet.WithCompression(c)}
	}
	delta := []parquet.WriterProperty{parquet.WithDictionaryDefault(false),
		parquet.WithEncoding(parquet.Encodings.DeltaBinaryPacked)}
	all := map[string]sample{
		"flat":              {fields: scalars, rows: []int{200}},
		"flat_required":     {fields: allRequired(), rows: []int{200}},
		"nested":            {fields: nested, rows: []int{150, 150}},
		"empty_row_groups":  {fields: nested, rows: []int{0, 40, 0, 0, 40, 0}},
		"only_empty_groups": {fields: nested, rows: []int{0, 0}},
		"null_type":         {fields: []arrow.Field{optional("null", arrow.Null), required("id", arrow.PrimitiveTypes.Int32)}, rows: []int{20}},
		"wide_decimal":      {fields: []arrow.Field{optional("dec60", &arrow.Decimal256Type{Precision: 60, Scale: 5})}, rows: []int{50}},
		"no_row_group":      {fields: scalars},
		"many_row_groups":   {fields: scalars[:7], rows: repeat(3, 60)},
		"stored_schema":     {fields: nested, rows: []int{100}, arrow: []pqarrow.WriterOption{pqarrow.WithStoreSchema()}},
		"no_dictionary":     {fields: scalars, rows: []int{100}, props: []parquet.WriterProperty{parquet.WithDictionaryDefault(false)}},
		"full_dictionary":   {fields: scalars, rows: []int{2000}, props: []parquet.WriterProperty{parquet.WithDictionaryPageSizeLimit(2048)}},
		"small_pages": {fields: nested, rows: []int{500}, props: []parquet.WriterProperty{
			parquet.WithDataPageSize(256), parquet.WithBatchSize(16)}},
		"pages_v2": {fields: nested, rows: []int{100}, props: []parquet.WriterProperty{
			parquet.WithDataPageVersion(parquet.DataPageV2), parquet.WithCompression(compress.Codecs.Snappy)}},
		"format_1_0":    {fields: scalars, rows: []int{100}, props: []parquet.WriterProperty{parquet.WithVersion(parquet.V1_0)}},
		"no_statistics": {fields: scalars, rows: []int{100}, props: []parquet.WriterProperty{parquet.WithStats(false)}},
		"page_index_bloom": {fields: nested, rows: []int{100}, props: []parquet.WriterProperty{
			parquet.WithPageIndexEnabled(true), parquet.WithBloomFilterEnabled(true), parquet.WithBloomFilterNDV(100)}},
		"int96": {fields: scalars[21:28], rows: []int{100},
			arrow: []pqarrow.WriterOption{pqarrow.WithDeprecatedInt96Timestamps(true)}},
		"decimals_as_integers": {fields: scalars[28:], rows: []int{100},
			props: []parquet.WriterProperty{parquet.WithStoreDecimalAsInteger(true)}},
		"field_ids": {fields: identified, rows: []int{50}, metadata: map[string]string{
			"owner": "tests", "empty": "", "unicode": "naïve 日本"}},
		// Deltas of int32 that need more than 32 bits, which Arrow C++ cannot read (apache/arrow-go#1027).
		"delta_int32": {fields: []arrow.Field{optional("i32", arrow.PrimitiveTypes.Int32)}, rows: []int{100}, props: delta},
		"delta_int64": {fields: []arrow.Field{optional("i64", arrow.PrimitiveTypes.Int64)}, rows: []int{100}, props: delta},
		"delta_strings": {fields: []arrow.Field{optional("s", arrow.BinaryTypes.String), required("t", arrow.BinaryTypes.String)},
			rows: []int{300}, props: []parquet.WriterProperty{parquet.WithDictionaryDefault(false),
				parquet.WithEncodingFor("s", parquet.Encodings.DeltaByteArray),
				parquet.WithEncodingFor("t", parquet.Encodings.DeltaLengthByteArray)}},
	}
	for name, c := range map[string]compress.Compression{
		"none": compress.Codecs.Uncompressed, "snappy": compress.Codecs.Snappy, "gzip": compress.Codecs.Gzip,
		"brotli": compress.Codecs.Brotli, "zstd": compress.Codecs.Zstd, "lz4_raw": compress.Codecs.Lz4Raw,
	} {
		all["codec_"+name] = sample{fields: nested, rows: []int{200}, props: codec(c)}
	}
	return all
}

func repeat(value, times int) []int {
	all := make([]int, times)
	for i := range all {
		all[i] = value
	}
	return all
}

// write stores the sample by FileWriter.Write, the plain way: a record, a row group.
func (s sample) write(file string) {
	var metadata *arrow.Metadata
	if s.metadata != nil {
		m := arrow.MetadataFrom(s.metadata)
		metadata = &m
	}
	schema := arrow.NewSchema(s.fields, metadata)
	sink := digest.Must(os.Create(file))
	props := parquet.NewWriterProperties(s.props...)
	writer := digest.Must(pqarrow.NewFileWriter(schema, sink, props, pqarrow.NewArrowWriterProperties(s.arrow...)))
	for i, rows := range s.rows {
		if err := writer.Write(record(schema, rows, int64(i))); err != nil {
			panic(fmt.Errorf("%s: %w", file, err))
		}
	}
	digest.Must(0, writer.Close())
}

func writeAll(directory string) {
	digest.Must(0, os.MkdirAll(directory, 0o755))
	for name, s := range samples() {
		s.write(filepath.Join(directory, name+".parquet"))
	}
	writeLegacy(directory)
}
