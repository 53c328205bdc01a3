package stig_test

import "auditpack/evidence"

const (
	schannel = `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\`
	httpKey  = `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\HTTP\Parameters`
)

// proseBlocks are the registry values that the sentences of the IIS benchmarks ask for, read by a person.
var proseBlocks = map[evidence.STIGID][]map[string]string{
	"IIST-SV-000151": {
		proseBlock(httpKey, "URIEnableCache", "any", "1", "no"),
		proseBlock(httpKey, "UriMaxUriBytes", "any", "262144", "no"),
		proseBlock(httpKey, "UriScavengerPeriod", "any", "120", "no"),
	},
	"IIST-SV-000153": {
		proseBlock(schannel+`TLS 1.2\Server`, "DisabledByDefault", "=", "0", "no"),
		proseBlock(schannel+`TLS 1.2\Server`, "Enabled", "=", "1", "no"),
		proseBlock(schannel+`TLS 1.0\Server`, "DisabledByDefault", "=", "1", "no"),
		proseBlock(schannel+`TLS 1.0\Server`, "Enabled", "=", "0", "no"),
		proseBlock(schannel+`TLS 1.1\Server`, "DisabledByDefault", "=", "1", "no"),
		proseBlock(schannel+`TLS 1.1\Server`, "Enabled", "=", "0", "no"),
		proseBlock(schannel+`SSL 3.0\Server`, "DisabledByDefault", "=", "1", "yes"),
		proseBlock(schannel+`SSL 3.0\Server`, "Enabled", "=", "0", "yes"),
	},
	"IIST-SV-000220": {proseBlock(httpKey, "DisableRequestSmuggling", "=", "1", "no")},
	"IIST-SI-000270": {proseBlock(httpKey, "DisableServerHeader", "=", "1", "no")},
}

// proseBlock has the columns of registry-checks.csv.
func proseBlock(key, name, operator, expected, absent string) map[string]string {
	return map[string]string{
		"key": key, "value_name": name, "value_type": "REG_DWORD", "operator": operator, "expected": expected, "absent_ok": absent, "block_role": "all-of",
	}
}
