package bot

import "time"

// maxOpen is how many batches are open at a time: one stays so as long as
// somebody in it is to be tried again.
const maxOpen = 8

// job is one recipient to send to.
type job struct {
	*batch
	i     int
	tries *tries
}

// outcome is what came of a job.
type outcome struct {
	job
	letter letter
	after  time.Duration // until it is tried again, when it waits
}

// queue is whom a sender sends to next: those who are to be tried again before
// those whose turn comes for the first time.
type queue struct {
	current *batch // whose recipients are handed out; nil: another one may be added
	at      int    // the next of them
	again   []job
	open    int // batches with somebody who has no outcome
	called  int // jobs without an outcome so far
}

// add goes through a batch next, and reports whether anybody in it is waiting.
func (q *queue) add(o *batch) bool {
	if o.left == 0 {
		return false
	}
	q.current, q.at, q.open = o, 0, q.open+1
	return true
}

// next is the job to hand out, one without a batch when there is none for now.
func (q *queue) next() job {
	if len(q.again) > 0 {
		return q.again[0]
	}
	for ; q.current != nil; q.at++ {
		switch {
		case q.at == len(q.current.recipients):
			q.current = nil
			return job{}
		case q.current.letter(q.at) == letterWaiting:
			return job{q.current, q.at, new(tries)}
		}
	}
	return job{}
}

// taken notes that the job of next was handed out.
func (q *queue) taken() {
	q.called++
	if len(q.again) > 0 {
		q.again = q.again[1:]
	} else {
		q.at++
	}
}

// settled notes what came of a job, and reports whether it was the last one of
// its batch to have an outcome.
func (q *queue) settled(o outcome) bool {
	q.called--
	if o.letter == letterWaiting {
		return false
	}
	if o.left--; o.left > 0 {
		return false
	}
	q.open--
	return true
}

func (q *queue) full() bool  { return q.current != nil || q.open >= maxOpen }
func (q *queue) empty() bool { return q.current == nil && q.open == 0 }
