package telegramtest

import (
	"encoding/json"
	"regexp"
	"unicode/utf8"
)

var (
	languageForm = regexp.MustCompile(`^([a-z]{2})?$`)
	commandForm  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	textLimits   = map[string]int{"name": 64, "description": 512, "short_description": 120}
)

// ProfileText is a "name", "description" or "short_description" in a
// language, "" being the default one.
func (s *Server) ProfileText(field, language string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.texts[field+":"+language]
}

// ProfileCommands are the names of the commands in a language's menu.
func (s *Server) ProfileCommands(language string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var menu []struct{ Command string }
	_ = json.Unmarshal([]byte(s.commands[language]), &menu)
	var names []string
	for _, c := range menu {
		names = append(names, c.Command)
	}
	return names
}

func (s *Server) language(p params) *failure {
	if !languageForm.MatchString(p["language_code"]) {
		s.note("profile", "invalid language code")
		return bad("invalid language code specified")
	}
	return nil
}

func (s *Server) setText(field string, p params) (any, *failure) {
	if failed := s.language(p); failed != nil {
		return nil, failed
	}
	if utf8.RuneCountInString(p[field]) > textLimits[field] {
		s.note("profile", field+" is too long")
		return nil, bad("%s is too long", field)
	}
	s.texts[field+":"+p["language_code"]] = p[field]
	return true, nil
}

// getText falls back to the default language, as Telegram does.
func (s *Server) getText(field string, p params) (any, *failure) {
	if failed := s.language(p); failed != nil {
		return nil, failed
	}
	text := s.texts[field+":"+p["language_code"]]
	if text == "" {
		text = s.texts[field+":"]
	}
	return map[string]string{field: text}, nil
}

func (s *Server) setCommands(p params) (any, *failure) {
	if failed := s.language(p); failed != nil {
		return nil, failed
	}
	var menu []struct{ Command, Description string }
	if err := json.Unmarshal([]byte(p["commands"]), &menu); err != nil || len(menu) > 100 {
		s.note("setMyCommands", "malformed")
		return nil, bad("can't parse commands")
	}
	for _, c := range menu {
		if n := utf8.RuneCountInString(c.Description); !commandForm.MatchString(c.Command) || n < 1 || n > 256 {
			s.note("setMyCommands", "BOT_COMMAND_INVALID")
			return nil, bad("BOT_COMMAND_INVALID")
		}
	}
	s.commands[p["language_code"]] = p["commands"]
	return true, nil
}

func (s *Server) getCommands(p params) (any, *failure) {
	if failed := s.language(p); failed != nil {
		return nil, failed
	}
	if menu := s.commands[p["language_code"]]; menu != "" {
		return json.RawMessage(menu), nil
	}
	return []struct{}{}, nil
}
