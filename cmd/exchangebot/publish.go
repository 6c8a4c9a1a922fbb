package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"exchangebot/bot"
	"exchangebot/bot/knowledge"
	"exchangebot/locales"
)

type knowledgeCmd struct {
	Export exportCmd `cmd:"" help:"Write the knowledge base as it is in use, with what staff have published, as files to be committed."`
}

type exportCmd struct {
	Dir string `arg:"" optional:"" help:"Folder to write to, by default the one that the knowledge base is read from. Files of the same name are replaced."`
}

// Run writes what staff have published in the place of the files it replaces,
// and to another folder the other files as well.
func (export *exportCmd) Run(ctx context.Context, c *Config, s streams) (err error) {
	if err := c.validateData(); err != nil {
		return err
	}
	texts, err := locales.Texts()
	if err != nil {
		return err
	}
	library := openLibrary(c.Knowledge)
	dir := cmp.Or(export.Dir, library.dir)
	if dir == "" {
		return errors.New("export knowledge: the knowledge base is the one built in, so name a folder to write to")
	}
	index, err := library.train(locales.Languages()...)
	if err != nil {
		return err
	}
	store := newStore(c, c.logger(s.err))
	if err := store.Open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := awaitStore(ctx, store); err != nil {
		return err
	}
	published, err := bot.PublishedAnswers(ctx, store)
	if err != nil {
		return err
	}
	base, err := bot.Overlay(index.Base(), texts, published)
	if err != nil {
		return err
	}
	if export.Dir != "" {
		if err := copyFiles(library.files, dir); err != nil {
			return fmt.Errorf("export knowledge: %w", err)
		}
	}
	for _, p := range published {
		for _, lang := range base.Languages() {
			topic, _ := base.Topic(lang, p.Topic)
			if err := writeFile(filepath.Join(dir, string(lang), p.Topic+".md"), knowledge.Format(topic)); err != nil {
				return fmt.Errorf("export knowledge: %w", err)
			}
		}
	}
	fmt.Fprintf(s.out, "written to %s: the files of the knowledge base (%s); topics that staff have published: %d\n", dir, library, len(published))
	return nil
}

func copyFiles(files fs.FS, dir string) error {
	return fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		return writeFile(filepath.Join(dir, filepath.FromSlash(path)), data)
	})
}

func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
