package slacktest

import (
	"cmp"
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
	view := &View{ID: cmp.Or(id, s.id("V")), Type: kind, Hash: s.id("H"), User: user, JSON: v, values: map[string]map[string]object{}}
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

// maxStack is how many modals lie on each other at most.
const maxStack = 3

func (s *Server) openView(a args) (object, *refusal) { return s.openOn(a, nil) }

// pushView opens a modal on top of the one that is open.
func (s *Server) pushView(a args) (object, *refusal) {
	t := s.triggers[a.text("trigger_id")]
	if t == nil || len(s.modals[t.user]) == 0 {
		return nil, refuse("not_found")
	}
	if len(s.modals[t.user]) == maxStack {
		return nil, refuse("push_limit_reached")
	}
	return s.openOn(a, s.modals[t.user])
}

// openOn opens a modal on a stack of them; s.mu is held.
func (s *Server) openOn(a args, stack []string) (object, *refusal) {
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
	s.modals[t.user] = append(slices.Clone(stack), view.ID)
	return object{"view": view.json()}, nil
}

// fresh refuses a hash that is not that of the view as it stands. Slack lets
// none pass as well, which may undo what somebody else has done; s.mu is held.
func (s *Server) fresh(method string, a args, old *View) *refusal {
	switch hash := a.text("hash"); {
	case old == nil || hash == old.Hash:
	case hash == "":
		s.note(method, "without the hash of the view that it replaces")
	default:
		return refuse("hash_conflict")
	}
	return nil
}

func (s *Server) updateView(a args) (object, *refusal) {
	old := s.views[a.text("view_id")]
	if old == nil || !slices.Contains(s.modals[old.User], old.ID) {
		return nil, refuse("not_found")
	}
	if refused := s.fresh("views.update", a, old); refused != nil {
		return nil, refused
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
	if refused := s.fresh("views.publish", a, s.views[s.homes[user]]); refused != nil {
		return nil, refused
	}
	v, refused := viewOf(inHome, a)
	if refused != nil {
		return nil, refused
	}
	view := s.install(v, inHome, user, s.homes[user])
	s.homes[user] = view.ID
	return object{"view": view.json()}, nil
}
