package knowledge

import "math"

// block is a sort of features: that a message has a word, a pair of words next
// to each other, or some letters in a row. Each block has its share of a
// message's weight, however many features it has.
type block uint8

const (
	wordBlock block = iota
	pairBlock
	letterBlock
	blocks
)

// These weights were found by cross-validation, on public question sets too;
// a fifth more or less of any makes little difference.
var (
	blockWeight = [blocks]float32{wordBlock: 1, pairBlock: 0.7, letterBlock: 1.2}
	kindWeight  = [...]float32{content: 1, question: 1, function: 0.7, filler: 0.5}
)

const (
	partWeight   = 0.6 // of a part of a compound, or a meaning, beside the word itself
	absentWeight = 0.5 // of what the base does not have: it makes all else lighter
	minGram      = 2   // bytes of a word in a row
	maxGram      = 4
)

// hash is FNV-1a.
type hash uint64

const seed hash = 14695981039346656037

func (h hash) addByte(b byte) hash { return (h ^ hash(b)) * 1099511628211 }

func (h hash) add(s string) hash {
	for i := range len(s) {
		h = h.addByte(s[i])
	}
	return h
}

// with joins two hashes, in this order.
func (h hash) with(next hash) hash { return (h ^ next>>1) * 1099511628211 }

// features numbers the features of a base from 0.
type features struct {
	ids    map[hash]int32
	blocks []block
}

// numbering is how a feature gets its number: [features.add] while a base is
// learned, then [features.find].
type numbering func(*features, hash, block) int32

func newFeatures() *features { return &features{ids: map[hash]int32{}} }

// add numbers a feature that may be new.
func (f *features) add(h hash, b block) int32 {
	h ^= hash(b) << 61
	id, ok := f.ids[h]
	if !ok {
		id = int32(len(f.blocks))
		f.ids[h] = id
		f.blocks = append(f.blocks, b)
	}
	return id
}

// find returns the number of a feature. One that the base does not have gets a
// negative number that still tells its block.
func (f *features) find(h hash, b block) int32 {
	if id, ok := f.ids[h^hash(b)<<61]; ok {
		return id
	}
	return -1 - int32(b)
}

// block of a feature's number.
func (f *features) block(id int32) block {
	if id < 0 {
		return block(-1 - id)
	}
	return f.blocks[id]
}

// entry is one number of a sparse vector over features or examples.
type entry struct {
	id    int32
	value float32
}

// appendTerms appends the features of a message, with how much each counts
// before it is known how rare it is.
func (f *features) appendTerms(out []entry, tokens []*token, number numbering) []entry {
	last := seed
	for _, t := range tokens {
		w := kindWeight[t.kind]
		out = append(out, entry{t.word, w})
		for _, p := range t.parts {
			out = append(out, entry{p, partWeight * w})
		}
		out = append(out, entry{number(f, last.with(t.stem), pairBlock), w})
		last = t.stem
		for _, l := range t.letters {
			out = append(out, entry{l, w})
		}
	}
	return out
}

// weights say how telling each feature is: the fewer texts have it, the more.
type weights struct {
	features *features
	of       []float32 // 0: no text has it
	absent   float32
}

func weigh(docs [][]entry, f *features) weights {
	count := make([]int, len(f.blocks))
	seen := make([]int32, len(f.blocks))
	for i, doc := range docs {
		for _, t := range doc {
			if seen[t.id] != int32(i)+1 {
				seen[t.id] = int32(i) + 1
				count[t.id]++
			}
		}
	}
	rarity := func(texts float64) float32 {
		return float32(math.Sqrt(math.Log(1 + float64(len(docs))/(texts+0.5))))
	}
	byCount := make([]float32, len(docs)+1)
	for n := 1; n < len(byCount); n++ {
		byCount[n] = rarity(float64(n))
	}
	w := weights{f, make([]float32, len(count)), rarity(0.5)}
	for id, n := range count {
		w.of[id] = byCount[n]
	}
	return w
}

func (w weights) has(feature int32) bool { return feature >= 0 && w.of[feature] > 0 }

// vector weighs the terms of a message and appends them to out. Its length is 1
// less what is absent. sum has room for all features and is all 0, before and
// after.
func (w weights) vector(terms []entry, sum []float32, out []entry) []entry {
	var square [blocks]float32
	for _, t := range terms {
		b := w.features.block(t.id)
		if !w.has(t.id) {
			v := absentWeight * w.absent * t.value
			square[b] += v * v
			continue
		}
		v := w.of[t.id] * t.value
		square[b] += v * v
		if sum[t.id] == 0 {
			out = append(out, entry{id: t.id})
		}
		sum[t.id] += v
	}
	total := float32(0)
	for b, sq := range square {
		if sq > 0 {
			total += blockWeight[b] * blockWeight[b]
		}
	}
	var scale [blocks]float32
	for b, sq := range square {
		if sq > 0 {
			scale[b] = blockWeight[b] / float32(math.Sqrt(float64(sq*total)))
		}
	}
	for i := range out {
		e := &out[i]
		e.value = sum[e.id] * scale[w.features.blocks[e.id]]
		sum[e.id] = 0
	}
	return out
}
