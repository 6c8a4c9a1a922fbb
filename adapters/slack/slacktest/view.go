package slacktest

import (
	"maps"
	"slices"
	"time"
)

// View is a modal or a home page.
type View struct {
	ID, Type, Hash, User string
	JSON                 object // as the bot has made it
	values               map[string]map[string]object
}

type trigger struct {
	user string
	made time.Time
	used bool
}

// newTrigger makes a trigger_id, which lives three seconds; s.mu is held.
func (s *Server) newTrigger(user string) string {
	id := s.id("T")
	s.triggers[id] = &trigger{user: user, made: time.Now()}
	return id
}

// viewOf reads and checks a view; s.mu is held.
func viewOf(kind string, a args) (object, *refusal) {
	v, isObject := a.value("view").(object)
	if !isObject {
		return nil, refuse("invalid_arguments", "[ERROR] no view [json-pointer:/view]")
	}
	if found := checkView(kind, v); len(found) > 0 {
		return nil, refuse("invalid_arguments", found...)
	}
	return v, nil
}

// install shows a view; s.mu is held. What was typed stays in inputs that keep
// the ids of block and action.
func (s *Server) install(v object, kind, user, id string) *View {
	view := &View{ID: firstOf(id, s.id("V")), Type: kind, Hash: s.id("H"), User: user, JSON: v, values: map[string]map[string]object{}}
	old := s.views[view.ID]
	blocks, _ := v["blocks"].([]any)
	for i, b := range blocks {
		o := asObject(b)
		if asText(o["block_id"]) == "" {
			o["block_id"] = s.id("b")
		}
		e := asObject(o["element"])
		if asText(o["type"]) != "input" || e == nil {
			continue
		}
		block, name := asText(asObject(blocks[i])["block_id"]), asText(e["action_id"])
		value := object{"type": e["type"]}
		switch kind := asText(e["type"]); kind {
		case "plain_text_input":
			value["value"] = e["initial_value"]
		case "datepicker":
			value["selected_date"] = e["initial_date"]
		case "timepicker":
			value["selected_time"] = e["initial_time"]
		}
		if e["initial_option"] != nil {
			value["selected_option"] = e["initial_option"]
		}
		if e["initial_options"] != nil {
			value["selected_options"] = e["initial_options"]
		}
		if old != nil && old.values[block][name] != nil {
			value = old.values[block][name]
		}
		view.values[block] = map[string]object{name: value}
	}
	s.views[view.ID] = view
	return view
}

func (v *View) json() object {
	o := maps.Clone(v.JSON)
	o["id"], o["type"], o["hash"] = v.ID, v.Type, v.Hash
	o["state"] = object{"values": v.values}
	return asObject(decode(o))
}

func (s *Server) openView(a args) (object, *refusal) {
	t := s.triggers[a.text("trigger_id")]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case time.Since(t.made) > 3*time.Second:
		return nil, refuse("expired_trigger_id")
	}
	v, refused := viewOf(inModal, a)
	if refused != nil {
		return nil, refused
	}
	t.used = true
	view := s.install(v, inModal, t.user, "")
	s.modals[t.user] = []string{view.ID}
	return object{"view": view.json()}, nil
}

func (s *Server) updateView(a args) (object, *refusal) {
	old := s.views[a.text("view_id")]
	if old == nil || !slices.Contains(s.modals[old.User], old.ID) {
		return nil, refuse("not_found")
	}
	if hash := a.text("hash"); hash != "" && hash != old.Hash {
		return nil, refuse("hash_conflict")
	}
	v, refused := viewOf(inModal, a)
	if refused != nil {
		return nil, refused
	}
	return object{"view": s.install(v, inModal, old.User, old.ID).json()}, nil
}

func (s *Server) publishView(a args) (object, *refusal) {
	user := a.text("user_id")
	if s.users[user] == nil {
		return nil, refuse("user_not_found")
	}
	if hash := a.text("hash"); hash != "" && s.homes[user] != "" && hash != s.views[s.homes[user]].Hash {
		return nil, refuse("hash_conflict")
	}
	v, refused := viewOf(inHome, a)
	if refused != nil {
		return nil, refused
	}
	view := s.install(v, inHome, user, s.homes[user])
	s.homes[user] = view.ID
	return object{"view": view.json()}, nil
}
