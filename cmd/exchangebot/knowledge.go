package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/knowledge"
	"exchangebot/locales"
)

// knowledgeHere is where a checkout of the project has its answers.
var knowledgeHere = filepath.Join("locales", "knowledge")

// watchEvery is how soon a changed file is noticed. Looking is cheap and works
// on every file system, mounted ones included.
const watchEvery = time.Second

// library is a knowledge base and the place it is read from.
type library struct {
	files fs.FS
	dir   string // empty: built in
}

// String says where it is.
func (l library) String() string { return cmp.Or(l.dir, "built in") }

// openLibrary finds the knowledge base: in dir, else in the checkout that the
// program is started in, else the one built in.
func openLibrary(dir string) library {
	if dir == "" {
		if info, err := os.Stat(knowledgeHere); err == nil && info.IsDir() {
			dir = knowledgeHere
		}
	}
	if dir == "" {
		return library{files: locales.Knowledge()}
	}
	return library{os.DirFS(dir), dir}
}

// train loads the base and learns from it. The error lists every problem.
func (l library) train(langs ...bot.Language) (*knowledge.Index, error) {
	base, err := knowledge.Load(l.files, langs...)
	if err != nil {
		return nil, fmt.Errorf("the knowledge base (%s) has mistakes:\n%w", l, err)
	}
	index := knowledge.Train(base)
	go debug.FreeOSMemory() // learning takes several times what its result does; nobody need wait for it
	return index, nil
}

// watch hands a new index to learn whenever a file has changed, until ctx
// ends. A bad change is logged, and what was learned before stays.
func (l library) watch(ctx context.Context, log *slog.Logger, learn func(*knowledge.Index)) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	seen := l.state()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now := l.state()
		if now == seen {
			continue
		}
		seen = now
		index, err := l.train(locales.Languages()...)
		if err != nil {
			log.ErrorContext(ctx, "knowledge base not taken over, the old one stays", "error", err)
			continue
		}
		warn(ctx, log, index)
		learn(index)
		log.InfoContext(ctx, "knowledge base taken over", "from", l.String())
	}
}

// state tells one version of the files from another.
func (l library) state() string {
	var state []byte
	// What cannot be read shows as a change, and as a mistake when it is loaded.
	_ = fs.WalkDir(l.files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			state = fmt.Appendln(state, path, err)
			return nil
		}
		if info, err := d.Info(); err == nil && !d.IsDir() {
			state = fmt.Appendln(state, path, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return string(state)
}

func warn(ctx context.Context, log *slog.Logger, index *knowledge.Index) {
	for _, w := range index.Base().Warnings() {
		log.WarnContext(ctx, "knowledge base", "file", w.File, "line", w.Line, "warning", w.Text)
	}
}
