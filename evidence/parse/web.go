package parse

func webFormats() []*Format { return nil }
