// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"pqpack/test/digest"
)

func read(path string, columns func(name string) digest.Visit) (rows int64, err error) {
	reader, err := file.OpenParquetFile(path, false)
	if err != nil {
		return 0, err
	}
	defer reader.Close()
	leaves := reader.MetaData().Schema
	for c := 0; c < leaves.NumColumns(); c++ {
		leaf := leaves.Column(c)
		see := columns(strings.Split(leaf.Path(), ".")[0])
		for g := 0; g < reader.NumRowGroups(); g++ {
			chunk, err := reader.RowGroup(g).Column(c)
			if err == nil {
				err = readChunk(chunk, leaf, see)
			}
			if err != nil {
				return 0, fmt.Errorf("row group %d, column %s: %w", g, leaf.Path(), err)
			}
		}
	}
	return reader.NumRows(), nil
}

func readChunk(chunk file.ColumnChunkReader, leaf *schema.Column, see digest.Visit) error {
	_, decimal := leaf.LogicalType().(schema.DecimalLogicalType)
	bytes := digest.Bytes(decimal)
	switch r := chunk.(type) {
	case *file.BooleanColumnChunkReader:
		return readBatches(r, r.ReadBatch, leaf, see, digest.Bool)
	case *file.Int32ColumnChunkReader:
		return readBatches(r, r.ReadBatch, leaf, see, digest.Int32)
	case *file.Int64ColumnChunkReader:
		return readBatches(r, r.ReadBatch, leaf, see, digest.Int64)
	case *file.Int96ColumnChunkReader:
		return readBatches(r, r.ReadBatch, leaf, see, func(v parquet.Int96) string {
			word := binary.LittleEndian.Uint32
			return digest.Int96(word(v[:]), word(v[4:]), word(v[8:]))
		})
	case *file.Float32ColumnChunkReader:
		return readBatches(r, r.ReadBatch, leaf, see, digest.Float)
	case *file.Float64ColumnChunkReader:
		return readBatches(r, r.ReadBatch, leaf, see, digest.Double)
	case *file.ByteArrayColumnChunkReader:
		return readBatches(r, r.ReadBatch, leaf, see, func(v parquet.ByteArray) string { return bytes(v) })
	case *file.FixedLenByteArrayColumnChunkReader:
		return readBatches(r, r.ReadBatch, leaf, see, func(v parquet.FixedLenByteArray) string { return bytes(v) })
	}
	return fmt.Errorf("no reader for %T", chunk)
}

type readBatch[T any] func(size int64, values []T, def, rep []int16) (levels int64, read int, err error)

// readBatches pairs the dense values with their levels; a required column of depth 0 has no levels.
func readBatches[T any](chunk file.ColumnChunkReader, read readBatch[T], leaf *schema.Column,
	see digest.Visit, text func(T) string) error {
	const size = 1000
	values, def, rep := make([]T, size), make([]int16, size), make([]int16, size)
	for chunk.HasNext() {
		levels, found, err := read(size, values, def, rep)
		if err != nil {
			return err
		}
		if levels == 0 {
			return fmt.Errorf("no progress: %w", chunk.Err())
		}
		next := 0
		for i := int64(0); i < levels; i++ {
			d, r, spelt := int16(0), int16(0), ""
			if leaf.MaxDefinitionLevel() > 0 {
				d = def[i]
			}
			if leaf.MaxRepetitionLevel() > 0 {
				r = rep[i]
			}
			if d == leaf.MaxDefinitionLevel() {
				spelt = text(values[next])
				next++
			}
			see(int(r), int(d), spelt)
		}
		if next != found {
			return fmt.Errorf("%d values for %d levels that want one", found, next)
		}
	}
	return chunk.Err()
}
