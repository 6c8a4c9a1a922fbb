package knowledge

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// near finds the examples that are most like a message. It does not change once
// made.
type near struct {
	start   []int32 // by feature: where its postings begin
	entries []entry // postings: examples in their order
	class   []int   // by example, ascending
	first   []int   // by class: its first example; one more at the end
}

// maxPostings is how many postings of a message are looked at. The commonest
// features, which say least, are left out, so that a match costs little more in
// a base of 10,000 topics than in one of 1,000.
const maxPostings = 20_000

// newNear indexes examples by their words and pairs of words, and perhaps by
// their letters.
func newNear(docs [][]entry, class []int, classes int, f *features, letters bool) *near {
	n := &near{class: class, start: make([]int32, len(f.blocks)+1), first: make([]int, classes+1)}
	counts := func(e entry) bool { return letters || f.blocks[e.id] != letterBlock }
	for _, doc := range docs {
		for _, e := range doc {
			if counts(e) {
				n.start[e.id+1]++
			}
		}
	}
	for i := range f.blocks {
		n.start[i+1] += n.start[i]
	}
	n.entries = make([]entry, n.start[len(f.blocks)])
	next := slices.Clone(n.start)
	for i, doc := range docs {
		square := 0.0
		for _, e := range doc {
			if counts(e) {
				square += float64(e.value * e.value)
			}
		}
		length := float32(math.Sqrt(square))
		for _, e := range doc {
			if counts(e) {
				n.entries[next[e.id]] = entry{int32(i), e.value / length}
				next[e.id]++
			}
		}
	}
	for c := range n.first {
		n.first[c] = sort.SearchInts(class, c)
	}
	return n
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

// search sets in sum how like the message each example is, and returns the
// examples that are at all. sum has room for all examples and is all 0.
func (n *near) search(doc []entry, sum []float32, found []int32) []int32 {
	postings := 0
	for _, e := range doc {
		postings += len(n.postings(e.id))
	}
	if postings > maxPostings {
		doc = slices.Clone(doc)
		slices.SortStableFunc(doc, func(a, b entry) int { return cmp.Compare(len(n.postings(a.id)), len(n.postings(b.id))) })
	}
	left := maxPostings
	for _, e := range doc {
		list := n.postings(e.id)
		if left -= len(list); left < 0 {
			break
		}
		for _, p := range list {
			if sum[p.id] == 0 {
				found = append(found, p.id)
			}
			sum[p.id] += p.value * e.value
		}
	}
	return found
}

// best sets in near how like the message the nearest example of each class is.
func (n *near) best(doc []entry, near, sum []float32, found []int32) []int32 {
	clear(near)
	found = n.search(doc, sum, found[:0])
	for _, i := range found {
		c := n.class[i]
		near[c] = max(near[c], sum[i])
		sum[i] = 0
	}
	return found
}
