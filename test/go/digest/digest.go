// SPDX-License-Identifier: Apache-2.0

// Package digest is what the foreign readers have in common: how a value is spelt, how a file's answer
// is printed.  Two files hold the same values for a reader when their columns' digests are equal; no
// digest depends on row groups, pages, encodings or on how a decimal is stored.
//
//	dump FILE...   a JSON line per file: rows, and per leaf column a digest over (levels, value)
//	tables LIST    the same of tables: a line of LIST has the files of one, with tabs between them
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
	"strconv"
	"strings"
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

// answerFor takes the files for one table: each column runs on from file to file.
func answerFor(read Reader, paths ...string) (result answer) {
	result.File = paths[0]
	defer func() {
		if problem := recover(); problem != nil {
			result.Error = fmt.Sprint("panic: ", problem)
		}
		for _, c := range result.Columns {
			c.Digest = fmt.Sprintf("%x", c.hash.Sum(nil))
		}
	}()
	for _, path := range paths {
		next := 0
		rows, err := read(path, func(name string) Visit {
			if next == len(result.Columns) {
				result.Columns = append(result.Columns, &column{Name: name, hash: sha256.New()})
			}
			c := result.Columns[next]
			next++
			if c.Name != name {
				panic(fmt.Sprintf("%s: column %s, not %s", path, name, c.Name))
			}
			return func(rep, def int, text string) {
				c.Values++
				fmt.Fprintf(c.hash, "%d %d %s\n", rep, def, text)
			}
		})
		result.Rows += rows
		if err == nil && next != len(result.Columns) {
			err = fmt.Errorf("%s: %d columns, not %d", path, next, len(result.Columns))
		}
		if err != nil {
			result.Error = err.Error()
			return result
		}
	}
	return result
}

// Lines is LIST of a command: the fields of each line, which have tabs between them.
func Lines(list string) (lines [][]string) {
	for _, line := range strings.Split(string(Must(os.ReadFile(list))), "\n") {
		if line != "" {
			lines = append(lines, strings.Split(line, "\t"))
		}
	}
	return lines
}

// Rewrite writes the rows of one file to another in a way that seed decides, for each line of LIST:
// file, file, seed.  What a writer can't do is told, line by line.
func Rewrite(list string, rewrite func(from, to string, seed int64) error) {
	for _, line := range Lines(list) {
		err := attempt(func() error {
			return rewrite(line[0], line[1], Must(strconv.ParseInt(line[2], 10, 64)))
		})
		if err != nil {
			fmt.Printf("%s\t%v\n", line[0], err)
		}
	}
}

func attempt(call func() error) (err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("panic: %v", problem)
		}
	}()
	return call()
}

// Main runs the reader's commands, and `write DIRECTORY` where there is a writer.
func Main(read Reader, write func(directory string)) {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: write DIRECTORY | dump FILE... | tables LIST | values FILE")
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
	case command == "tables":
		out := json.NewEncoder(os.Stdout)
		for _, files := range Lines(os.Args[2]) {
			Must(0, out.Encode(answerFor(read, files...)))
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
