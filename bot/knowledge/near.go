package knowledge

import (
	"math"
	"slices"
	"sort"
)

// near finds the examples that are most like a message, by words and pairs of
// words. It does not change once made.
type near struct {
	start   []int32 // by feature: where its postings begin
	entries []entry // postings: example and value, by example
	class   []int   // by example, ascending
	first   []int   // by class: its first example; one more at the end
}

// maxPostings is how many postings of a message are looked at. The commonest
// features, which say least, are left out first, so that a match costs little
// more in a base of 10,000 topics than in one of 1,000.
const maxPostings = 20_000

func newNear(docs [][]entry, class []int, blocks []block, classes int) *near {
	n := &near{class: class, start: make([]int32, len(blocks)+1), first: make([]int, classes+1)}
	total := 0
	for _, d := range docs {
		for _, e := range d {
			if blocks[e.id] != letterBlock {
				n.start[e.id+1]++
				total++
			}
		}
	}
	for i := range blocks {
		n.start[i+1] += n.start[i]
	}
	n.entries = make([]entry, total)
	next := slices.Clone(n.start)
	for i, d := range docs {
		scale := wordScale(d, blocks)
		for _, e := range d {
			if blocks[e.id] != letterBlock {
				n.entries[next[e.id]] = entry{int32(i), e.value * scale}
				next[e.id]++
			}
		}
	}
	for c := range n.first {
		n.first[c] = sort.SearchInts(class, c)
	}
	return n
}

// wordScale is what brings the words and pairs of a vector to the length 1.
func wordScale(doc []entry, blocks []block) float32 {
	sum := float32(0)
	for _, e := range doc {
		if blocks[e.id] != letterBlock {
			sum += e.value * e.value
		}
	}
	if sum == 0 {
		return 0
	}
	return float32(1 / math.Sqrt(float64(sum)))
}

func (n *near) postings(feature int32) []entry {
	return n.entries[n.start[feature]:n.start[feature+1]]
}

// classHas reports whether an example of the class has the feature.
func (n *near) classHas(class int, feature int32) bool {
	list := n.postings(feature)
	i := sort.Search(len(list), func(i int) bool { return int(list[i].id) >= n.first[class] })
	return i < len(list) && int(list[i].id) < n.first[class+1]
}

// best sets the cosine of the nearest example of each class. sum has room for
// all examples and is all 0, before and after; touched is room to work in.
func (n *near) best(doc []entry, best, sum []float32, touched []int32) []int32 {
	clear(best)
	touched = touched[:0]
	budget := maxPostings
	for _, e := range doc {
		budget -= len(n.postings(e.id))
	}
	if budget < 0 {
		doc = slices.Clone(doc)
		slices.SortStableFunc(doc, func(a, b entry) int { return len(n.postings(a.id)) - len(n.postings(b.id)) })
		budget = maxPostings
	} else {
		budget = math.MaxInt
	}
	for _, e := range doc {
		list := n.postings(e.id)
		if budget -= len(list); budget < 0 {
			break
		}
		for _, p := range list {
			if sum[p.id] == 0 {
				touched = append(touched, p.id)
			}
			sum[p.id] += p.value * e.value
		}
	}
	for _, i := range touched {
		c := n.class[i]
		best[c] = max(best[c], sum[i])
		sum[i] = 0
	}
	return touched
}
