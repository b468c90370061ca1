// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"pqpack/test/digest"
)

// Lists and maps as writers made them before the format fixed their shape, written level by level.
// The shapes are those of the format's LogicalTypes.md, "backward-compatibility rules".
var (
	optionalRep = parquet.Repetitions.Optional
	requiredRep = parquet.Repetitions.Required
	repeatedRep = parquet.Repetitions.Repeated
)

func int32Leaf(name string, rep parquet.Repetition) schema.Node {
	return schema.NewInt32Node(name, rep, -1)
}

func stringLeaf(name string, rep parquet.Repetition) schema.Node {
	return digest.Must(schema.NewPrimitiveNodeConverted(
		name, rep, parquet.Types.ByteArray, schema.ConvertedTypes.UTF8, 0, 0, 0, -1))
}

func group(name string, rep parquet.Repetition, kind schema.ConvertedType, children ...schema.Node) schema.Node {
	return digest.Must(schema.NewGroupNodeConverted(name, rep, children, kind, -1))
}

// legacyShape is one column (or more, of one group) and the levels of its leaves: six rows each.
type legacyShape struct {
	node   schema.Node
	levels [][2][]int16 // per leaf: definition levels, repetition levels
}

func legacyShapes() map[string]legacyShape {
	none, list, mapped := schema.ConvertedTypes.None, schema.ConvertedTypes.List, schema.ConvertedTypes.Map
	entries := schema.ConvertedTypes.MapKeyValue
	// Rows: null, [], [v], [v v v], [v], [v v]; with an optional element some of the v are null.
	required := [2][]int16{{0, 1, 2, 2, 2, 2, 2, 2, 2}, {0, 0, 0, 0, 1, 1, 0, 0, 1}}
	nullable := [2][]int16{{0, 1, 3, 2, 3, 2, 3, 2, 3}, {0, 0, 0, 0, 1, 1, 0, 0, 1}}
	allKeys := [2][]int16{{0, 1, 3, 3, 3, 3, 3, 3, 3}, {0, 0, 0, 0, 1, 1, 0, 0, 1}}
	bare := [2][]int16{{0, 0, 1, 1, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 1, 1, 0, 0, 1}}
	return map[string]legacyShape{
		"avro_list": {group("a", optionalRep, list, int32Leaf("array", repeatedRep)), [][2][]int16{required}},
		"avro_struct_list": {group("a", optionalRep, list, group("array", repeatedRep, none,
			int32Leaf("x", requiredRep), stringLeaf("y", optionalRep))), [][2][]int16{required, nullable}},
		"thrift_list": {group("a", optionalRep, list, group("a_tuple", repeatedRep, none,
			int32Leaf("x", requiredRep))), [][2][]int16{required}},
		"hive_list": {group("a", optionalRep, list, group("bag", repeatedRep, none,
			stringLeaf("array_element", optionalRep))), [][2][]int16{nullable}},
		"avro_map": {group("a", optionalRep, mapped, group("map", repeatedRep, entries,
			stringLeaf("key", requiredRep), int32Leaf("value", optionalRep))), [][2][]int16{required, nullable}},
		"old_map": {group("a", optionalRep, entries, group("map", repeatedRep, none,
			stringLeaf("key", requiredRep), int32Leaf("value", optionalRep))), [][2][]int16{required, nullable}},
		"optional_key_map": {group("a", optionalRep, mapped, group("key_value", repeatedRep, none,
			stringLeaf("key", optionalRep), int32Leaf("value", optionalRep))), [][2][]int16{allKeys, nullable}},
		"null_key_map": {group("a", optionalRep, mapped, group("key_value", repeatedRep, none,
			stringLeaf("key", optionalRep), int32Leaf("value", optionalRep))), [][2][]int16{nullable, nullable}},
		"bare_repeated":       {int32Leaf("a", repeatedRep), [][2][]int16{bare}},
		"bare_repeated_group": {group("a", repeatedRep, none, int32Leaf("x", requiredRep)), [][2][]int16{bare}},
	}
}

// write stores the shape beside a column of row numbers.
func (s legacyShape) write(path string) {
	root := digest.Must(schema.NewGroupNode("schema", requiredRep,
		schema.FieldList{int32Leaf("row", requiredRep), s.node}, -1))
	sink := digest.Must(os.Create(path))
	writer := file.NewParquetWriter(sink, root)
	rows := writer.AppendRowGroup()
	writeLeaf(digest.Must(rows.NextColumn()), []int16{0, 0, 0, 0, 0, 0}, nil)
	for _, levels := range s.levels {
		writeLeaf(digest.Must(rows.NextColumn()), levels[0], levels[1])
	}
	digest.Must(0, rows.Close())
	digest.Must(0, writer.Close())
}

func writeLeaf(writer file.ColumnChunkWriter, def, rep []int16) {
	var numbers []int32
	var texts []parquet.ByteArray
	for i, level := range def {
		if level == writer.Descr().MaxDefinitionLevel() {
			numbers = append(numbers, int32(i))
			texts = append(texts, parquet.ByteArray{'v', '0' + byte(i)})
		}
	}
	switch w := writer.(type) {
	case *file.Int32ColumnChunkWriter:
		digest.Must(w.WriteBatch(numbers, def, rep))
	case *file.ByteArrayColumnChunkWriter:
		digest.Must(w.WriteBatch(texts, def, rep))
	}
	digest.Must(0, writer.Close())
}

func writeLegacy(directory string) {
	for name, shape := range legacyShapes() {
		shape.write(filepath.Join(directory, "legacy_"+name+".parquet"))
	}
}
