package slacktest

// enter fills in the inputs that are named.
func (v *View) enter(values map[string]string) {
	for _, inputs := range v.values {
		for name, e := range inputs {
			value, given := values[name]
			switch {
			case !given:
			case e["type"] == "static_select":
				e["selected_option"] = object{"value": value}
			case e["type"] == "multi_static_select":
				e["selected_options"] = []any{object{"value": value}}
			case e["type"] == "datepicker":
				e["selected_date"] = value
			case e["type"] == "timepicker":
				e["selected_time"] = value
			default:
				e["value"] = value
			}
		}
	}
}

// Type has a person fill in the open modal, and does not submit it: the bot is
// told of the inputs of which it wants to be.
func (s *Server) Type(user string, values map[string]string) Ack {
	s.mu.Lock()
	open := s.modals[user]
	v := s.views[open[len(open)-1]]
	v.enter(values)
	payload := object{"type": "block_actions", "user": object{"id": user}, "trigger_id": s.newTrigger(user), "view": v.json(),
		"container": object{"type": "view", "view_id": v.ID}}
	blocks, _ := v.JSON["blocks"].([]any)
	for _, b := range blocks {
		name := asText(asObject(asObject(b)["element"])["action_id"])
		if _, given := values[name]; given && asObject(b)["dispatch_action"] == true {
			payload["actions"] = []any{object{"action_id": name, "action_ts": s.stamp()}}
		}
	}
	s.mu.Unlock()
	if payload["actions"] == nil {
		return Ack{}
	}
	return s.deliver("interactive", payload)
}

// Close has a person close the open modal: what lies below is seen again. The
// bot is told where it wants to be, with what was entered where told is true:
// the documents of Slack promise neither.
func (s *Server) Close(user string, told bool) Ack {
	s.mu.Lock()
	open := s.modals[user]
	if len(open) == 0 {
		s.mu.Unlock()
		return Ack{}
	}
	v := s.views[open[len(open)-1]]
	s.modals[user] = open[:len(open)-1]
	payload := object{"type": "view_closed", "user": object{"id": user}, "view": v.json(), "is_cleared": false}
	if !told {
		asObject(payload["view"])["state"] = object{"values": object{}}
	}
	s.mu.Unlock()
	if v.JSON["notify_on_close"] != true {
		return Ack{}
	}
	return s.deliver("interactive", payload)
}
