package privacy_test

import (
	"fmt"
	"testing"

	"qunxiang/core/privacy"
)

// What an import pays per column: 300 cells.
func BenchmarkClassify(b *testing.B) {
	for name, format := range map[string]string{"phone": "138%08d", "order": "SO20240131%06d", "amount": "%d.50", "text": "周末送到门口就好，第%d次来了", "id": "11010519491231%04d"} {
		cells := make([]string, 300)
		for i := range cells {
			cells[i] = fmt.Sprintf(format, 7919*i)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				privacy.Classify("column", cells, "")
			}
		})
	}
}

func BenchmarkMaskText(b *testing.B) {
	texts := []string{"很好吃，下次还来", "送餐太慢了，等了90分钟", "请打13812345678找我，或写信 alice@x.com"}
	for b.Loop() {
		for _, s := range texts {
			privacy.MaskText(s)
		}
	}
}
