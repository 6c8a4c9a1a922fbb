//go:build race

package bot_test

// walks is fewer under the race detector, which makes each of them ten times
// as long. The gate takes the others without it.
const walks = 600
