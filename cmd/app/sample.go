package main

import (
	"context"
	"path/filepath"

	"qunxiang/core/sample"
	"qunxiang/sdk"
)

// sampleShop writes the sample shop into dir and returns what the window needs to
// make a project of it. The workbook is left out: it says the same as the orders.
func sampleShop(dir string, lang sdk.Lang) (name, currency string, files []string, err error) {
	b, err := sample.Generate(sample.Shop, sample.Options{Lang: lang, Seed: 1})
	if err != nil {
		return "", "", nil, err
	}
	dir = filepath.Join(dir, string(lang))
	if _, err := b.Write(context.Background(), dir, lang, false); err != nil {
		return "", "", nil, err
	}
	return b.Name.In(lang), b.Currency, []string{filepath.Join(dir, sample.OrdersFile)}, nil
}
