package evidence

import "strings"

// Address names one thing that can be set on a host: stable, sortable text, the same for checks, citations and
// comparisons. The part before the first colon is its kind:
//
//	registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa!RestrictAnonymous   value after "!", empty: the default value
//	user-right:SeTcbPrivilege            account-policy:MinimumPasswordLength     security-option:LSAAnonymousNameLookup
//	audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030}
//	listener:tcp/0.0.0.0:443             listener:udp/[::]:75@process             listener:udp/[::]:75@program
//	firewall-rule:local/RULE-ID          firewall-rule:policy/RULE-ID             firewall-rule:shown/RULE-ID
//	firewall-profile:domain@EnableFirewall
//	acl:C:\LTShare                       acl:C:\LTShare@owner                 acl:C:\LTShare@protected
//	share:LTShare                        share-security:LTShare
//	iis:[Default Web Site/cwa]/system.webServer/security/ipSecurity@allowUnlisted       in applicationHost.config; [] is server level
//	iis:[Default Web Site/cwa]/system.webServer/security/ipSecurity#entries             its add, remove and clear, in order
//	iis:[]/system.webServer/security/ipSecurity!overrideModeDefault                     locks; !overrideMode on a location
//	iis-merged:[Default Web Site/cwa]/system.webServer/security/ipSecurity@allowUnlisted   in force there, as appcmd says
//	iis-site:Default Web Site    iis-app:Default Web Site/cwa    iis-vdir:Default Web Site/cwa/    iis-pool:LabTech@identityType
//	iis-pool:LabTech@recycling/periodicRestart/requests                                  with applicationPoolDefaults filled in
//	iis:[Default Web Site]/system.applicationHost/sites/site/logFile@logFormat           of a site; at [] of siteDefaults
//	http:https://host/path#HEAD/HTTP/1.0,no-host          port:host/tcp/3389
//	tls:host:443/TLS 1.0                 tls:host:443/TLS 1.0@answer (by what it shows)
//	certificate:host:443                 certificate:host:443@not-after
//	file:C:\inetpub\wwwroot\aspnet_client\web.config                                    the file was read
//	file:C:\inetpub\wwwroot\web.config![]/system.webServer/httpProtocol/customHeaders#entries   what it says, as for iis
//	group:S-1-5-32-544                   group:S-1-5-32-544@names (by name only)
//	account:S-1-5-21-…-500               service:W3SVC                         service:W3SVC@state
//	bitlocker:C:                         event-log:Security@max-bytes     event-log:Security@retention
//	product:ConnectWise Automate         hotfix:KB5012345   hotfix-date:KB5012345   mysql:bind_address
//	automate-permission:CLASS/PERMISSION
//	system:host-name  system:os-build  system:os-name  system:domain-member  system:domain-role  system:boot-time (as systeminfo words it)
//	system:last-boot (UTC)  system:time-zone (UTC+02:00, as it was at the capture)  system:os-revision
//	clock:phase-offset  clock:since-last-sync  clock:leap-indicator  clock:reference  clock:source    as the host's time service says
//	operator:integrity-level  operator:S-1-5-32-544 (listed: it has this group)                     of the process that captured
//
// Registry hives are abbreviated (HKLM, HKCU, HKU, HKCR, HKCC). In a registry key "%" and "!" are written %25 and %21.
type Address string

// Kind returns the part before the first colon, or "" if there is none.
func (a Address) Kind() string {
	k, _, ok := strings.Cut(string(a), ":")
	if !ok {
		return ""
	}
	return k
}

// Rest returns the part after the first colon.
func (a Address) Rest() string {
	_, r, _ := strings.Cut(string(a), ":")
	return r
}

// Label returns the Address for people: a subcategory of the audit policy with its English name behind its identifier.
func (a Address) Label() string {
	guid, facet, _ := strings.Cut(a.Rest(), "}")
	if a.Kind() == "audit-policy" && facet == "" {
		if name := AuditSubcategory(guid + "}"); name != guid+"}" {
			return string(a) + " (" + name + ")"
		}
	}
	return string(a)
}

// Fold returns the form by which two Addresses are compared: lower case for everything that Windows case-folds, which
// is all but the URLs of http addresses.
func (a Address) Fold() Address {
	if strings.HasPrefix(string(a), "http:") {
		return a
	}
	return Address(strings.ToLower(string(a)))
}

var hives = map[string]string{
	"HKEY_LOCAL_MACHINE": "HKLM", "HKEY_CURRENT_USER": "HKCU", "HKEY_USERS": "HKU",
	"HKEY_CLASSES_ROOT": "HKCR", "HKEY_CURRENT_CONFIG": "HKCC",
}

var keyEscaper = strings.NewReplacer("%", "%25", "!", "%21")

// RegistryKey returns the Address of a registry key: the scope of its values. The hive may be long or abbreviated,
// stray blanks and backslashes at both ends are dropped.
func RegistryKey(key string) Address {
	key = strings.Trim(key, `\ `)
	hive, rest, found := strings.Cut(key, `\`)
	if short, ok := hives[strings.ToUpper(hive)]; ok {
		hive = short
	} else {
		hive = strings.ToUpper(hive)
	}
	if found {
		hive += `\` + rest
	}
	return Address("registry:" + keyEscaper.Replace(hive))
}

// RegistryValue returns the Address of a value of a key; an empty name is the default value.
func RegistryValue(key, name string) Address { return RegistryKey(key) + Address("!"+name) }

// parent returns the Address that directly encloses a, or "" at the kind. Both forms are folded or neither is.
func (a Address) parent() Address {
	s := string(a)
	kind := strings.IndexByte(s, ':')
	if kind < 0 || kind == len(s)-1 {
		return ""
	}
	if a.Kind() == "registry" {
		if i := strings.IndexByte(s, '!'); i >= 0 {
			return Address(s[:i])
		}
		if i := strings.LastIndexByte(s, '\\'); i > kind {
			return Address(s[:i])
		}
		return Address(s[:kind+1])
	}
	if i := strings.LastIndexAny(s, `/\@!#`); i > kind {
		return Address(s[:i])
	}
	return Address(s[:kind+1])
}

// Holds reports whether b is a itself or lies below it, in any case of letters.
func (a Address) Holds(b Address) bool { return within(string(b.Fold()), string(a.Fold())) }
