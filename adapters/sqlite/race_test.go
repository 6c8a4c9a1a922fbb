//go:build race

package sqlite_test

// large is how many conversations a large store has: fewer under the race
// detector. The gate takes the others without it.
const large = 10_000
