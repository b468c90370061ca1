// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math"
	"math/rand"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/decimal256"
	"github.com/apache/arrow-go/v18/arrow/float16"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pqpack/test/digest"
)

// Bit patterns that a careless copy changes: both zeros, infinities, NaNs with payloads.
var (
	oddFloats  = []uint32{0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7fc00123, 0xffc0dead}
	oddDoubles = []uint64{0, 1 << 63, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000,
		0x7ff8000000000123, 0xfff800000000dead}
)

// record fills a record of any schema with values that depend on the seed only.
func record(schema *arrow.Schema, rows int, seed int64) arrow.RecordBatch {
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	random := rand.New(rand.NewSource(seed))
	for i := 0; i < rows; i++ {
		for c, field := range schema.Fields() {
			appendValue(builder.Field(c), field, random)
		}
	}
	return builder.NewRecordBatch()
}

// appendValue adds one value of the field's type: a null now and then where the field may be null,
// empty lists among the others.
func appendValue(builder array.Builder, field arrow.Field, random *rand.Rand) {
	if field.Nullable && random.Intn(6) == 0 {
		builder.AppendNull()
		return
	}
	bits := random.Uint64()
	few := int64(bits % 40) // few different values, so that dictionaries have something to do
	switch b := builder.(type) {
	case *array.NullBuilder:
		b.AppendNull()
	case *array.BooleanBuilder:
		b.Append(bits&1 == 1)
	case *array.Int8Builder:
		b.Append(int8(bits))
	case *array.Int16Builder:
		b.Append(int16(bits))
	case *array.Int32Builder:
		b.Append(int32(bits))
	case *array.Int64Builder:
		b.Append(int64(bits))
	case *array.Uint8Builder:
		b.Append(uint8(bits))
	case *array.Uint16Builder:
		b.Append(uint16(bits))
	case *array.Uint32Builder:
		b.Append(uint32(bits))
	case *array.Uint64Builder:
		b.Append(bits)
	case *array.Float16Builder:
		b.Append(float16.FromBits(uint16(bits)))
	case *array.Float32Builder:
		b.Append(math.Float32frombits(oddOr(oddFloats, uint32(bits), random)))
	case *array.Float64Builder:
		b.Append(math.Float64frombits(oddOr(oddDoubles, bits, random)))
	case *array.StringBuilder:
		b.Append(strings.Repeat("ünïcode ", int(few%4)) + fmt.Sprint(few))
	case *array.LargeStringBuilder:
		b.Append(strings.Repeat("long ", int(few*3)))
	case *array.BinaryBuilder:
		b.Append([]byte{0xff, 0, byte(few)}[:few%4%3+1])
	case *array.FixedSizeBinaryBuilder:
		b.Append([]byte{byte(bits), 0, 0xff, byte(few), 'x'})
	case *array.Date32Builder:
		b.Append(arrow.Date32(int32(few*1000 - 20000)))
	case *array.Time32Builder:
		b.Append(arrow.Time32(few * 1000))
	case *array.Time64Builder:
		b.Append(arrow.Time64(few * 1_000_000_001))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(int64(bits) >> 24))
	case *array.Decimal128Builder:
		b.Append(decimal128.FromI64(few*2500 - 50000))
	case *array.Decimal256Builder:
		b.Append(decimal256.FromI64(few*2500 - 50000).Mul(decimal256.FromU64(bits | 1<<62)))
	case *array.BinaryDictionaryBuilder:
		digest.Must(0, b.AppendString(fmt.Sprint("word", few)))
	case *array.StructBuilder:
		b.Append(true)
		for i, child := range field.Type.(*arrow.StructType).Fields() {
			appendValue(b.FieldBuilder(i), child, random)
		}
	case *array.MapBuilder:
		kind := field.Type.(*arrow.MapType)
		b.Append(true)
		for i := int64(0); i < few%4; i++ {
			appendKey(b.KeyBuilder(), i)
			appendValue(b.ItemBuilder(), kind.ItemField(), random)
		}
	case *array.FixedSizeListBuilder:
		kind := field.Type.(*arrow.FixedSizeListType)
		b.Append(true)
		for i := int32(0); i < kind.Len(); i++ {
			appendValue(b.ValueBuilder(), kind.ElemField(), random)
		}
	case *array.ListBuilder:
		b.Append(true)
		for i := int64(0); i < few%5; i++ { // one in five is empty
			appendValue(b.ValueBuilder(), field.Type.(*arrow.ListType).ElemField(), random)
		}
	default:
		panic(fmt.Sprintf("no values for %s", field.Type))
	}
}

// appendKey adds keys that differ within a map, which DuckDB insists on.
func appendKey(builder array.Builder, i int64) {
	switch b := builder.(type) {
	case *array.Int32Builder:
		b.Append(int32(i*1000 - 1000))
	case *array.StringBuilder:
		b.Append(fmt.Sprint("key", i))
	default:
		panic(fmt.Sprintf("no keys for %s", builder.Type()))
	}
}

func oddOr[T any](odd []T, other T, random *rand.Rand) T {
	if random.Intn(2) == 0 {
		return odd[random.Intn(len(odd))]
	}
	return other
}
