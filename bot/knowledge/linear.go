package knowledge

import "math"

// linear is a one-against-the-rest linear classifier. It does not change once
// trained.
type linear struct {
	rows   []entry // by feature: the row of its weights, and how much of that they are
	groups int     // of classes, the last filled up
	w      []group // by row, the classes of each side by side; last the bias
}

// lane is how many classes are worked on at a time, in registers.
const lane = 8

// group is what a row says for each of them.
type group [lane]float32

const (
	rightCost = 2.0  // of an example that misses its class
	wrongCost = 0.5  // of an example that is taken for another
	noMove    = 0.01 // steps below this are left out
)

// trainLinear fits support vector machines with squared hinge loss by dual
// coordinate descent (Hsieh et al. 2008, "A Dual Coordinate Descent Method for
// Large-scale Linear SVM"), all classes side by side, and passes over the
// examples in an order that is shuffled, but always in the same way. weight
// scales the cost of an example.
func trainLinear(docs [][]entry, class []int, weight []float32, features, classes, epochs int) *linear {
	l := &linear{groups: (classes + lane - 1) / lane}
	n := 0
	l.rows, docs, n = shareRows(docs, features)
	l.w = make([]group, (n+1)*l.groups)
	alpha := make([]float32, len(docs)*classes)
	score := make([]float32, l.groups*lane)
	delta := make([]float32, l.groups*lane)
	order := make([]int, len(docs))
	square := make([]float32, len(docs))
	for i, d := range docs {
		order[i] = i
		square[i] = 1 // of the bias
		for _, e := range d {
			square[i] += e.value * e.value
		}
	}
	random := uint64(1)
	for range epochs {
		for i := len(order) - 1; i > 0; i-- {
			random = random*6364136223846793005 + 1442695040888963407 // Knuth's MMIX
			j := int((random >> 33) % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		for _, i := range order {
			l.scores(docs[i], score)
			if dualStep(score, alpha[i*classes:(i+1)*classes], delta, class[i], weight[i], square[i]) {
				l.add(docs[i], delta)
			}
		}
	}
	return l
}

// dualStep moves the dual variables of one example to their optimum and says in
// delta how much of the example is to be added to each class, if any.
func dualStep(score, alpha, delta []float32, class int, weight, square float32) bool {
	moved := false
	wrongDiag, rightDiag := 1/(2*wrongCost*weight), 1/(2*rightCost*weight)
	for k, a := range alpha {
		y, diag := float32(-1), wrongDiag
		if k == class {
			y, diag = 1, rightDiag
		}
		step := max(-a, -(y*score[k]-1+a*diag)/(square+diag))
		if -noMove < step && step < noMove {
			delta[k] = 0
			continue
		}
		alpha[k] = a + step
		delta[k] = step * y
		moved = true
	}
	return moved
}

// shareRows gives each feature one of n rows of weights, and returns the
// examples by rows. The features that one example alone has would get weights in proportion
// to their values there at every step: they share a row, which halves the rows.
func shareRows(docs [][]entry, features int) (rows []entry, byRow [][]entry, n int) {
	count := make([]int, features)
	for _, doc := range docs {
		for _, e := range doc {
			count[e.id]++
		}
	}
	rows, byRow = make([]entry, features), make([][]entry, len(docs))
	for id, c := range count {
		if c > 1 {
			rows[id] = entry{int32(n), 1}
			n++
		}
	}
	for i, doc := range docs {
		square := float32(0)
		byRow[i] = make([]entry, 0, len(doc))
		for _, e := range doc {
			if count[e.id] == 1 {
				square += e.value * e.value
			} else {
				byRow[i] = append(byRow[i], entry{rows[e.id].id, e.value})
			}
		}
		if square == 0 {
			continue
		}
		length := float32(math.Sqrt(float64(square)))
		for _, e := range doc {
			if count[e.id] == 1 {
				rows[e.id] = entry{int32(n), e.value / length}
			}
		}
		byRow[i] = append(byRow[i], entry{int32(n), length})
		n++
	}
	return rows, byRow, n
}

// appendRows appends a message by rows to out.
func (l *linear) appendRows(out, doc []entry) []entry {
	for _, e := range doc {
		r := l.rows[e.id]
		out = append(out, entry{r.id, r.value * e.value})
	}
	return out
}

// weight is what a feature says for a class.
func (l *linear) weight(feature int32, class int) float32 {
	r := l.rows[feature]
	return r.value * l.w[int(r.id)*l.groups+class/lane][class%lane]
}

// bias is the score of a class when nothing speaks for or against it.
func (l *linear) bias(class int) float32 {
	return l.w[len(l.w)-l.groups+class/lane][class%lane]
}

// scores sets the score of each class, for a message by rows: above 0 it rather
// is the class. score has a capacity for all lanes.
func (l *linear) scores(doc []entry, score []float32) {
	score = score[:l.groups*lane]
	for g := range l.groups {
		b := &l.w[len(l.w)-l.groups+g]
		s0, s1, s2, s3, s4, s5, s6, s7 := b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]
		for _, e := range doc {
			w, v := &l.w[int(e.id)*l.groups+g], e.value
			s0 += v * w[0]
			s1 += v * w[1]
			s2 += v * w[2]
			s3 += v * w[3]
			s4 += v * w[4]
			s5 += v * w[5]
			s6 += v * w[6]
			s7 += v * w[7]
		}
		*(*group)(score[g*lane:]) = group{s0, s1, s2, s3, s4, s5, s6, s7}
	}
}

// add adds a multiple of an example, by rows, to each class.
func (l *linear) add(doc []entry, delta []float32) {
	for g := range l.groups {
		d := *(*group)(delta[g*lane:])
		if d == (group{}) {
			continue
		}
		b := &l.w[len(l.w)-l.groups+g]
		for j := range b {
			b[j] += d[j]
		}
		d0, d1, d2, d3, d4, d5, d6, d7 := d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7]
		for _, e := range doc {
			w, v := &l.w[int(e.id)*l.groups+g], e.value
			w[0] += v * d0
			w[1] += v * d1
			w[2] += v * d2
			w[3] += v * d3
			w[4] += v * d4
			w[5] += v * d5
			w[6] += v * d6
			w[7] += v * d7
		}
	}
}
