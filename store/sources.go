package store

import (
	"encoding/json"
	"errors"
	"fmt"

	"qunxiang/core"
	"qunxiang/sdk"
)

// storedSource is a source in the manifest. Its hints are kept apart, with the types
// of their arguments: JSON alone would make a date a text and a count a fraction.
type storedSource struct {
	core.Source
	Hints []storedMessage `json:"typedHints,omitempty"`
}

type storedMessage struct {
	Key  string               `json:"key"`
	Args map[string]storedArg `json:"args,omitempty"`
}

type storedArg struct {
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

// The types of arguments that i18n knows, since schema 1. Others become texts.
const (
	argInt     = "int"
	argInt64   = "int64"
	argFloat   = "float"
	argDate    = "date"
	argText    = "text"
	argTexts   = "texts"
	argWords   = "words" // sdk.Text
	argMessage = "message"
)

func storeSource(s core.Source) (storedSource, error) {
	out := storedSource{Source: s}
	out.Report.Hints = nil
	for _, m := range s.Report.Hints {
		sm, err := storeMessage(m)
		if err != nil {
			return out, err
		}
		out.Hints = append(out.Hints, sm)
	}
	return out, nil
}

func storeMessage(m core.Message) (storedMessage, error) {
	out := storedMessage{Key: m.Key}
	for name, v := range m.Args {
		a, err := storeArg(v)
		if err != nil {
			return out, fmt.Errorf("argument %q of %q: %w", name, m.Key, err)
		}
		if out.Args == nil {
			out.Args = make(map[string]storedArg, len(m.Args))
		}
		out.Args[name] = a
	}
	return out, nil
}

func storeArg(v any) (a storedArg, err error) {
	switch x := v.(type) {
	case int:
		a.Type = argInt
	case int64:
		a.Type = argInt64
	case float64:
		a.Type = argFloat
	case core.Date:
		a.Type = argDate
	case []string:
		a.Type = argTexts
	case sdk.Text:
		a.Type = argWords
	case core.Message:
		a.Type = argMessage
		if v, err = storeMessage(x); err != nil {
			return a, err
		}
	case string:
		a.Type = argText
	default:
		a.Type, v = argText, fmt.Sprint(v)
	}
	a.Value, err = json.Marshal(v)
	if _, bad := errors.AsType[*json.UnsupportedValueError](err); bad { // NaN
		a.Type = argText
		a.Value, err = json.Marshal(fmt.Sprint(v))
	}
	return a, err
}

// source turns a stored source back.
func (s storedSource) source() (core.Source, error) {
	out := s.Source
	for _, m := range s.Hints {
		msg, err := m.message()
		if err != nil {
			return out, err
		}
		out.Report.Hints = append(out.Report.Hints, msg)
	}
	return out, nil
}

func (m storedMessage) message() (core.Message, error) {
	out := core.Message{Key: m.Key}
	for name, a := range m.Args {
		v, err := a.value()
		if err != nil {
			return out, fmt.Errorf("%w: argument %q: %w", errDamaged, name, err)
		}
		if out.Args == nil {
			out.Args = make(core.Args, len(m.Args))
		}
		out.Args[name] = v
	}
	return out, nil
}

func (a storedArg) value() (any, error) {
	switch a.Type {
	case argInt:
		return parseArg[int](a.Value)
	case argInt64:
		return parseArg[int64](a.Value)
	case argFloat:
		return parseArg[float64](a.Value)
	case argDate:
		return parseArg[core.Date](a.Value)
	case argTexts:
		return parseArg[[]string](a.Value)
	case argWords:
		return parseArg[sdk.Text](a.Value)
	case argMessage:
		m, err := parseArg[storedMessage](a.Value)
		if err != nil {
			return nil, err
		}
		return m.message()
	}
	return parseArg[string](a.Value)
}

func parseArg[T any](b []byte) (v T, err error) {
	err = json.Unmarshal(b, &v)
	return v, err
}
