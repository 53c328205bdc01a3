package parse

func registryFormats() []*Format { return nil }
