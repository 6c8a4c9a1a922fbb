package knowledge

import "math"

// signals are what tells whether a candidate is right.
type signals [8]float64

const (
	constant  = iota // always 1
	ownScore         // of the linear classifier
	leadScore        // over the next topic
	leadNone         // over what is not covered
	leadNear         // of the nearest example over those of other topics
	nearNone         // of the nearest example over those not covered
	novelty          // share of the words that the base does not know
	coverage         // share of the words that the topic's examples have
)

// usual is what public question sets taught; what a base teaches moves it.
var usual = confidence{
	weight: signals{0.7, 0.5, 0.8, 0.6, 0.2, 0.15, -0.3, 0.2},
	mean:   signals{1, 0.05, 0.65, 0.95, 0.15, 0.4, 0.25, 0.55},
	spread: signals{1, 0.45, 0.5, 0.6, 0.2, 0.25, 0.3, 0.3},
}

// conviction is how many examples the usual counts for.
const conviction = 10

// confidence is a logistic model of how likely a candidate is right.
type confidence struct {
	weight, mean, spread signals
}

// sample is a candidate of which it is known whether it is right.
type sample struct {
	signals
	right  bool
	weight float64
}

// of returns how likely a candidate is right, from 0 to 1.
func (c *confidence) of(x signals) float64 {
	z := 0.0
	for i, v := range c.standard(x) {
		z += c.weight[i] * v
	}
	return 1 / (1 + math.Exp(-z))
}

// standard brings the signals to the mean 0 and the spread 1.
func (c *confidence) standard(x signals) signals {
	for i := 1; i < len(x); i++ {
		x[i] = (x[i] - c.mean[i]) / c.spread[i]
	}
	x[constant] = 1
	return x
}

// fitConfidence is ridge logistic regression by Newton's method.
func fitConfidence(samples []sample) *confidence {
	c := usual
	total := float64(conviction)
	for _, s := range samples {
		total += s.weight
		for i, v := range s.signals {
			c.mean[i] += s.weight * (v - c.mean[i]) / total
		}
	}
	for i, v := range c.spread {
		c.spread[i] = v * v
	}
	total = conviction
	for _, s := range samples {
		total += s.weight
		for i, v := range s.signals {
			square := (v - c.mean[i]) * (v - c.mean[i])
			c.spread[i] += s.weight * (square - c.spread[i]) / total
		}
	}
	for i, v := range c.spread {
		c.spread[i] = math.Sqrt(v)
	}
	for range 8 {
		c.newtonStep(samples)
	}
	return &c
}

func (c *confidence) newtonStep(samples []sample) {
	var hessian [len(signals{})]signals
	var gradient signals
	for i := range gradient {
		hessian[i][i] = conviction
		gradient[i] = conviction * (usual.weight[i] - c.weight[i])
	}
	for _, s := range samples {
		p, target := c.of(s.signals), 0.0
		if s.right {
			target = 1
		}
		x := c.standard(s.signals)
		v := s.weight * p * (1 - p)
		for i := range x {
			for j := range x {
				hessian[i][j] += v * x[i] * x[j]
			}
			gradient[i] += s.weight * (target - p) * x[i]
		}
	}
	for i, step := range solve(hessian, gradient) {
		c.weight[i] += step
	}
}

// solve is Gaussian elimination for a positive definite matrix.
func solve(a [len(signals{})]signals, b signals) (x signals) {
	for i := range a {
		for j := i + 1; j < len(a); j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < len(a); k++ {
				a[j][k] -= f * a[i][k]
			}
			b[j] -= f * b[i]
		}
	}
	for i := len(a) - 1; i >= 0; i-- {
		x[i] = b[i]
		for j := i + 1; j < len(a); j++ {
			x[i] -= a[i][j] * x[j]
		}
		x[i] /= a[i][i]
	}
	return x
}
