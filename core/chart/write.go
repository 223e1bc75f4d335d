package chart

import (
	"bytes"
	"html"
	"image/png"
	"io"
	"regexp"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"

	"qunxiang/core"
)

// The sizes at which a picture of a file is laid out, in dips: a bigger picture has
// bigger text, not more empty space.
const (
	layoutWidth  = 900
	layoutHeight = 620
)

// Write draws the figure width×height pixels large as "png", "svg" or "pdf" (there
// a pixel is 1/96 inch). Equal figures give equal bytes. It returns core.Error
// chart_format or chart_size, or the writer's error.
func (f *Figure) Write(w io.Writer, format string, width, height int) error {
	if width < minSide || height < minSide || width > maxSide || height > maxSide {
		return &core.Error{
			Code: "chart_size", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"width": width, "height": height, "min": minSide, "max": maxSide},
		}
	}
	scale := max(1, min(float64(width)/layoutWidth, float64(height)/layoutHeight))
	switch format {
	case "png":
		fr, err := f.Render(width, height, scale)
		if err != nil {
			return err
		}
		return png.Encode(w, fr.Image)
	case "svg":
		return f.writeSVG(w, float64(width), float64(height), scale)
	case "pdf":
		return f.writePDF(w, float64(width), float64(height), scale)
	}
	return &core.Error{Code: "chart_format", Origin: core.OriginUser, Op: "chart", Args: core.Args{"format": format}}
}

// px is the length of a pixel on gonum's canvases.
const px = vg.Inch / 96

func (f *Figure) writeSVG(w io.Writer, width, height, scale float64) error {
	c := vgsvg.New(vg.Length(width)*px, vg.Length(height)*px)
	p := f.pen(c, width, height, scale)
	p.rect(box{0, 0, p.w, p.h}, p.th.background)
	f.paint(p)
	var buf bytes.Buffer
	if _, err := c.WriteTo(&buf); err != nil {
		return err
	}
	// gonum calls its PNG layers image/jpg, which strict viewers refuse to show.
	b := bytes.ReplaceAll(buf.Bytes(), []byte("data:image/jpg;base64,"), []byte("data:image/png;base64,"))
	// Text is outlines: the title is for those who search or listen.
	title := "\n<title>" + html.EscapeString(f.Title()) + "</title>\n"
	if i := bytes.Index(b, []byte("<svg")); i >= 0 {
		if j := bytes.IndexByte(b[i:], '>'); j >= 0 {
			b = append(b[:i+j+1:i+j+1], append([]byte(title), b[i+j+1:]...)...)
		}
	}
	_, err := w.Write(b)
	return err
}

// pdfDate matches the times that the PDF writer takes from the clock.
var pdfDate = regexp.MustCompile(`/(CreationDate|ModDate) \(D:\d{14}\)`)

func (f *Figure) writePDF(w io.Writer, width, height, scale float64) error {
	c := vgpdf.New(vg.Length(width)*px, vg.Length(height)*px)
	p := f.pen(c, width, height, scale)
	p.rect(box{0, 0, p.w, p.h}, p.th.background)
	f.paint(p)
	var buf bytes.Buffer
	if _, err := c.WriteTo(&buf); err != nil {
		return err
	}
	// The same figure gives the same bytes: of equal length, so that offsets hold.
	b := pdfDate.ReplaceAllFunc(buf.Bytes(), func(m []byte) []byte {
		return append(m[:len(m)-15:len(m)-15], "20000101000000)"...)
	})
	_, err := w.Write(b)
	return err
}
