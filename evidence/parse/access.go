package parse

// accessFormats: access lists, shares, groups and accounts.
func accessFormats() []*Format {
	return []*Format{
		icaclsSave, icaclsText, getACLList, getACLRows, sddlText,
		smbShareAccess, smbShares, netShare, netShares,
		localGroupMembers, netLocalGroup, localUsers, netUser,
	}
}
