package query

import (
	"slices"
	"strings"
)

// slips weighs what makes a word another one, if it is probably a slip of the
// pen: the lower, the likelier; 0 when it is another word. That is careful: most words
// which differ by one letter from a known one are words of their own. common
// tells that the other one is what texts are most often about.
func slips(word, other string, common bool) int {
	shorter, longer := min(len(word), len(other)), max(len(word), len(other))
	if shorter < 3 || longer-shorter > 2 {
		return 0
	}
	turned := swapped(word, other)
	cut := common && shorter >= 6 && (strings.HasPrefix(word, other) || strings.HasPrefix(other, word))
	if word[len(word)-1] != other[len(other)-1] && (!common && shorter > 3 || !turned) && !cut {
		return 0
	}
	doubles := sound(word) == sound(other)
	d := Distance(word, other)
	switch {
	case shorter < 5: // "mri", "ale", and not "Neuss"
		if d == 1 && (turned || doubles && len(word) < len(other)) {
			return 2
		}
	case doubles:
		return 1
	case d == 1 && (shorter >= 10 || (longer >= 8 || common && longer >= 6) && shorter < longer || turned || cut):
		return 2
	case d == 1 && common && shorter >= 7 && alike(word, other):
		return 2
	case d == 2 && shorter >= 12 && word[:3] == other[:3]:
		return 3
	}
	return 0
}

// once is a word with no letter twice in a row.
func once(word string) string {
	return string(slices.Compact([]byte(word)))
}

var silent = strings.NewReplacer("ph", "f", "th", "t")

// sound is what words have in common that sound alike: "Teater", "frankofon".
func sound(word string) string { return once(silent.Replace(word)) }

// alike reports whether the letters in which two words of the same length
// differ sound or lie close to one another: "conbien".
func alike(a, b string) bool {
	for i := range a {
		if a[i] != b[i] {
			return slices.ContainsFunc(closeLetters, func(group string) bool {
				return strings.IndexByte(group, a[i]) >= 0 && strings.IndexByte(group, b[i]) >= 0
			})
		}
	}
	return false
}

// closeLetters are confused when spoken or typed, on either keyboard.
var closeLetters = []string{"mn", "bp", "bv", "bn", "dt", "gk", "ck", "kq", "sz", "cs", "fv", "vw", "iy", "ei", "ie", "er", "rt", "ui", "io", "op", "as", "sd", "df", "fg", "gh", "hj", "jk", "kl"}

// swapped reports whether two words have the same letters.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return string(x) == string(y)
}

// Distance counts the slips by which two folded words differ: letters that are
// inserted, left out or mistaken, and neighbours that are swapped.
func Distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
