package parse

import "slices"

// webFormats: the configuration of IIS and what a web server answers.
func webFormats() []*Format {
	return slices.Concat(iisFormats(), []*Format{appcmdFormat, appcmdTextFormat, iisObjectFormat, httpFormat})
}
