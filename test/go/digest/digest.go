// SPDX-License-Identifier: Apache-2.0

// Package digest is what the foreign readers have in common: how a value is spelt, how a file's answer
// is printed.  Two files hold the same values for a reader when their columns' digests are equal; no
// digest depends on row groups, pages, encodings or on how a decimal is stored.
//
//	dump FILE...   a JSON line per file: rows, and per leaf column a digest over (levels, value)
//	values FILE    every value as text: column, repetition level, definition level, value
package digest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"math"
	"math/big"
	"os"
)

// Visit receives one value of a leaf column with its levels; text is "" for a null.
type Visit func(rep, def int, text string)

// Reader shows every leaf column of a file, in order, to the visitor that columns gives for it.
type Reader func(path string, columns func(topLevelName string) Visit) (rows int64, err error)

func Bool(v bool) string      { return fmt.Sprint(v) }
func Int32(v int32) string    { return fmt.Sprint(v) }
func Int64(v int64) string    { return fmt.Sprint(v) }
func Float(v float32) string  { return fmt.Sprintf("f%08x", math.Float32bits(v)) }
func Double(v float64) string { return fmt.Sprintf("d%016x", math.Float64bits(v)) }

func Int96(low, middle, high uint32) string { return fmt.Sprintf("t%08x%08x%08x", high, middle, low) }

// Bytes spells a byte array: as hex, or as the unscaled number where the column is a decimal, because
// a decimal is the same value in whichever physical type it is stored.
func Bytes(decimal bool) func([]byte) string {
	if !decimal {
		return func(v []byte) string { return fmt.Sprintf("x%x", v) }
	}
	return func(v []byte) string {
		number := new(big.Int).SetBytes(v)
		if len(v) > 0 && v[0] >= 0x80 {
			number.Sub(number, new(big.Int).Lsh(big.NewInt(1), uint(8*len(v))))
		}
		return number.String()
	}
}

type column struct {
	Name   string `json:"name"`
	Values int64  `json:"values"`
	Digest string `json:"digest"`
	hash   hash.Hash
}

type answer struct {
	File    string    `json:"file"`
	Error   string    `json:"error,omitempty"`
	Rows    int64     `json:"rows"`
	Columns []*column `json:"columns"`
}

func answerFor(read Reader, path string) (result answer) {
	result.File = path
	defer func() {
		if problem := recover(); problem != nil {
			result.Error = fmt.Sprint("panic: ", problem)
		}
		for _, c := range result.Columns {
			c.Digest = fmt.Sprintf("%x", c.hash.Sum(nil))
		}
	}()
	rows, err := read(path, func(name string) Visit {
		c := &column{Name: name, hash: sha256.New()}
		result.Columns = append(result.Columns, c)
		return func(rep, def int, text string) {
			c.Values++
			fmt.Fprintf(c.hash, "%d %d %s\n", rep, def, text)
		}
	})
	result.Rows = rows
	if err != nil {
		result.Error = err.Error()
	}
	return result
}

// Main runs the reader's commands, and `write DIRECTORY` where there is a writer.
func Main(read Reader, write func(directory string)) {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: write DIRECTORY | dump FILE... | values FILE")
		os.Exit(2)
	}
	switch command := os.Args[1]; {
	case command == "write" && write != nil:
		write(os.Args[2])
	case command == "dump":
		out := json.NewEncoder(os.Stdout)
		for _, path := range os.Args[2:] {
			Must(0, out.Encode(answerFor(read, path)))
		}
	case command == "values":
		Must(read(os.Args[2], func(name string) Visit {
			return func(rep, def int, text string) { fmt.Printf("%s %d %d %s\n", name, rep, def, text) }
		}))
	default:
		fmt.Fprintln(os.Stderr, "no command", command)
		os.Exit(2)
	}
}

func Must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
