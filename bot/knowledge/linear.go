package knowledge

// linear is a one-against-the-rest linear classifier. It does not change once
// trained.
type linear struct {
	classes int
	w       []float32 // by feature, the classes of each side by side; last the bias
}

const (
	bias   = 1   // the constant feature
	rightC = 2.0 // cost of a class missed
	wrongC = 0.5 // cost of a class taken for another

	shuffler = 6364136223846793005
)

// trainLinear fits support vector machines with squared hinge loss by dual
// coordinate descent (Hsieh et al. 2008, "A Dual Coordinate Descent Method for
// Large-scale Linear SVM"), all classes side by side. weight scales the cost of
// an example.
func trainLinear(docs [][]entry, class []int, weight []float32, features, classes, epochs int) *linear {
	l := &linear{classes, make([]float32, (features+1)*classes)}
	alpha := make([]float32, len(docs)*classes)
	score := make([]float32, classes)
	delta := make([]float32, classes)
	order := make([]int, len(docs))
	square := make([]float32, len(docs))
	for i, d := range docs {
		order[i] = i
		square[i] = bias * bias
		for _, e := range d {
			square[i] += e.value * e.value
		}
	}
	random := uint64(1)
	for range epochs {
		for i := len(order) - 1; i > 0; i-- {
			random = random*shuffler + 1442695040888963407
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
	wrongDiag, rightDiag := 1/(2*wrongC*weight), 1/(2*rightC*weight)
	for k, s := range score {
		y, diag := float32(-1), wrongDiag
		if k == class {
			y, diag = 1, rightDiag
		}
		a := max(0, alpha[k]-(y*s-1+alpha[k]*diag)/(square+diag))
		delta[k] = (a - alpha[k]) * y
		moved = moved || delta[k] != 0
		alpha[k] = a
	}
	return moved
}

// scores sets the score of each class: above 0 it rather is the class.
func (l *linear) scores(doc []entry, score []float32) {
	k := l.classes
	copy(score, l.w[len(l.w)-k:])
	for _, e := range doc {
		w := l.w[int(e.id)*k:][:len(score)]
		for j, x := range w {
			score[j] += e.value * x
		}
	}
}

func (l *linear) add(doc []entry, delta []float32) {
	k := l.classes
	for j, d := range delta {
		l.w[len(l.w)-k+j] += d
	}
	for _, e := range doc {
		w := l.w[int(e.id)*k:][:len(delta)]
		for j, d := range delta {
			w[j] += e.value * d
		}
	}
}
