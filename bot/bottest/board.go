package bottest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"exchangebot/bot"
)

// Board is a [Channel] that is a [bot.Board] as well.
type Board struct {
	*Channel
	mu      sync.Mutex
	posts   []Posted
	removed map[string]bool // posts, by id
	fail    error
	lost    error
	changed chan struct{} // closed, and made anew, when something was posted
}

// Posted is a post as it stands on the board.
type Posted struct {
	ID string
	bot.Post
}

// NewBoard returns one with nothing on it.
func NewBoard() *Board {
	return &Board{Channel: NewChannel(), removed: map[string]bool{}, changed: make(chan struct{})}
}

// Away lets every call return err until Away(nil).
func (b *Board) Away(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = err
}

// LosePost lets the next post be taken and return err all the same.
func (b *Board) LosePost(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lost = err
}

// Remove takes a post away, with what stands under it, as people can.
func (b *Board) Remove(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.removed[id] = true
	b.tell()
}

// Post implements [bot.Board].
func (b *Board) Post(_ context.Context, p bot.Post) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return "", b.fail
	}
	if err := CheckView(p.View); p.Key == "" || err != nil {
		return "", fmt.Errorf("%w: key %q: %w", bot.ErrRejected, p.Key, err)
	}
	if b.removed[p.Thread] {
		return "", bot.ErrGone
	}
	for i, old := range b.posts {
		if old.Key == p.Key {
			if p.Thread == "" {
				b.posts[i].View = p.View
				b.tell()
			}
			return old.ID, nil
		}
	}
	id := strconv.Itoa(len(b.posts) + 1)
	b.posts = append(b.posts, Posted{id, p})
	b.tell()
	if err := b.lost; err != nil {
		b.lost = nil
		return "", err
	}
	return id, nil
}

// Update implements [bot.Board].
func (b *Board) Update(_ context.Context, id string, v bot.View) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return b.fail
	}
	if err := CheckView(v); err != nil {
		return fmt.Errorf("%w: %w", bot.ErrRejected, err)
	}
	i := slices.IndexFunc(b.posts, func(p Posted) bool { return p.ID == id })
	if i < 0 || b.removed[id] || b.removed[b.posts[i].Thread] {
		return bot.ErrGone
	}
	b.posts[i].View = v
	b.tell()
	return nil
}

// Key implements [bot.Board].
func (b *Board) Key(_ context.Context, id string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.posts, func(p Posted) bool { return p.ID == id })
	if b.fail != nil || i < 0 || b.removed[id] {
		return "", b.fail
	}
	return b.posts[i].Key, nil
}

func (b *Board) tell() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// Refresh implements [bot.Board].
func (b *Board) Refresh() {}

// Posts are what stands on the board, in the order in which it was posted.
func (b *Board) Posts() []Posted {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.posts)
}

// Await waits until the board is as wanted, and returns what stands on it.
func (b *Board) Await(ctx context.Context, wanted func([]Posted) bool) ([]Posted, error) {
	for {
		b.mu.Lock()
		posts, changed := slices.Clone(b.posts), b.changed
		b.mu.Unlock()
		if wanted(posts) {
			return posts, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return posts, ctx.Err()
		}
	}
}
