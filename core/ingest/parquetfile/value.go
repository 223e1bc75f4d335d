package parquetfile

import (
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"qunxiang/core/ingest/internal/cell"
)

// writer appends a value as text; ok is false for one that has none.
type writer func(b []byte, v parquet.Value) (out []byte, ok bool)

// writerOf finds how the values of a leaf are written, by its logical type, by the type
// that older writers give instead, or by how they are stored.
func writerOf(e format.SchemaElement) writer {
	switch t := e.LogicalType.Value.(type) {
	case *format.DateType:
		return date
	case *format.TimestampType:
		return timestamp(unit(t.Unit))
	case *format.TimeType:
		return clock(unit(t.Unit))
	case *format.DecimalType:
		return decimal(int(t.Scale))
	case *format.IntType:
		if !t.IsSigned {
			return unsigned
		}
	case *format.UUIDType:
		return uuid
	}
	if t, ok := e.ConvertedType.Get(); ok {
		if w := converted(t, e); w != nil {
			return w
		}
	}
	return stored
}

func converted(t deprecated.ConvertedType, e format.SchemaElement) writer {
	switch t {
	case deprecated.Decimal:
		scale, _ := e.Scale.Get()
		return decimal(int(scale))
	case deprecated.Date:
		return date
	case deprecated.TimeMillis:
		return clock(time.Millisecond)
	case deprecated.TimeMicros:
		return clock(time.Microsecond)
	case deprecated.TimestampMillis:
		return timestamp(time.Millisecond)
	case deprecated.TimestampMicros:
		return timestamp(time.Microsecond)
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return unsigned
	}
	return nil
}

func unit(u format.TimeUnit) time.Duration {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return time.Millisecond
	case *format.MicroSeconds:
		return time.Microsecond
	}
	return time.Nanosecond
}

// stored writes a value as it is stored.
func stored(b []byte, v parquet.Value) ([]byte, bool) {
	switch v.Kind() {
	case parquet.Boolean:
		if v.Boolean() {
			return append(b, "TRUE"...), true
		}
		return append(b, "FALSE"...), true
	case parquet.Int32:
		return strconv.AppendInt(b, int64(v.Int32()), 10), true
	case parquet.Int64:
		return strconv.AppendInt(b, v.Int64(), 10), true
	case parquet.Int96:
		return old(b, v.Int96())
	case parquet.Float:
		return float(b, float64(v.Float()), 32)
	case parquet.Double:
		return float(b, v.Double(), 64)
	}
	raw := v.ByteArray()
	if !utf8.Valid(raw) || strings.IndexByte(string(raw), 0) >= 0 {
		const most = 64
		return append(b, hex.EncodeToString(raw[:min(len(raw), most)])...), false
	}
	return append(b, raw...), true
}

// float writes a number; NaN is how many writers store a missing one.
func float(b []byte, v float64, bits int) ([]byte, bool) {
	switch {
	case math.IsNaN(v):
		return b, true
	case math.IsInf(v, 0):
		return b, false
	case bits == 32:
		return strconv.AppendFloat(b, v, 'f', -1, 32), true
	}
	return cell.AppendNumber(b, v)
}

func unsigned(b []byte, v parquet.Value) ([]byte, bool) {
	if v.Kind() == parquet.Int32 {
		return strconv.AppendUint(b, uint64(v.Uint32()), 10), true
	}
	return strconv.AppendUint(b, v.Uint64(), 10), true
}

const maxDays = 3_000_000 // 8,000 years

func date(b []byte, v parquet.Value) ([]byte, bool) {
	n := int64(v.Int32())
	if v.Kind() != parquet.Int32 || n > maxDays || n < -maxDays {
		return b, false
	}
	return time.Unix(n*86400, 0).UTC().AppendFormat(b, time.DateOnly), true
}

func timestamp(u time.Duration) writer {
	return func(b []byte, v parquet.Value) ([]byte, bool) {
		if v.Kind() != parquet.Int64 {
			return stored(b, v)
		}
		n, per := v.Int64(), int64(time.Second/u)
		sec, frac := n/per, n%per
		if frac < 0 {
			sec, frac = sec-1, frac+per
		}
		return moment(b, sec, frac*int64(u))
	}
}

// moment writes a time in UTC to the second, midnight as the day alone.
func moment(b []byte, sec, nano int64) ([]byte, bool) {
	if sec > maxDays*86400 || sec < -maxDays*86400 {
		return b, false
	}
	t := time.Unix(sec, nano).UTC().Round(time.Second)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.AppendFormat(b, time.DateOnly), true
	}
	return t.AppendFormat(b, time.DateTime), true
}

// old writes a timestamp of 96 bits: nanoseconds of the day, and the Julian day.
func old(b []byte, v deprecated.Int96) ([]byte, bool) {
	const epoch = 2440588 // 1970-01-01
	day := int64(int32(v[2])) - epoch
	if day > maxDays || day < -maxDays {
		return b, false
	}
	nano := int64(v[1])<<32 | int64(v[0])
	return moment(b, day*86400+nano/1e9, nano%1e9)
}

func clock(u time.Duration) writer {
	return func(b []byte, v parquet.Value) ([]byte, bool) {
		var n int64
		switch v.Kind() {
		case parquet.Int32:
			n = int64(v.Int32())
		case parquet.Int64:
			n = v.Int64()
		default:
			return stored(b, v)
		}
		sec := n / int64(time.Second/u)
		if sec < 0 || sec >= 86400 {
			return b, false
		}
		return time.Unix(sec, 0).UTC().AppendFormat(b, time.TimeOnly), true
	}
}

// decimal writes a whole number with a point before its last digits.
func decimal(scale int) writer {
	return func(b []byte, v parquet.Value) ([]byte, bool) {
		n := new(big.Int)
		switch v.Kind() {
		case parquet.Int32:
			n.SetInt64(int64(v.Int32()))
		case parquet.Int64:
			n.SetInt64(v.Int64())
		case parquet.ByteArray, parquet.FixedLenByteArray:
			raw := v.ByteArray()
			if len(raw) > 64 {
				return b, false
			}
			n.SetBytes(raw)
			if len(raw) > 0 && raw[0] >= 0x80 { // two's complement
				n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
			}
		default:
			return stored(b, v)
		}
		if scale <= 0 || scale > 100 {
			return n.Append(b, 10), scale == 0
		}
		if n.Sign() < 0 {
			b = append(b, '-')
			n.Neg(n)
		}
		digits := n.String()
		if len(digits) <= scale {
			digits = strings.Repeat("0", scale-len(digits)+1) + digits
		}
		b = append(b, digits[:len(digits)-scale]...)
		return append(append(b, '.'), digits[len(digits)-scale:]...), true
	}
}

func uuid(b []byte, v parquet.Value) ([]byte, bool) {
	h := hex.EncodeToString(v.ByteArray())
	if len(h) != 32 {
		return b, false
	}
	return append(b, h[:8]+"-"+h[8:12]+"-"+h[12:16]+"-"+h[16:20]+"-"+h[20:]...), true
}
