package wire

import (
	"qunxiang/sdk"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/table"
)

// FromInfo writes a method's description.
func FromInfo(in sdk.Info) *methodv1.MethodInfo {
	return &methodv1.MethodInfo{
		Id: in.ID, Version: in.Version,
		Name: fromText(in.Name), Summary: fromText(in.Summary), Question: fromText(in.Question), Help: fromText(in.Help),
		Tags: in.Tags, Roles: each(in.Roles, fromRole), Params: each(in.Params, fromParam), ParamsVersion: int32(in.ParamsVersion),
		Outputs: each(in.Outputs, fromOutput),
		Capabilities: &methodv1.Capabilities{
			Apply: in.Capabilities.Apply, Seeded: in.Capabilities.Seeded, StopEarly: in.Capabilities.StopEarly,
			ExportFormats: in.Capabilities.ExportFormats,
		},
		Details: each(in.Details, fromDetail),
	}
}

// ToInfo reads a method's description.
func ToInfo(m *methodv1.MethodInfo) sdk.Info {
	c := m.GetCapabilities()
	return sdk.Info{
		ID: m.GetId(), Version: m.GetVersion(),
		Name: ToText(m.GetName()), Summary: ToText(m.GetSummary()), Question: ToText(m.GetQuestion()), Help: ToText(m.GetHelp()),
		Tags: list(m.GetTags()), Roles: each(m.GetRoles(), toRole), Params: each(m.GetParams(), toParam), ParamsVersion: int(m.GetParamsVersion()),
		Outputs: each(m.GetOutputs(), toOutput),
		Capabilities: sdk.Capabilities{
			Apply: c.GetApply(), Seeded: c.GetSeeded(), StopEarly: c.GetStopEarly(), ExportFormats: list(c.GetExportFormats()),
		},
		Details: each(m.GetDetails(), toDetail),
	}
}

func fromDetail(d sdk.Detail) *methodv1.Detail {
	return &methodv1.Detail{Id: d.ID, Required: d.Required, Help: fromText(d.Help)}
}

func toDetail(m *methodv1.Detail) sdk.Detail {
	return sdk.Detail{ID: m.GetId(), Required: m.GetRequired(), Help: ToText(m.GetHelp())}
}

func fromRole(r sdk.Role) *methodv1.Role {
	return &methodv1.Role{
		Id: r.ID, Title: fromText(r.Title), Help: fromText(r.Help), Min: int32(r.Min), Max: int32(r.Max),
		Kinds: each(r.Kinds, fromKind), Hints: r.Hints, Param: r.Param, Missing: methodv1.Missing(r.Missing),
	}
}

func toRole(m *methodv1.Role) sdk.Role {
	return sdk.Role{
		ID: m.GetId(), Title: ToText(m.GetTitle()), Help: ToText(m.GetHelp()), Min: int(m.GetMin()), Max: int(m.GetMax()),
		Kinds: each(m.GetKinds(), toKind), Hints: list(m.GetHints()), Param: m.GetParam(), Missing: small[sdk.Missing](m.GetMissing()),
	}
}

func fromKind(k table.Kind) methodv1.ColumnKind { return methodv1.ColumnKind(k) }
func toKind(k methodv1.ColumnKind) table.Kind   { return small[table.Kind](k) }

func fromOutput(o sdk.Output) *methodv1.Output {
	return &methodv1.Output{Id: o.ID, Title: fromText(o.Title), Kind: fromKind(o.Kind), Meaning: methodv1.Meaning(o.Meaning), Unit: o.Unit}
}

func toOutput(m *methodv1.Output) sdk.Output {
	return sdk.Output{
		ID: m.GetId(), Title: ToText(m.GetTitle()), Kind: toKind(m.GetKind()), Meaning: small[sdk.Meaning](m.GetMeaning()), Unit: m.GetUnit(),
	}
}

func fromParam(p sdk.Param) *methodv1.Param {
	m := &methodv1.Param{
		Id: p.ID, Kind: methodv1.ParamKind(p.Kind), Title: fromText(p.Title), Help: fromText(p.Help), Unit: fromText(p.Unit),
		DefaultValue: fromValue(p.Default), Auto: p.Auto, Min: p.Min, Max: p.Max, Choices: each(p.Choices, fromChoice),
		Items: int32(p.Items), Rising: p.Rising, Advanced: p.Advanced, Group: fromText(p.Group), Host: methodv1.HostUse(p.Host),
	}
	if p.When != nil {
		m.When = &methodv1.When{Param: p.When.Param, Is: p.When.Is}
	}
	return m
}

func toParam(m *methodv1.Param) sdk.Param {
	p := sdk.Param{
		ID: m.GetId(), Kind: small[sdk.ParamKind](m.GetKind()), Title: ToText(m.GetTitle()), Help: ToText(m.GetHelp()), Unit: ToText(m.GetUnit()),
		Default: toValue(m.GetDefaultValue()), Auto: m.GetAuto(), Min: m.Min, Max: m.Max, Choices: each(m.GetChoices(), toChoice),
		Items: int(m.GetItems()), Rising: m.GetRising(), Advanced: m.GetAdvanced(), Group: ToText(m.GetGroup()), Host: small[sdk.HostUse](m.GetHost()),
	}
	if w := m.GetWhen(); w != nil {
		p.When = &sdk.When{Param: w.GetParam(), Is: list(w.GetIs())}
	}
	return p
}

func fromChoice(c sdk.Choice) *methodv1.Choice {
	return &methodv1.Choice{Id: c.ID, Title: fromText(c.Title), Help: fromText(c.Help)}
}

func toChoice(m *methodv1.Choice) sdk.Choice {
	return sdk.Choice{ID: m.GetId(), Title: ToText(m.GetTitle()), Help: ToText(m.GetHelp())}
}
