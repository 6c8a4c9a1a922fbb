package slacktest

import (
	"cmp"
	"strconv"
)

type upload struct {
	File
	size int
	done bool
}

func (s *Server) uploadURL(a args) (object, *refusal) {
	size, err := strconv.Atoi(a.text("length"))
	if err != nil || size <= 0 || a.text("filename") == "" {
		return nil, refuse("invalid_arguments")
	}
	id := s.id("F")
	s.uploads[id] = &upload{File: File{Name: a.text("filename")}, size: size}
	return object{"upload_url": s.base() + "/upload/" + id, "file_id": id}, nil
}

func (s *Server) upload(a args) (object, *refusal) {
	u := s.uploads[a.text("id")]
	if u == nil || u.done || len(a.text("data")) != u.size {
		return nil, &refusal{code: "invalid_upload", status: 400}
	}
	u.Data, u.done = a.text("data"), true
	return nil, nil
}

func (s *Server) completeUpload(a args) (object, *refusal) {
	a["channel"] = cmp.Or(a.text("channel_id"), a.text("channels"))
	c, refused := s.at(a)
	if refused != nil {
		return nil, refused
	}
	files, _ := a.value("files").([]any)
	m := &Message{User: BotUser, Text: a.text("initial_comment"), Thread: a.text("thread_ts")}
	for _, f := range files {
		u := s.uploads[asText(asObject(f)["id"])]
		if u == nil || !u.done {
			return nil, refuse("file_not_found")
		}
		m.Files = append(m.Files, u.File)
	}
	if len(m.Files) == 0 {
		return nil, refuse("invalid_arguments")
	}
	s.add(c, m)
	s.echo(c, m, "file_share")
	return object{"files": files}, nil
}
