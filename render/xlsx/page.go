package xlsx

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"auditpack/render"
)

// The numbers of the papers in a sheet's print setup (ECMA-376, 18.3.1.63, paperSize).
const (
	sizeLetter = 1
	sizeA4     = 9
)

// page sets landscape on the Document's paper, as wide and as high as the given numbers of pages, with header and footer; 0 pages high are as
// many as it takes.
func (p *pen) page(sheet string, wide, high int) error {
	landscape, over, size, fit := "landscape", "overThenDown", sizeA4, true
	if p.document.Paper == render.Letter {
		size = sizeLetter
	}
	if err := p.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{
		Orientation: &landscape, Size: &size, FitToWidth: &wide, FitToHeight: &high, PageOrder: &over,
	}); err != nil {
		return err
	}
	side, top, edge := 0.4, 0.65, 0.3
	if err := p.file.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{
		Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &edge, Footer: &edge,
	}); err != nil {
		return err
	}
	props := &excelize.SheetPropsOptions{FitToPage: &fit}
	colour := tabColour(sheet, p.document.Demo)
	if colour != "" {
		props.TabColorRGB = &colour
	}
	if err := p.file.SetSheetProps(sheet, props); err != nil {
		return err
	}
	return p.file.SetHeaderFooter(sheet, p.headerFooter())
}

// tabColour marks the first sheet, and every sheet of a demo.
func tabColour(sheet string, demo bool) string {
	switch {
	case demo:
		return demoColour
	case sheet == render.SheetSummary:
		return render.Accent
	}
	return ""
}

func (p *pen) headerFooter() *excelize.HeaderFooterOptions {
	d := p.document
	who := joined(" · ", d.Title, d.Subject)
	if d.Demo {
		who = joined(" · ", "DEMO", who)
	}
	return &excelize.HeaderFooterOptions{
		OddHeader: "&L" + headerText(who) + "&R&A",
		OddFooter: "&L" + headerText("as of "+render.FormatTime(d.AsOf)) + "&C" + headerText(d.Digest) + "&R&P of &N",
	}
}

func joined(separator string, parts ...string) string {
	var some []string
	for _, s := range parts {
		if s != "" {
			some = append(some, s)
		}
	}
	return strings.Join(some, separator)
}
