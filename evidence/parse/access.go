package parse

// accessFormats: access lists, shares, groups and accounts.
func accessFormats() []*Format {
	return []*Format{
		icaclsSave, icaclsText, getACLList, getACLRows,
		smbShareAccess, smbShares, netShare, netShares,
		localGroupMembers, netLocalGroup, localUsers, netUser,
	}
}
