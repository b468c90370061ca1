module pqpack/test/digest

go 1.24.0
