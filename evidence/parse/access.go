package parse

// accessFormats: access lists, shares, groups and accounts.
func accessFormats() []*Format {
	return []*Format{icaclsText, icaclsSave}
}
