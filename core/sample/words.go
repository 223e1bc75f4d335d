package sample

import (
	"embed"
	"encoding/json"
	"fmt"

	"qunxiang/core"
	"qunxiang/sdk"
)

//go:embed data/*.json
var data embed.FS

// words are the texts and the market of one language.
type words struct {
	Name           string     `json:"name"`
	Currency       string     `json:"currency"`
	CustomerPrefix string     `json:"customerPrefix"`
	OrderPrefix    string     `json:"orderPrefix"`
	RefundPrefix   string     `json:"refundPrefix"`
	TestCustomer   string     `json:"testCustomer"`
	NameJoin       string     `json:"nameJoin"`
	SurnameFirst   bool       `json:"surnameFirst"`
	Sheet          string     `json:"sheet"`
	Surnames       []string   `json:"surnames"`
	Given          []string   `json:"given"`
	Genders        []string   `json:"genders"`
	Consent        []string   `json:"consent"` // no, yes
	Cities         []string   `json:"cities"`
	Channels       []string   `json:"channels"`
	Categories     []category `json:"categories"`
	Orders         []string   `json:"orders"` // headers
	Customers      []string   `json:"customers"`
	Truth          []string   `json:"truth"`
	Paid           string     `json:"paid"`
	Refunded       string     `json:"refunded"`
	Cancelled      string     `json:"cancelled"`
	Test           string     `json:"test"`
	BadDates       []string   `json:"badDates"`
	BadAmounts     []string   `json:"badAmounts"`
	Seasons        []season   `json:"seasons"`
}

type category struct {
	Name     string    `json:"name"`
	Products []product `json:"products"`
}

type product struct {
	Name  string `json:"name"`
	Price int64  `json:"price"` // hundredths
}

// season multiplies the orders of some days.
type season struct {
	From   core.Date `json:"from"`
	To     core.Date `json:"to"` // last day of it
	Factor float64   `json:"factor"`
	Sale   bool      `json:"sale"` // prices are reduced, bargain hunters buy
}

func loadWords(l sdk.Lang) (*words, error) {
	if l != sdk.ZH {
		l = sdk.EN
	}
	w := new(words)
	return w, load("data/shop."+string(l)+".json", w)
}

func load(name string, to any) error {
	b, err := data.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read embedded %s: %w", name, err)
	}
	if err := json.Unmarshal(b, to); err != nil {
		return fmt.Errorf("parse embedded %s: %w", name, err)
	}
	return nil
}

// products returns the products of all categories, in their order.
func (w *words) products() []product {
	var all []product
	for _, c := range w.Categories {
		all = append(all, c.Products...)
	}
	return all
}

// categoryOf returns the name of the category of a product of products().
func (w *words) categoryOf(i int) string {
	for _, c := range w.Categories {
		if i < len(c.Products) {
			return c.Name
		}
		i -= len(c.Products)
	}
	return ""
}

func (w *words) person(p person) string {
	family, given := w.Surnames[p.surname], w.Given[p.given]
	if w.SurnameFirst {
		return family + w.NameJoin + given
	}
	return given + w.NameJoin + family
}
