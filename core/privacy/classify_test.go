package privacy_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/privacy"
	"qunxiang/internal/reference"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	phones := []string{"13812345678", "15900001234", "18612348888", "17712340000"}
	names := []string{"张伟", "王芳", "李秀英", "欧阳娜娜", "刘洋"}
	for _, c := range []struct {
		header string
		cells  []string
		role   core.Role
		kind   privacy.Kind
		class  core.FieldClass
	}{
		{"手机号", phones, "", privacy.Phone, core.ClassDirect},
		{"A", phones, "", privacy.Phone, core.ClassDirect},
		{"客户编号", phones, core.RoleCustomer, privacy.Phone, core.ClassDirect},
		{"手机号", []string{"1.38E+10", "1.59E+10", "1.86E+10"}, "", privacy.Phone, core.ClassDirect},
		{"联系电话", []string{"010-65551234", "0755-26551234", "021-65551234"}, "", privacy.Landline, core.ClassDirect},
		{"电话", []string{"138****5678", "159****1234", "-"}, "", privacy.Phone, core.ClassDirect},
		{"phone", []string{"+44 20 7946 0958", "+1 503-555-0100"}, "", privacy.ForeignPhone, core.ClassDirect},
		{"电话", []string{"有", "无", "有"}, "", privacy.None, core.ClassMeasure},
		{"手机品牌", []string{"华为", "小米", "苹果"}, "", privacy.None, core.ClassMeasure},
		{"身份证号", []string{"11010519491231002X", "440524188001010014", "错"}, "", privacy.IDCard, core.ClassDirect},
		{"B", []string{"11010519491231002X", "440524188001010014", "11010519491231002X"}, "", privacy.IDCard, core.ClassDirect},
		{"身份证号", []string{"110105194912310021", "320981199001011234", "44010619850505777X"}, "", privacy.IDCard, core.ClassDirect},
		{"身份证", []string{"是", "否", "是"}, "", privacy.None, core.ClassMeasure},
		{"证件类型", []string{"身份证", "护照", "身份证"}, "", privacy.None, core.ClassMeasure},
		{"座机", []string{"65551234", "26551234", "6555123"}, "", privacy.Phone, core.ClassDirect},
		{"座机", []string{"(020)87651234", "010-65551234", "0755-27881234"}, "", privacy.Landline, core.ClassDirect},
		{"手机号", []string{"12012345678", "11900001234", "10612348888"}, "", privacy.Phone, core.ClassDirect},
		{"会员卡号", []string{"6000000000001234", "6000000000001235"}, "", privacy.None, core.ClassMeasure},
		{"phone_count", []string{"1", "2", "3"}, "", privacy.None, core.ClassMeasure},
		{"银行卡", []string{"6212345678901232", "4111111111111111"}, "", privacy.BankCard, core.ClassDirect},
		{"会员卡号", []string{"00017", "00018", "00019"}, core.RoleCustomer, privacy.None, core.ClassKey},
		{"税号", []string{"91350100M000100Y43"}, "", privacy.CompanyCode, core.ClassDirect},
		{"Email", []string{"a@x.com", "b@y.org"}, core.RoleCustomer, privacy.Email, core.ClassDirect},
		{"收货人", names, "", privacy.Name, core.ClassDirect},
		{"客户", names, core.RoleCustomer, privacy.None, core.ClassKey},
		{"会员名", names, core.RoleCustomer, privacy.None, core.ClassKey},
		{"会员名", names, "", privacy.Name, core.ClassDirect},
		{"customer_name", []string{"Ann Lee", "Bob Stone", "Cy Young"}, "", privacy.Name, core.ClassDirect},
		{"客户", names, "", privacy.Name, core.ClassDirect},
		{"客户姓名", names, core.RoleCustomer, privacy.Name, core.ClassDirect},
		{"first_name", []string{"Ann", "Bob"}, "", privacy.Name, core.ClassDirect},
		{"Name", []string{"Ann Lee", "Bob Stone", "Cy Young"}, "", privacy.Name, core.ClassDirect},
		{"name", []string{"Alabama", "Alaska", "New York"}, "", privacy.None, core.ClassMeasure},
		{"customer_id", []string{"Brion Stark", "Ethyl Botsford"}, core.RoleCustomer, privacy.None, core.ClassKey},
		{"产品名称", []string{"白酒", "黄酒", "高粱"}, core.RoleProduct, privacy.None, core.ClassMeasure},
		{"城市", []string{"上海", "成都", "黄山", "武汉"}, "", privacy.Region, core.ClassQuasi},
		{"收货地址", []string{"广东省深圳市南山区科技路1号", "北京市朝阳区建国路88号"}, "", privacy.Address, core.ClassDirect},
		{"收货地址", []string{"上海市", "北京市"}, "", privacy.None, core.ClassMeasure},
		{"Address", []string{"12 Oak Street, Portland", "7 High Road, Leeds"}, "", privacy.Address, core.ClassDirect},
		{"车牌", []string{"京A12345", "粤BD12345"}, "", privacy.Plate, core.ClassDirect},
		{"ip", []string{"10.0.0.7", "192.168.1.4"}, "", privacy.IP, core.ClassDirect},
		{"微信号", []string{"wx_alice", "bob2020"}, "", privacy.Handle, core.ClassDirect},
		{"微信", []string{"是", "否", "是"}, "", privacy.None, core.ClassMeasure},
		{"昵称", []string{"小太阳", "cat123"}, "", privacy.Handle, core.ClassDirect},
		{"handle", []string{"@alice", "@bob"}, "", privacy.Handle, core.ClassDirect},
		{"护照号", []string{"E12345678", "EA1234567"}, "", privacy.Passport, core.ClassDirect},
		{"银行账号", []string{"110012345678", "310098765432"}, "", privacy.Account, core.ClassDirect},
		{"出生日期", []string{"1990-01-31", "1985-05-05"}, "", privacy.Birth, core.ClassQuasi},
		{"年龄", []string{"31", "42"}, "", privacy.Age, core.ClassQuasi},
		{"Customer_Age", []string{"31", "42"}, "", privacy.Age, core.ClassQuasi},
		{"Mileage", []string{"31", "42"}, "", privacy.None, core.ClassMeasure},
		{"C", []string{"男", "女", "女"}, "", privacy.Sex, core.ClassQuasi},
		{"职业", []string{"教师", "医生"}, "", privacy.Job, core.ClassQuasi},
		{"学历", []string{"本科", "硕士"}, "", privacy.Education, core.ClassQuasi},
		{"Annual Income (k$)", []string{"15", "16"}, "", privacy.Income, core.ClassQuasi},
		{"婚姻状况", []string{"已婚", "未婚"}, "", privacy.Marital, core.ClassQuasi},
		{"备注", []string{"周末送货", "放门口"}, "", privacy.Note, core.ClassQuasi},
		{"病史", []string{"无", "糖尿病"}, "", privacy.Health, core.ClassSensitive},
		{"过敏史", []string{"花粉", "无"}, "", privacy.Health, core.ClassSensitive},
		{"宗教信仰", []string{"佛教", "无"}, "", privacy.Religion, core.ClassSensitive},
		{"民族", []string{"汉", "回"}, "", privacy.Ethnicity, core.ClassSensitive},
		{"政治面貌", []string{"群众", "党员"}, "", privacy.Politics, core.ClassSensitive},
		{"宝宝生日", []string{"2021-01-31"}, "", privacy.Minor, core.ClassSensitive},
		{"孩子数量", []string{"1", "2"}, "", privacy.None, core.ClassMeasure},
		{"经度", []string{"116.39", "121.47"}, "", privacy.Location, core.ClassSensitive},
		{"blood_type", []string{"A", "O"}, "", privacy.Health, core.ClassSensitive},
		{"healthy", []string{"Yes", "No"}, "", privacy.None, core.ClassMeasure},
		{"评论", []string{"很好"}, core.RoleText, privacy.Note, core.ClassQuasi},
		{"amount", phones, core.RoleAmount, privacy.None, core.ClassMeasure},
	} {
		f := privacy.Classify(c.header, c.cells, c.role)
		if f.Kind != c.kind || f.Class != c.class {
			t.Errorf("Classify(%q, %v, %q) = %s %s, want %s %s", c.header, c.cells, c.role, f.Kind, f.Class, c.kind, c.class)
		}
		if f.Sure < 0 || f.Sure > 1 {
			t.Errorf("Classify(%q): sure %v", c.header, f.Sure)
		}
	}
	if f := privacy.Classify("手机号", []string{"1.38E+10", "13912345678"}, ""); f.Rounded != 0.5 {
		t.Errorf("half of the phones are rounded, told %v", f.Rounded)
	}
}

// Numbers that shops have by the thousand and that are no telephones or cards: whatever
// the header, unless it calls them so, they are not taken for direct identifiers.
func TestNumbersAreNoIdentifiers(t *testing.T) {
	t.Parallel()
	makers := map[string]func(r *rand.Rand, i int) string{
		"running 11 digits": func(_ *rand.Rand, i int) string { return strconv.Itoa(13_800_000_000 + 7*i) },
		"day and number":    func(r *rand.Rand, i int) string { return fmt.Sprintf("202401%02d%04d", 1+r.IntN(28), i) },
		"seconds":           func(r *rand.Rand, _ int) string { return strconv.Itoa(1_600_000_000 + r.IntN(1e8)) },
		"milliseconds":      func(r *rand.Rand, _ int) string { return strconv.Itoa(1_600_000_000_000 + r.IntN(1e11)) },
		"cents":             func(r *rand.Rand, _ int) string { return strconv.Itoa(r.IntN(1e9)) },
		"amount":            func(r *rand.Rand, _ int) string { return fmt.Sprintf("%.2f", r.Float64()*1e5) },
		"eleven digits":     func(r *rand.Rand, _ int) string { return strconv.Itoa(10_000_000_000 + r.IntN(89_999_999_999)) },
		"sixteen digits":    func(r *rand.Rand, _ int) string { return strconv.Itoa(1e15 + r.IntN(8e15)) },
		"eighteen digits":   func(r *rand.Rand, _ int) string { return strconv.Itoa(1e17 + r.IntN(8e17)) },
		"fifteen digits":    func(r *rand.Rand, _ int) string { return strconv.Itoa(1e14 + r.IntN(8e14)) },
		"EAN-13":            func(r *rand.Rand, _ int) string { return fmt.Sprintf("69%011d", r.IntN(1e11)) },
		"code":              func(r *rand.Rand, _ int) string { return fmt.Sprintf("SKU-%06d", r.IntN(1e6)) },
		"US date": func(r *rand.Rand, _ int) string {
			return fmt.Sprintf("%02d/%02d/%d", 1+r.IntN(12), 1+r.IntN(28), 2000+r.IntN(25))
		},
		"time": func(r *rand.Rand, _ int) string {
			return fmt.Sprintf("2024-01-%02d %02d:%02d:%02d", 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60))
		},
		"ten digits hyphens": func(r *rand.Rand, _ int) string { return fmt.Sprintf("%04d-%06d", r.IntN(1e4), r.IntN(1e6)) },
	}
	for name, cell := range makers {
		rapid.Check(t, func(t *rapid.T) {
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
			header := rapid.SampledFrom([]string{"A", "no", "编号", "value", "x1", "订单号", "amount", "ref"}).Draw(t, "header")
			cells := make([]string, rapid.IntRange(30, 300).Draw(t, "rows"))
			for i := range cells {
				cells[i] = cell(r, i)
			}
			if f := privacy.Classify(header, cells, ""); f.Class == core.ClassDirect {
				t.Fatalf("%s under %q is taken for %s (%v)", name, header, f.Kind, cells[:5])
			}
		})
	}
}

// Real telephones without a header that says so are found: Classify must not be right by
// calling nothing a telephone.
func TestPhonesAreFoundByTheirForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		prefixes := []string{"130", "135", "138", "139", "150", "158", "159", "166", "177", "180", "186", "188", "189", "198", "199"}
		cells := make([]string, 50)
		for i := range cells {
			cells[i] = fmt.Sprintf("%s%08d", prefixes[r.IntN(len(prefixes))], r.IntN(1e8))
		}
		if f := privacy.Classify("column3", cells, ""); f.Kind != privacy.Phone {
			t.Fatalf("%v is %s", cells[:5], f.Kind)
		}
	})
}

// What every column of real files is. What is not named is a measure.
func TestRealFiles(t *testing.T) {
	t.Parallel()
	type m map[string]privacy.Kind
	for file, want := range map[string]m{
		"transactions/rfm_data_orders.csv": {"first_name": privacy.Name, "last_name": privacy.Name, "email": privacy.Email},
		"customers/rfm_data_customer.csv":  {"first_name": privacy.Name, "last_name": privacy.Name, "email": privacy.Email},
		"customers/telco_churn.csv":        {"gender": privacy.Sex, "Partner": privacy.Marital, "Dependents": privacy.Household},
		"customers/insurance_medical_cost.csv": {
			"age": privacy.Age, "sex": privacy.Sex, "children": privacy.Household, "region": privacy.Region,
		},
		"customers/mall_customers.csv": {"Gender": privacy.Sex, "Age": privacy.Age, "Annual Income (k$)": privacy.Income},
		"customers/bank_churners.csv": {
			"Customer_Age": privacy.Age, "Gender": privacy.Sex, "Dependent_count": privacy.Household, "Education_Level": privacy.Education,
			"Marital_Status": privacy.Marital, "Income_Category": privacy.Income,
		},
		"customers/german_credit_lantz.csv":  {"personal_status": privacy.Marital, "age": privacy.Age, "job": privacy.Job, "dependents": privacy.Household, "employment_length": privacy.Job},
		"customers/wholesale_customers.csv":  {"Region": privacy.Region},
		"customers/cc_general.csv":           {},
		"transactions/groceries_dataset.csv": {},
		"transactions/btyd_cdnowElog.csv":    {},
		"transactions/donations_bgbb.csv":    {},
		"surveys/mcdonalds.csv":              {"Age": privacy.Age, "Gender": privacy.Sex},
		"surveys/bfi.csv":                    {"age": privacy.Age, "gender": privacy.Sex, "education": privacy.Education},
		"classics/usarrests.csv":             {},
		"classics/mtcars.csv":                {},
		"classics/animals.csv":               {},
		"classics/car_test_frame.csv":        {"Country": privacy.Region},
		"classics/planttraits_mixed.csv":     {},
		"classics/kyphosis.csv":              {"Age": privacy.Age},
		"classics/lung.csv":                  {"age": privacy.Age, "sex": privacy.Sex},
		"classics/stagec.csv":                {"age": privacy.Age},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			rows := reference.Rows(t, file)
			for c, name := range rows[0] {
				var cells []string
				for _, r := range rows[1:min(len(rows), 2000)] {
					if c < len(r) && r[c] != "" && r[c] != "NA" {
						cells = append(cells, r[c])
					}
				}
				role := core.Role("")
				if name == "customer_id" || name == "CustomerID" || name == "customerID" || name == "CLIENTNUM" {
					role = core.RoleCustomer
				}
				if f := privacy.Classify(name, cells, role); f.Kind != want[name] {
					t.Errorf("%s is %s, want %s; cells like %.3q", name, f.Kind, want[name], cells[:min(3, len(cells))])
				}
			}
		})
	}
}
