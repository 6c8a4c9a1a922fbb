package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// args are the arguments of a call, as they came in a form or as JSON.
type args object

func (a args) text(name string) string {
	switch v := a[name].(type) {
	case string:
		return v
	case bool, float64:
		return fmt.Sprint(v)
	}
	return ""
}

// flag is an argument that is true or false, in any of the ways to say so.
func (a args) flag(name string) bool {
	set, _ := strconv.ParseBool(a.text(name))
	return set
}

// value is an argument that comes as JSON in either form.
func (a args) value(name string) any {
	v := a[name]
	if s, isText := v.(string); isText {
		v = nil
		_ = json.Unmarshal([]byte(s), &v)
	}
	return v
}

func arguments(r *http.Request, raw bool) (args, error) {
	a := args{}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case raw:
		file, _, err := r.FormFile("file")
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(file)
		a["data"] = string(data)
		return a, err
	case kind == "application/json":
		data, err := io.ReadAll(r.Body)
		if err != nil || len(data) == 0 {
			return a, err
		}
		return a, json.Unmarshal(data, &a)
	}
	err := r.ParseForm()
	for name := range r.Form {
		a[name] = r.Form.Get(name)
	}
	return a, err
}
