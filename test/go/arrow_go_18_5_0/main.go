// SPDX-License-Identifier: Apache-2.0

// Command arrow_go_18_5_0 is arrow-go as a foreign writer (one file per sample of write.go) and as a
// foreign reader; package digest has the commands.
package main

import "pqpack/test/digest"

func main() { digest.Main(read, writeAll) }
