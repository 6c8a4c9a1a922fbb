//go:build !race

package sqlite_test

const large = 100_000
