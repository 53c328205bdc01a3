package evidence

import (
	"slices"
	"strconv"
	"strings"
)

// Number is a Value that is a whole number without a unit: a setting of the account policy.
type Number int64

// String returns the number in decimal.
func (n Number) String() string { return strconv.FormatInt(int64(n), 10) }

// What the section [System Access] of a security policy holds beside the rules for passwords and lockout: the
// interface shows these under Security Options.
var securityOptions = []string{
	"ForceLogoffWhenHourExpire", "NewAdministratorName", "NewGuestName", "LSAAnonymousNameLookup",
	"EnableAdminAccount", "EnableGuestAccount",
}

// AccountPolicy returns the Address of a name of the section [System Access]: account-policy:MinimumPasswordLength,
// but security-option:NewGuestName.
func AccountPolicy(name string) Address {
	if slices.ContainsFunc(securityOptions, func(o string) bool { return strings.EqualFold(o, name) }) {
		return Address("security-option:" + name)
	}
	return Address("account-policy:" + name)
}
