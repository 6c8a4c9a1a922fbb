package knowledge

import "math"

// reading is a message, or a sentence of it, as a model understands it.
type reading struct {
	learned *learned
	*room
	tokens []*token
	other  *model   // the model of another language, when the message mixes two
	mixed  []*token // its tokens
}

func (x *reading) signals(class int) signals {
	s := x.room.signals(class)
	new, words := x.learned.novelty(x.tokens)
	covered, all := x.learned.coverage(x.tokens, class)
	if x.other != nil {
		n, w := x.other.learned.novelty(x.mixed)
		new, words = new+n, words+w
		if class := x.room.foreign[class]; class >= 0 {
			c, a := x.other.learned.coverage(x.mixed, class)
			covered, all = covered+c, all+a
		}
	}
	s[novelty] = new / (words + 0.5)
	s[coverage] = covered / (all + 0.01)
	return s
}

// minMixed is how many words of a message must be of another language for that
// language's model to be asked too.
const minMixed = 2

// read understands a message; others are the models of the other languages.
func (m *model) read(text string, others []*model) *reading {
	x := &reading{learned: m.learned, room: m.rooms.Get().(*room)}
	ws := words(text)
	for _, w := range ws {
		x.tokens = m.reader.appendTokens(x.tokens, w)
	}
	for _, o := range others {
		if tokens, mixed := split(ws, m.reader, o.reader); len(mixed) >= minMixed && len(mixed) > len(x.mixed) {
			x.tokens, x.mixed, x.other = tokens, mixed, o
		}
	}
	x.room.terms = m.reader.features.terms(x.tokens, (*features).find, x.room.terms[:0])
	m.learned.score(x.room)
	if x.other != nil {
		m.blend(x)
	}
	return x
}

// split parts the words that only the other reader knows from the rest.
func split(ws []string, own, other *reader) (tokens, mixed []*token) {
	for _, w := range ws {
		n := len(tokens)
		tokens = own.appendTokens(tokens, w)
		if !tokens[n].foreign() {
			continue
		}
		k := len(mixed)
		mixed = other.appendTokens(mixed, w)
		if mixed[k].foreign() {
			mixed = mixed[:k]
		} else {
			tokens = tokens[:n]
		}
	}
	return tokens, mixed
}

// blend adds what the other language says, as if both were one space.
func (m *model) blend(x *reading) {
	o := x.other
	r := o.rooms.Get().(*room)
	defer o.rooms.Put(r)
	r.terms = o.reader.features.terms(x.mixed, (*features).find, r.terms[:0])
	o.learned.score(r)
	share := float64(len(x.mixed)) / float64(len(x.mixed)+len(x.tokens))
	a, b := float32(math.Sqrt(1-share)), float32(math.Sqrt(share))
	x.foreign = x.foreign[:0]
	for c := range x.score {
		k := len(o.topics)
		if c < len(m.topics) {
			k = o.classOf(m.topics[c].ID)
		}
		x.foreign = append(x.foreign, k)
		if k < 0 {
			continue
		}
		own, other := m.learned.bias(c), o.learned.bias(k)
		x.score[c] = own + a*(x.score[c]-own) + b*(r.score[k]-other)
		x.near[c] = a*x.near[c] + b*r.near[k]
	}
	x.sort()
}

func (l *learned) bias(class int) float32 {
	if l.linear == nil {
		return -1
	}
	return l.linear.w[len(l.linear.w)-l.classes+class]
}

// classOf is the number of a topic, or -1.
func (m *model) classOf(id string) int {
	if c, ok := m.classes[id]; ok {
		return c
	}
	return -1
}
