package privacy_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qunxiang/core/privacy"
)

func TestPhones(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cell, e164, ext string
		kind            privacy.Kind
	}{
		{"13812345678", "+8613812345678", "", privacy.Phone},
		{"+86 138 1234 5678", "+8613812345678", "", privacy.Phone},
		{"0086-138-1234-5678", "+8613812345678", "", privacy.Phone},
		{"8613812345678", "+8613812345678", "", privacy.Phone},
		{"(+86)13812345678", "+8613812345678", "", privacy.Phone},
		{"１３８１２３４５６７８", "+8613812345678", "", privacy.Phone},
		{"13812345678.0", "+8613812345678", "", privacy.Phone},
		{"tel:13812345678", "+8613812345678", "", privacy.Phone},
		{"1.3812345678E+10", "+8613812345678", "", privacy.Phone},
		{"19912345678", "+8619912345678", "", privacy.Phone},
		{"010-65551234", "+861065551234", "", privacy.Landline},
		{"(021) 6555 1234", "+862165551234", "", privacy.Landline},
		{"0755-26551234-802", "+8675526551234", "802", privacy.Landline},
		{"0755-26551234转802", "+8675526551234", "802", privacy.Landline},
		{"+86 10 6555 1234", "+861065551234", "", privacy.Landline},
		{"400-820-1234", "+864008201234", "", privacy.Landline},
		{"95588", "+8695588", "", privacy.Landline},
		{"+44 20 7946 0958", "+442079460958", "", privacy.ForeignPhone},
		{"+1 503-555-0100", "+15035550100", "", privacy.ForeignPhone},
		{"(503) 555-0100", "+15035550100", "", privacy.ForeignPhone},
		{"503-555-0100", "+15035550100", "", privacy.ForeignPhone},
		{"503-5550100", "+15035550100", "", privacy.ForeignPhone},
		{"1-202-555-0100", "+12025550100", "", privacy.ForeignPhone},
		{"0044 20 7946 0958", "+442079460958", "", privacy.ForeignPhone},
		{"+852 2123 4567", "+85221234567", "", privacy.ForeignPhone},
	} {
		n, ok := privacy.ParsePhone(c.cell)
		if !ok || n.E164 != c.e164 || n.Extension != c.ext || n.Kind != c.kind {
			t.Errorf("ParsePhone(%q) = %+v, %v, want %s %s %s", c.cell, n, ok, c.e164, c.ext, c.kind)
		}
	}
	if n, ok := privacy.ParsePhone("1.38E+10"); !ok || !n.Rounded {
		t.Errorf("1.38E+10 = %+v, %v, want a rounded phone", n, ok)
	}
	for _, s := range []string{"", "12345", "12812345678", "15412345678", "138123456789", "2024-01-31", "20240131", "1706659200", "1706659200000", "99.50", "SO20240131001", "1,234.50", "5035550100", "8262-900713", "826290-0713", "82629-00713", "82-629-007-13", "0.13812345678", "192.168.1.100", "-13812345678x"} {
		if n, ok := privacy.ParsePhone(s); ok {
			t.Errorf("ParsePhone(%q) = %+v, want none", s, n)
		}
	}
}

// The examples of GB 11643-1999 (annex) and of GB 32100-2015, test numbers of card networks.
func TestCards(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"11010519491231002X", "11010519491231002x", "440524188001010014", "130503670401001", "11010519491231002Ｘ"} {
		if _, ok := privacy.IDCardNumber(s); !ok {
			t.Errorf("IDCardNumber(%q) = false", s)
		}
	}
	for _, s := range []string{"110105194912310020", "110105194913310028", "000105194912310021", "11010519491231002", "130503671301001"} {
		if _, ok := privacy.IDCardNumber(s); ok {
			t.Errorf("IDCardNumber(%q) = true", s)
		}
	}
	if got := privacy.Same15("110105491231002"); got != "11010519491231002X" {
		t.Errorf("Same15 = %s", got)
	}
	for _, s := range []string{"4111111111111111", "5555 5555 5555 4444", "378282246310005", "6212345678901232", "6011111111111117", "30569309025904"} {
		if _, ok := privacy.BankCardNumber(s); !ok {
			t.Errorf("BankCardNumber(%q) = false", s)
		}
	}
	for _, s := range []string{"4111111111111112", "1234567812345670", "4111", "20240131123456789"} {
		if _, ok := privacy.BankCardNumber(s); ok {
			t.Errorf("BankCardNumber(%q) = true", s)
		}
	}
	if _, ok := privacy.CompanyNumber("91350100M000100Y43"); !ok {
		t.Error("a unified social credit code is not recognised")
	}
	if _, ok := privacy.CompanyNumber("91350100M000100Y44"); ok {
		t.Error("a wrong check character passes")
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, family := range map[string]string{"张伟": "张", "欧阳娜娜": "欧阳", "欧阳修": "欧阳", "司马光": "司马", "王小明": "王", "上海": "", "张": "", "Anna": "", "一二三四五": ""} {
		if got := privacy.Surname(name); got != family {
			t.Errorf("Surname(%q) = %q, want %q", name, got, family)
		}
	}
	for with, without := range map[string]string{"张先生": "张", "Mr. Smith": "Smith", "李女士": "李", "Msgr": "Msgr", "先生": "先生"} {
		if got := privacy.Untitled(with); got != without {
			t.Errorf("Untitled(%q) = %q, want %q", with, got, without)
		}
	}
}

// Any change of one digit of an identity card is found: ISO 7064 MOD 11-2.
func TestIDCardChangedDigitIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		card := "11010519491231002X"
		at, by := rapid.IntRange(0, 16).Draw(t, "at"), rapid.IntRange(1, 9).Draw(t, "by")
		b := []byte(card)
		b[at] = '0' + (b[at]-'0'+byte(by))%10
		if _, ok := privacy.IDCardNumber(string(b)); ok {
			t.Fatalf("%s passes", b)
		}
	})
}

// Nothing that people may write makes the readers of forms panic or hang.
func TestFormsTakeAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9+\-() .xE#@*]{0,40}`), rapid.StringMatching(`[\x{4E00}-\x{4E40}省市区路号王李张·A-Z0-9* ]{0,20}`)).Draw(t, "cell")
		for _, k := range privacy.Kinds() {
			once := privacy.Mask(k, s)
			if twice := privacy.Mask(k, once); twice != once {
				t.Fatalf("Mask(%s, %q) = %q, and again %q", k, s, once, twice)
			}
		}
		once := privacy.MaskText(s)
		if twice := privacy.MaskText(once); twice != once {
			t.Fatalf("MaskText(%q) = %q, and again %q", s, once, twice)
		}
		privacy.Classify(s, []string{s}, "")
	})
}

func TestMasks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind       privacy.Kind
		cell, want string
	}{
		{privacy.Phone, "+86 138-1234-5678", "138****5678"},
		{privacy.Phone, "1.38E+10", "138*******"},
		{privacy.Phone, "not a phone", "***"},
		{privacy.Landline, "0755-26551234", "0755-****34"},
		{privacy.Landline, "01065551234", "010-****34"},
		{privacy.ForeignPhone, "+44 20 7946 0958", "+44****58"},
		{privacy.Email, "alice@x.com", "a***@x.com"},
		{privacy.Email, "张三@公司.com", "张***@公司.com"},
		{privacy.IDCard, "11010519491231002X", "110***********002X"},
		{privacy.IDCard, "110105491231002", "110********1002"},
		{privacy.BankCard, "6212 3456 7890 1232", "****1232"},
		{privacy.Name, "张伟", "张*"},
		{privacy.Name, "欧阳娜娜", "欧阳*"},
		{privacy.Name, "John Ronald Smith", "J* R* S*"},
		{privacy.Address, "广东省深圳市南山区科技路1号", "广东省深圳市***"},
		{privacy.Address, "北京市朝阳区建国路88号", "北京市***"},
		{privacy.Address, "12 Oak Street, Portland", "***"},
		{privacy.Plate, "京A12345", "京A***45"},
		{privacy.IP, "192.168.1.7", "192.168.*.*"},
		{privacy.Handle, "wx_alice", "w***"},
		{privacy.Passport, "E12345678", "E***"},
		{privacy.URL, "https://weibo.com/u/12345?x=1", "https://weibo.com/***"},
		{privacy.Health, "diabetes", "***"},
		{privacy.Age, "42", "42"},
		{privacy.None, "anything 13812345678", "anything 13812345678"},
		{privacy.Email, "", ""},
	} {
		if got := privacy.Mask(c.kind, c.cell); got != c.want {
			t.Errorf("Mask(%s, %q) = %q, want %q", c.kind, c.cell, got, c.want)
		}
	}
}

func TestMaskText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          "",
		"很好，下次再来！":                  "很好，下次再来！",
		"外卖送了90分钟，12.5元一份":          "外卖送了90分钟，12.5元一份",
		"请打13812345678找我":           "请打138****5678找我",
		"电话：138 1234 5678，谢谢":       "电话:138****5678,谢谢",
		"call +44 20 7946 0958 now": "call +44****58 now",
		"座机010-65551234":            "座机010-****34",
		"写信 alice@x.com 或 b@y.cn":   "写信 a***@x.com 或 b***@y.cn",
		"身份证11010519491231002X的":    "身份证110***********002X的",
		"卡号 6212 3456 7890 1232 退款": "卡号 ****1232 退款",
		"订单20240131001234没到":        "订单20240131001234没到",
		"加微信：alice_2020":            "加微信:a***",
		"QQ 12345678":               "QQ 1***",
		"车牌京A12345停在门口":             "车牌京A***45停在门口",
		"看 https://a.cn/u/1?x=2 吧":  "看 https://a.cn/*** 吧",
		"from 10.0.0.7":             "from 10.0.*.*",
	} {
		if got := privacy.MaskText(text); got != want {
			t.Errorf("MaskText(%q) = %q, want %q", text, got, want)
		}
	}
}

// A mask never shows the whole of what it hides.
func TestMasksHide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		phone := "1" + rapid.StringMatching(`3[0-9]{9}`).Draw(t, "phone")
		for _, text := range []string{phone, "电话" + phone + "。", "+86" + phone, phone[:3] + "-" + phone[3:7] + "-" + phone[7:]} {
			plain := strings.ReplaceAll(privacy.MaskText(text), "-", "")
			if strings.Contains(plain, phone) || strings.Contains(plain, phone[3:]) {
				t.Fatalf("MaskText(%q) = %q", text, plain)
			}
			if got := privacy.Mask(privacy.Phone, text); strings.Contains(got, phone) {
				t.Fatalf("Mask(%q) = %q", text, got)
			}
		}
	})
}
