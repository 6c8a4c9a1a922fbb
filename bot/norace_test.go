//go:build !race

package bot_test

const walks = 10_000
