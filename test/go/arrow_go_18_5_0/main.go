// SPDX-License-Identifier: Apache-2.0

// Command arrow_go_18_5_0 is arrow-go as a foreign writer (one file per sample of write.go) and as a
// foreign reader; package digest has the commands.
//
//	rewrite LIST   writes files anew (rewrite.go)
package main

import (
	"os"

	"pqpack/test/digest"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "rewrite" {
		digest.Rewrite(os.Args[2], rewrite)
		return
	}
	digest.Main(read, writeAll)
}
