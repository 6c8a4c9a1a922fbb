package knowledge_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"exchangebot/bot/knowledge"
)

// sizes are topics and questions of each.
var sizes = []struct{ topics, questions int }{{30, 15}, {30, 45}, {300, 5}, {3000, 5}, {10_000, 5}}

func BenchmarkTrain(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("%dx%d", size.topics, size.questions), func(b *testing.B) {
			made, _ := invented(b, size.topics, size.questions)
			b.ReportAllocs()
			for b.Loop() {
				knowledge.Train(made)
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("%dx%d", size.topics, size.questions), func(b *testing.B) {
			before := heap()
			made, messages := invented(b, size.topics, size.questions)
			x := knowledge.Train(made)
			used := heap() - before
			b.ReportAllocs()
			var took []time.Duration
			i := 0
			for b.Loop() {
				start := time.Now()
				x.Match(messages[i%len(messages)], "de")
				took = append(took, time.Since(start))
				i++
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns/op")
			b.ReportMetric(float64(used)/1e6, "MB")
		})
	}
}

func BenchmarkBadInput(b *testing.B) {
	x := knowledge.Train(library(b))
	inputs := badInput()
	for _, name := range []string{"binary", "long", "repeated letter", "emoji", "accents"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				x.Match(inputs[name], "de")
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// invented makes a base of made-up words, of which few are common and most are
// rare, as in a language, and one more message for each topic.
func invented(t testing.TB, topics, questions int) (*knowledge.Base, []string) {
	random := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ka lo mi ter ber stadt haus we gen ra no pi du schu le gar ten fra ge am un ver ein so be zu ta ri on el is or")
	vocabulary := make([]string, 20_000)
	for i := range vocabulary {
		for range 2 + random.IntN(3) {
			vocabulary[i] += syllables[random.IntN(len(syllables))]
		}
	}
	common := func() string {
		return vocabulary[int(math.Exp(random.Float64()*math.Log(float64(len(vocabulary)))))-1]
	}
	rare := func() string { return vocabulary[random.IntN(len(vocabulary))] }
	var list []knowledge.Topic
	var messages []string
	for i := range topics {
		own := []string{common(), rare(), rare()}
		ask := func() string {
			ws := []string{own[random.IntN(3)], own[random.IntN(3)]}
			for range 5 {
				ws = append(ws, common())
			}
			random.Shuffle(len(ws), func(i, j int) { ws[i], ws[j] = ws[j], ws[i] })
			return strings.Join(ws, " ")
		}
		made := topic("de", fmt.Sprintf("t%d", i), strings.Join(own, " "), "")
		for range questions {
			made.Questions = append(made.Questions, ask())
		}
		list, messages = append(list, made), append(messages, ask())
	}
	return base(t, list...), messages
}
