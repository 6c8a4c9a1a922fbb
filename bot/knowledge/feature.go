package knowledge

import "math"

// A feature is a property of a message: that it has a word, a pair of words
// next to each other, or some letters in a row. Features are numbered from 0.

// absent is the number of a feature that no text of the base has.
const absent int32 = -1

// block is a sort of features. Each block has its share of a message's weight,
// however many features it has.
type block uint8

const (
	wordBlock block = iota
	pairBlock
	letterBlock
	blocks
)

// blockWeight is the share of each block, found by cross-validation.
var blockWeight = [blocks]float32{wordBlock: 1, pairBlock: 0.7, letterBlock: 1.2}

// kindWeight is what a word weighs by its kind.
var kindWeight = [...]float32{content: 1, question: 1, function: 0.7, filler: 0.5}

// partWeight is what a part of a compound weighs beside the whole.
const partWeight = 0.6

// unknownWeight is how much of the weight of an absent feature counts: it makes
// all that is known lighter.
const unknownWeight = 0.5

// minGram and maxGram bound how many bytes of a word in a row are a feature.
const minGram, maxGram = 2, 4

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
func (h hash) with(other hash) hash { return (h ^ other>>1) * 1099511628211 }

// features numbers the features of a base.
type features struct {
	ids    map[hash]int32
	blocks []block
}

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

// find returns the number of a feature, or absent.
func (f *features) find(h hash, b block) int32 {
	if id, ok := f.ids[h^hash(b)<<61]; ok {
		return id
	}
	return absent
}

// term is a feature in a message.
type term struct {
	id    int32
	block block
	value float32
}

// terms lists the features of a message, with feature to number pairs.
func (f *features) terms(tokens []*token, feature func(*features, hash, block) int32, out []term) []term {
	last := seed
	for _, t := range tokens {
		w := kindWeight[t.kind]
		out = append(out, term{t.word, wordBlock, w})
		for _, p := range t.parts {
			out = append(out, term{p, wordBlock, partWeight * w})
		}
		out = append(out, term{feature(f, last.with(t.stem), pairBlock), pairBlock, w})
		last = t.stem
		for _, l := range t.letters {
			out = append(out, term{l, letterBlock, w})
		}
	}
	return out
}

// weights say how telling each feature is: the fewer texts have it, the more.
type weights struct {
	of     []float32 // 0: absent
	absent float32
}

func weigh(docs [][]term, features int) weights {
	count := make([]int32, features)
	seen := make([]int32, features)
	for i, doc := range docs {
		for _, t := range doc {
			if seen[t.id] != int32(i)+1 {
				seen[t.id] = int32(i) + 1
				count[t.id]++
			}
		}
	}
	byCount := make([]float32, len(docs)+1)
	rarity := func(texts float64) float32 {
		return float32(math.Sqrt(math.Log(1 + float64(len(docs))/(texts+0.5))))
	}
	for n := range byCount {
		byCount[n] = rarity(float64(n))
	}
	byCount[0] = 0
	w := weights{make([]float32, features), rarity(0.5)}
	for id, n := range count {
		w.of[id] = byCount[n]
	}
	return w
}

// entry is one number of a sparse vector.
type entry struct {
	id    int32
	value float32
}

// vector weighs the terms of a message. Its length is 1 less what is absent.
// sum has room for all features and is all 0, before and after.
func (w weights) vector(terms []term, sum []float32, out []entry) []entry {
	var square [blocks]float32
	for _, t := range terms {
		if t.id == absent || w.of[t.id] == 0 {
			v := w.absent * t.value * unknownWeight
			square[t.block] += v * v
			continue
		}
		v := w.of[t.id] * t.value
		square[t.block] += v * v
		if sum[t.id] == 0 {
			out = append(out, entry{t.id, float32(t.block)})
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
		e.value = sum[e.id] * scale[int(e.value)]
		sum[e.id] = 0
	}
	return out
}
