package stig

import "auditpack/evidence"

// domainMember holds on a host that is in a domain.
var domainMember = evidence.Check{Kind: "domain-member", Address: "system:domain-member", Want: []string{"yes"}}

// inNoDomain holds on a host that is in none.
var inNoDomain = evidence.Check{Kind: "domain-member", Address: "system:domain-member", Want: []string{"no"}}

// desktop holds on a server with the graphical shell.
var desktop = evidence.Check{
	Kind: "registry", Address: evidence.RegistryValue(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`, "InstallationType"),
	Want: []string{"text Server", "text Client", "absent"}, // "Server Core" and "Nano Server" are the others
}

const (
	na         = `(?:NA|N/A|Not Applicable)`
	standalone = `standalone (?:or non-?domain-joined )?systems`
	aSystem    = `(?:the|this) (?:system|server|host)(?: being reviewed)?`
)

// applicability are the sentences that say where a rule applies, alike in all patterns.
var applicability = []sentence{
	say(`This applies to domain controllers[.,;] (?:It|This) is `+na+` for (?:other systems|member servers)\.`, toRole(evidence.DomainController)),
	say(`This applies to domain controllers\. A separate version applies to (?:other systems|member servers)\.`, toRole(evidence.DomainController)),
	say(`This applies to member servers and `+standalone+`[.,;] (?:it is `+na+` for|A separate version applies to) domain controllers\.`, toRole(evidence.MemberServer)),
	say(`This applies to member servers(?: only)?\. A separate version applies to domain controllers\.`, toRole(evidence.MemberServer)),
	say(`This (?:requirement )?is `+na+` for domain controllers\.`, toRole(evidence.MemberServer)),
	say(`This applies to member servers\. For domain controllers and `+standalone+`, this is `+na+`\.`, toDomainMembers(evidence.MemberServer)),
	say(`For domain controllers and `+standalone+`, this is `+na+`\.`, toDomainMembers(evidence.MemberServer)),
	say(`(?:This requirement is applicable to domain-joined systems\. )?For `+standalone+`, this is `+na+`\.`, toDomainMembers(evidence.AnyRole)),
	say(`If the system is not a member of a domain, (?:this is|the Domain Profile requirements can be marked) `+na+`\.`, toDomainMembers(evidence.AnyRole)),
	say(`UAC requirements are `+na+` for Server Core installations \(this is (?:the )?default installation option for Windows Server 20\d\d versus Server with Desktop Experience\)(?: as well as Nano Server)?\.`,
		func(d *draft, _ []string) error {
			d.onlyWhere(desktop)
			return nil
		}),
	say(`This is applicable to unclassified systems[;,] for other systems, this is `+na+`\.`, caveat),
	say(`If `+aSystem+` is configured to write events directly to an audit server, this is `+na+`\.`, caveat),
	say(`(?:Note: )?If `+aSystem+` is hosting SharePoint, this is `+na+`\.`, caveat),
	say(`This is `+na+` if `+aSystem+` is running SharePoint\.`, caveat),
	say(`Different methods are available to disable SMBv1 on Windows (?:Server )?20\d\d, if [VWN0-9-]+ is configured, this is `+na+`\.`, caveat),
}

func toRole(role evidence.Role) func(*draft, []string) error {
	return func(d *draft, _ []string) error { return d.role(role) }
}

func toDomainMembers(role evidence.Role) func(*draft, []string) error {
	return func(d *draft, _ []string) error {
		d.onlyWhere(domainMember)
		if role == evidence.AnyRole {
			return nil
		}
		return d.role(role)
	}
}
