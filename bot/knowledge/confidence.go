package knowledge

import "math"

// signals are what tells whether a candidate is right.
type signals [8]float64

const (
	constant    = iota // always 1
	ownScore           // of the linear classifier
	leadScore          // over the next topic
	leadNone           // over what is not covered
	leadNear           // of the nearest example over those of other topics
	leadNearNot        // of the nearest example over those not covered
	novelty            // share of the words that the base does not know
	coverage           // share of the words that the topic's examples have
)

// usual are the weights of the signals in most knowledge bases; what a base
// teaches about its own moves them.
var usual = signals{0.7, 0.5, 0.8, 0.6, 0.2, 0.15, -0.3, 0.2}

// conviction is how many examples it takes to move the usual weights.
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
	c := &confidence{weight: usual}
	total := 1e-9
	for _, s := range samples {
		total += s.weight
		for i, v := range s.signals {
			c.mean[i] += s.weight * v
		}
	}
	for i := range c.mean {
		c.mean[i] /= total
	}
	for _, s := range samples {
		for i, v := range s.signals {
			c.spread[i] += s.weight * (v - c.mean[i]) * (v - c.mean[i])
		}
	}
	for i := range c.spread {
		c.spread[i] = math.Sqrt(c.spread[i]/total) + 0.05
	}
	for range 8 {
		c.newtonStep(samples)
	}
	return c
}

func (c *confidence) newtonStep(samples []sample) {
	var hessian [len(signals{})]signals
	var gradient signals
	for i := range gradient {
		hessian[i][i] = conviction
		gradient[i] = conviction * (usual[i] - c.weight[i])
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
