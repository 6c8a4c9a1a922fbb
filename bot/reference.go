package bot

import (
	"crypto/rand"
	"strings"
)

// referenceLetters are the letters and digits that nobody mistakes for another,
// neither read nor written by hand: none of 0 O 1 I L 2 Z 5 S 8 B U V.
const referenceLetters = "34679ACDEFGHJKMNPQRTWXY"

// referenceLength makes 148 million references: with 100,000 given out, one in
// 1,500 new ones is taken, and drawn again.
const referenceLength = 6

// NewReference draws a reference by chance.
func NewReference() string {
	var b strings.Builder
	var draw [1]byte
	for b.Len() < referenceLength {
		_, _ = rand.Read(draw[:]) // never fails
		// 253 is the largest multiple of 23 in a byte: each letter is as likely.
		if draw[0] < 253 {
			b.WriteByte(referenceLetters[int(draw[0])%len(referenceLetters)])
		}
	}
	return b.String()
}

func isReference(s string) bool {
	return len(s) == referenceLength && strings.Trim(s, referenceLetters) == ""
}
