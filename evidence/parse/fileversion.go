package parse

import (
	"regexp"
	"strings"

	"auditpack/evidence"
)

// fileVersion reads (Get-Item PROGRAM).VersionInfo | Format-List FileName, FileVersion, ProductName, ProductVersion. The
// names are properties, which no language of Windows changes.
//
//	product:PATH@DisplayName     the product that the program says it belongs to
//	product:PATH@DisplayVersion  its version, or the program's where it names none
//
// They stand beside those of the installed programs, so that both views of a product's version are judged.
var fileVersion = &Format{
	Name: "file version list", Doc: "What a program file says of its product and version: (Get-Item …).VersionInfo | Format-List.",
	Collector: "product", Kinds: []string{"product"},
	Recognise: func(h Head) Match {
		if strings.Contains(h.Text, "FileName") && versionFile.MatchString(h.Text) && versionProperty.MatchString(h.Text) {
			return Match{Sure: 80}
		}
		return Match{}
	},
	Read: readFileVersion,
}

var (
	versionFile     = regexp.MustCompile(`(?m)^FileName +: [A-Za-z]:\\`)
	versionProperty = regexp.MustCompile(`(?m)^(File|Product)Version +: `)
	versionField    = regexp.MustCompile(`^([A-Z][A-Za-z]+) +: ?(.*)$`)
)

// versionRecord is what is known of one file while its lines are read.
type versionRecord struct {
	path, product, productVersion, fileVersion string
	cites                                      map[string]evidence.Citation
}

func readFileVersion(src Source, sink evidence.Sink) error {
	var r versionRecord
	err := eachLine(src, func(line Line) error {
		text := strings.TrimRight(line.Text, " \r")
		if text == "" {
			r.hand(sink)
			r = versionRecord{}
			return nil
		}
		field := versionField.FindStringSubmatch(text)
		if field == nil {
			sink.Problem(evidence.Problem{Scope: "product:", Message: "a line without the name of a property: the value before it was wrapped", Cite: line.Cite(src.Item)})
			return nil
		}
		name, value := field[1], strings.TrimSpace(field[2])
		if name == "FileName" { // records may follow each other without a blank line
			r.hand(sink)
			r = versionRecord{}
		}
		r.take(name, value, line.Cite(src.Item))
		return nil
	})
	if err == nil {
		r.hand(sink)
	}
	return err
}

func (r *versionRecord) take(name, value string, cite evidence.Citation) {
	if r.cites == nil {
		r.cites = map[string]evidence.Citation{}
	}
	r.cites[name] = cite
	switch name {
	case "FileName":
		r.path = value
	case "ProductName":
		r.product = value
	case "ProductVersion":
		r.productVersion = value
	case "FileVersion":
		r.fileVersion = value
	}
}

// hand passes a complete record on.
func (r *versionRecord) hand(sink evidence.Sink) {
	version, from := r.productVersion, "ProductVersion"
	if version == "" {
		version, from = r.fileVersion, "FileVersion"
	}
	if r.path == "" || r.product == "" || version == "" {
		return
	}
	sink.Setting(evidence.Setting{Address: evidence.Address("product:" + r.path + "@DisplayName"), Value: evidence.Text(r.product), Cite: r.cites["ProductName"]})
	sink.Setting(evidence.Setting{Address: evidence.Address("product:" + r.path + "@DisplayVersion"), Value: evidence.Text(version), Cite: r.cites[from]})
}
