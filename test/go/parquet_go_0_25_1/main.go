// SPDX-License-Identifier: Apache-2.0

// Command parquet_go_0_25_1 is parquet-go as a foreign reader, in a version that counts a REPEATED root
// as a level and so fails on what arrow-go before 18.6.0 writes (parquet-go/parquet-go#458).
// Package digest has the commands.
package main

import (
	"errors"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"

	"pqpack/test/digest"
)

func main() { digest.Main(read, nil) }

// read goes through rows, as programs that use the library do.
func read(path string, columns func(name string) digest.Visit) (int64, error) {
	source, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil {
		return 0, err
	}
	file, err := parquet.OpenFile(source, info.Size())
	if err != nil {
		return 0, err
	}
	var see []func(parquet.Value)
	for _, leaf := range leaves(file.Root()) {
		see = append(see, visitValue(leaf, columns(leaf.Path()[0])))
	}
	for _, group := range file.RowGroups() {
		if err := readRows(group, see); err != nil {
			return 0, err
		}
	}
	return file.NumRows(), nil
}

func readRows(group parquet.RowGroup, see []func(parquet.Value)) error {
	rows := group.Rows()
	defer rows.Close()
	buffer := make([]parquet.Row, 100)
	for {
		found, err := rows.ReadRows(buffer)
		for _, row := range buffer[:found] {
			for _, value := range row {
				see[value.Column()](value)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func leaves(column *parquet.Column) (found []*parquet.Column) {
	if column.Leaf() {
		return []*parquet.Column{column}
	}
	for _, child := range column.Columns() {
		found = append(found, leaves(child)...)
	}
	return found
}

func visitValue(leaf *parquet.Column, visit digest.Visit) func(parquet.Value) {
	logical := leaf.Type().LogicalType()
	bytes := digest.Bytes(logical != nil && logical.Decimal != nil)
	return func(value parquet.Value) {
		visit(value.RepetitionLevel(), value.DefinitionLevel(), spell(value, bytes))
	}
}

func spell(value parquet.Value, bytes func([]byte) string) string {
	if value.IsNull() {
		return ""
	}
	switch value.Kind() {
	case parquet.Boolean:
		return digest.Bool(value.Boolean())
	case parquet.Int32:
		return digest.Int32(value.Int32())
	case parquet.Int64:
		return digest.Int64(value.Int64())
	case parquet.Int96:
		v := value.Int96()
		return digest.Int96(v[0], v[1], v[2])
	case parquet.Float:
		return digest.Float(value.Float())
	case parquet.Double:
		return digest.Double(value.Double())
	}
	return bytes(value.ByteArray())
}
