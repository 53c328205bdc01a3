package oscal

import (
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// The package's own files, as render/pack lays them out.
const (
	reportPath   = "data/report.pdf"
	workbookPath = "data/workbook.xlsx"
	auditPath    = "data/audit.json"
	optionsPath  = "data/inputs/pack.json"
)

// backMatter lists what the document refers to: the package's outputs, what was judged by, the snapshots with their
// digests, and every Item that was cited with its own. It comes last, when all citations are known. The outputs have no
// digests here: they are made beside this document, and the package's manifest has them.
func (b *builder) backMatter() backMatter {
	return backMatter{Resources: listOf("resources", func(yield func(resource) bool) {
		list := []resource{
			file("Report", reportPath, "application/pdf"),
			file("Workbook", workbookPath, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
			file("Everything known, as data", auditPath, "application/json"),
			b.assessmentPlan(),
		}
		for _, r := range append(list, b.standards()...) {
			if !yield(r) {
				return
			}
		}
		for _, h := range b.hosts {
			for _, r := range h.resources() {
				if !yield(r) {
					return
				}
			}
		}
	})}
}

// resources are the snapshots of a host and the Items that were cited.
func (h *host) resources() []resource {
	list := []resource{h.snapshot("after", &h.After)}
	if h.Before != nil {
		list = append(list, h.snapshot("before", h.Before))
	}
	for i := range h.After.Items {
		if item := &h.After.Items[i]; h.cited[item.Path] {
			list = append(list, h.itemResource(item))
		}
	}
	return list
}

func file(title, path, media string) resource {
	return resource{UUID: space.name("file", path), Title: title, RLinks: []rlink{{Href: href(path), MediaType: media}}}
}

// assessmentPlan stands in for a plan in OSCAL's form, which there is none of: the options and inputs of the judgement.
func (b *builder) assessmentPlan() resource {
	r := file("Options of the assessment", optionsPath, "application/json")
	r.Description = "There is no assessment plan in OSCAL. This file, and the guide beside it, say what was assessed and how."
	return r
}

// standards are the guide and the benchmarks, each once.
func (b *builder) standards() []resource {
	list := []resource{{
		UUID: space.name("guide", b.audit.Guide.Digest.String()), Title: orElse(markup(b.guide()), "Guide"),
		Description: "The guide as data; the digest is over its data files.",
		Props:       props("guide", b.audit.Guide.ID, "edition", b.audit.Guide.Edition, "sha256", digest(b.audit.Guide.Digest)),
	}}
	seen := map[uuid]bool{}
	for _, h := range b.hosts {
		for i := range h.Benchmarks {
			k := &h.Benchmarks[i]
			id := space.name("benchmark", k.ID, k.Version, k.Release, k.Digest.String())
			if seen[id] {
				continue
			}
			seen[id] = true
			list = append(list, resource{
				UUID: id, Title: markup(benchmark(k)), Description: markup(k.Title),
				Props: props("benchmark", k.ID, "release-info", k.ReleaseInfo, "file", k.File, "sha256", digest(k.Digest)),
			})
		}
	}
	return list
}

func (h *host) snapshot(side string, s *audit.Snapshot) resource {
	r := resource{
		UUID: h.uuid.name("snapshot", side), Title: markup("Snapshot of " + h.Name + ", " + side),
		Description: "A bag of captured items. Its digest is that of this file, which covers all others.",
		Props:       props("host", h.Name, "from", instant(s.From), "to", instant(s.To)),
		RLinks:      []rlink{{Href: href(s.Folder + "/tagmanifest-sha256.txt"), MediaType: "text/plain"}},
	}
	r.RLinks[0].Hashes = hashes(s.Digest)
	return r
}

// itemResource is a cited Item. One without bytes has no file either, and says why.
func (h *host) itemResource(item *audit.Item) resource {
	r := resource{
		UUID: h.resource(item), Title: markup(item.Path), Description: markup(item.Name),
		Props: append(props("host", h.Name, "status", string(item.Status), "read-as", item.ReadAs), itemProps(item)...),
	}
	if item.Digest.IsZero() {
		r.Description = paragraphs(r.Description, labelled("No bytes", strings.TrimSuffix(string(item.Status)+": "+item.Note, ": ")))
		return r
	}
	r.RLinks = []rlink{{Href: href(h.After.Folder + "/" + item.Path), Hashes: hashes(item.Digest)}}
	return r
}

func hashes(d evidence.Digest) []hash {
	if d.IsZero() {
		return nil
	}
	return []hash{{Algorithm: "SHA-256", Value: d.String()}}
}

// digest is a Digest's text, empty if it was never set.
func digest(d evidence.Digest) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
