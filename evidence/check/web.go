package check

func webKinds() []*Kind { return nil }
