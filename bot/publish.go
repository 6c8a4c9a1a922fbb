package bot

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"exchangebot/bot/knowledge"
)

// Published is an answer that staff have published. It stands in the place of
// the files' entry of the same topic, if there is one, until it is taken back.
type Published struct {
	Topic string                     `json:"topic"`
	By    string                     `json:"by"`
	At    time.Time                  `json:"at"`
	Texts map[Language]PublishedText `json:"texts"` // one for every language
}

// PublishedText is an answer in one language.
type PublishedText struct {
	Title     string   `json:"title"`
	Answer    string   `json:"answer"` // Markdown
	Questions []string `json:"questions"`
}

// topic is the answer in a language as the knowledge base has it: what the
// files say besides stays, and small talk stays that.
func (p Published) topic(texts *Texts, lang Language, file knowledge.Topic) knowledge.Topic {
	text := p.Texts[lang]
	t := knowledge.Topic{
		ID: p.Topic, Language: lang, Title: text.Title, Answer: text.Answer, Questions: text.Questions,
		Related: file.Related, Offer: file.Offer, File: string(lang) + "/" + p.Topic + ".md",
	}
	if file.ID == "" || !file.SmallTalk() {
		t.AsOf, t.Source = dayOf(p.At).Format(time.DateOnly), texts.Say(lang, "published-source", nil)
	}
	return t
}

// Overlay is the base with what staff have published in the place of its own entries.
func Overlay(base *knowledge.Base, texts *Texts, published []Published) (*knowledge.Base, error) {
	var topics []knowledge.Topic
	for _, lang := range base.Languages() {
		if none := base.None(lang); none.ID != "" {
			topics = append(topics, none)
		}
		for _, topic := range base.Topics(lang) {
			if !slices.ContainsFunc(published, func(p Published) bool { return p.Topic == topic.ID }) {
				topics = append(topics, topic)
			}
		}
		for _, p := range published {
			file, _ := base.Topic(lang, p.Topic)
			topics = append(topics, p.topic(texts, lang, file))
		}
	}
	return knowledge.New(topics)
}

// publishedAtOnce is how many of them are read at once: more than there are, so
// that all are as of one moment.
const publishedAtOnce = 1000

// PublishedAnswers lists what staff have published, the newest first.
func PublishedAnswers(ctx context.Context, s DocumentStore) ([]Published, error) {
	list, _, err := publishedAnswers(ctx, s)
	return list, err
}

// publishedAnswers tells one state of them from another as well.
func publishedAnswers(ctx context.Context, s DocumentStore) (list []Published, state string, err error) {
	for d, err := range EachDocument(ctx, s, DocumentQuery{Kind: DocumentAnswer, Limit: publishedAtOnce}) {
		if err != nil {
			return nil, "", err
		}
		var p Published
		if err := d.read(&p); err != nil {
			return nil, "", err
		}
		list = append(list, p)
		state += fmt.Sprintf("%s %d %d\n", d.Key, d.Version, d.At.UnixMilli())
	}
	return list, state, nil
}

// Learn takes a new knowledge base into use, from the next turn on; what staff
// have published stays in its place.
func (b *Bot) Learn(index *knowledge.Index) {
	b.files.Store(index)
	if b.knowledge.Load() == nil {
		b.knowledge.Store(index)
	}
	select {
	case b.learn <- struct{}{}:
	default:
	}
}

// learnEvery is how soon an answer is known that another replica has published.
const learnEvery = 5 * time.Second

// learnFirst takes over what is published before the first turn: an answer that
// staff have replaced is not given again after a restart. A store that is away
// does not keep the bot from serving.
func (b *Bot) learnFirst(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	b.tryLearning(ctx)
}

// keepLearning takes over what changes in the files or is published, until ctx ends.
func (b *Bot) keepLearning(ctx context.Context) error {
	tick := time.NewTicker(learnEvery)
	defer tick.Stop()
	for {
		b.tryLearning(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-b.learn:
		}
	}
}

func (b *Bot) tryLearning(ctx context.Context) {
	if err := b.relearn(ctx); err != nil && !errors.Is(err, context.Canceled) {
		b.log.WarnContext(ctx, "published answers not taken over yet", "error", err)
	}
}

// relearn takes the files and what is published into use, where either has
// changed since it was called last.
func (b *Bot) relearn(ctx context.Context) error {
	b.learning.Lock()
	defer b.learning.Unlock()
	published, state, err := publishedAnswers(ctx, b.store)
	if err != nil {
		return err
	}
	files := b.files.Load()
	if files == b.learned && state == b.learnedState {
		return nil
	}
	index := files
	if len(published) > 0 {
		base, err := Overlay(files.Base(), b.texts, published)
		if err != nil {
			return err
		}
		index = knowledge.Train(base)
	}
	b.knowledge.Store(index)
	b.learned, b.learnedState = files, state
	return nil
}

// publish stores an answer if nobody else has changed it since the given
// version, and takes it into use.
func (b *Bot) publish(ctx context.Context, p Published, version int64) error {
	d, err := b.store.Document(ctx, DocumentAnswer, p.Topic)
	if err != nil {
		return err
	}
	if d.Version != version {
		return ErrConflict
	}
	d.At = p.At
	if err := saveDocument(ctx, b.store, d, p); err != nil {
		return err
	}
	return b.relearn(ctx)
}

// isPublished reports whether an answer is in use just as it is, from the same person.
func (b *Bot) isPublished(ctx context.Context, p Published) (bool, error) {
	var stored Published
	_, err := loadDocument(ctx, b.store, DocumentAnswer, p.Topic, &stored)
	stored.At = p.At
	return err == nil && reflect.DeepEqual(stored, p), err
}

// restore takes a published answer back, if nobody else has changed it since
// the given version: the files' own is in use again.
func (b *Bot) restore(ctx context.Context, topic string, version int64) error {
	d, err := b.store.Document(ctx, DocumentAnswer, topic)
	if err != nil {
		return err
	}
	if d.Version > 0 && d.Version != version {
		return ErrConflict
	}
	if err := b.store.DeleteDocument(ctx, d); err != nil {
		return err
	}
	return b.relearn(ctx)
}

// listOf are the lines of a text that say something.
func listOf(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(list, line) {
			list = append(list, line)
		}
	}
	return list
}
