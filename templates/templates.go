// Package templates holds the data that the program comes with, as one file system. Packages below take an fs.FS, so
// that an operator's own folder serves as well.
//
//	guide/    the hardening guide: guide.yaml and one file a section (format: package evidence/guide)
//	profiles/ what a capture asks for: one file a profile, named after it
//	questionnaires/  questions as insurers ask them, one file a set (format: package evidence/questionnaire)
//	sample/   the demo: the evidence files of one fictional server before and after hardening, and what is planted in them
package templates

import "embed"

// FS is the folder of this package. Each part is a directive of its own.
//
//go:embed all:guide all:profiles all:questionnaires all:sample
var FS embed.FS
