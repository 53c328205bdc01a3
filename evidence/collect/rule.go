package collect

import (
	"fmt"
	"regexp"
)

// Rule is how a kind of secret is found and cut before anything is hashed. Rules are data, so that the script form of the
// capture applies the very same ones.
type Rule struct {
	Name string
	Doc  string // what is cut, for a person

	// Text are patterns over a whole text. Each has two groups: what stands before the secret and what stands behind it.
	// Between them Withheld takes the secret's place. The syntax is what RE2 and .NET have in common.
	Text []string
	// Words are such that every match of Text has one of them, in any case of letters. Only around them is searched, since
	// patterns over a whole configuration take long.
	Words []string

	// Values cuts values of registry exports instead.
	Values *ValueRule
}

// ValueRule says which values of a registry export are secrets. Numbers (dword) never are.
type ValueRule struct {
	Key    string   // pattern of the full key; empty: any
	Name   string   // pattern of the value's name; empty: any
	Except []string // names that are kept all the same, in any case of letters
}

// Withheld stands in the place of a secret.
const Withheld = "(withheld)"

// Rules lists every Rule.
func Rules() []*Rule {
	return []*Rule{registryPasswords, environmentValues, labtechValues, configSecrets, optionPasswords, commandLineSecrets}
}

// registryPasswords is applied to every registry export: DefaultPassword of Winlogon and whatever else is called so.
var registryPasswords = &Rule{
	Name:   "registry-password",
	Doc:    "text and binary values of the registry whose name says password, secret or connection string, such as DefaultPassword",
	Values: &ValueRule{Name: `(?i)(passw|pwd|passphrase|secret|credential|connectionstring|privatekey|apikey|token)`},
}

// environmentValues keeps the names of the system's environment variables and cuts what they are set to, save what
// every Windows has.
var environmentValues = &Rule{
	Name: "environment-value",
	Doc:  "the values of the system's environment variables, save those that Windows itself sets",
	Values: &ValueRule{
		Key:    `(?i)\\Control\\Session Manager\\Environment$`,
		Except: []string{"ComSpec", "DriverData", "NUMBER_OF_PROCESSORS", "OS", "Path", "PATHEXT", "PROCESSOR_ARCHITECTURE", "PROCESSOR_IDENTIFIER", "PROCESSOR_LEVEL", "PROCESSOR_REVISION", "PSModulePath", "TEMP", "TMP", "USERNAME", "windir"},
	},
}

// labtechValues keeps of Automate's own settings only what the guide's Controls are judged by.
var labtechValues = &Rule{
	Name:   "automate-setting",
	Doc:    "every value below SOFTWARE\\LabTech but Local LTShare, Remote LTShare and Version: passwords there can be recovered",
	Values: &ValueRule{Key: `(?i)\\SOFTWARE\\(WOW6432Node\\)?LabTech(\\|$)`, Except: []string{"Local LTShare", "Remote LTShare", "Version"}},
}

// The parts of configSecrets. An attribute is a name, an equals sign and a value in quotes; comments are searched too,
// because what was commented out was once in use.
const (
	secretName  = `[\w.:-]*(?:password|passwd|pwd|secret|connectionString|validationKey|decryptionKey|sessionKey|privateKey)`
	secretWords = `(?:password|passwd|pwd|secret|token|credential|api_?key|connection_?string|private_?key|encryption_?key|encrypted_?key|salt)`
	attributes  = `(?:[^<>"']|"[^"<]*"|'[^'<]*')*?`
)

// configSecrets is applied to the XML of IIS and .NET.
var configSecrets = &Rule{
	Name: "config-secret",
	Doc:  "passwords, connection strings, machine keys, encrypted values, and application settings that are called like a secret, in the XML of IIS and .NET",
	Words: []string{"passw", "pwd", "secret", "connectionstring", "connection_string", "validationkey", "decryptionkey", "sessionkey",
		"privatekey", "private_key", "token", "credential", "apikey", "api_key", "encryptionkey", "encryption_key", "encryptedkey",
		"encrypted_key", "salt", "[enc:", "ciphervalue"},
	Text: []string{
		// <processModel password="…">, <machineKey validationKey="…">, <add connectionString="…">
		`(?i)(\b` + secretName + `\s*=\s*")[^"]*(")`,
		`(?i)(\b` + secretName + `\s*=\s*')[^']*(')`,
		// <add key="SmtpPassword" value="…">, in either order
		`(?i)(<(?:add|setting|parameter)\b` + attributes + `\b(?:key|name)\s*=\s*"[^"<]*` + secretWords + `[^"<]*"` + attributes + `\bvalue\s*=\s*")[^"]*(")`,
		`(?i)(<(?:add|setting|parameter)\b` + attributes + `\bvalue\s*=\s*")[^"]*("` + attributes + `\b(?:key|name)\s*=\s*"[^"<]*` + secretWords + `[^"<]*")`,
		// any value that holds a connection string: "Server=x;Uid=y;Pwd=z"
		`(?i)(=\s*")[^"]*\b(?:password|pwd)\s*=[^"]*(")`,
		`(?i)(=\s*')[^']*\b(?:password|pwd)\s*=[^']*(')`,
		// encrypted by IIS or .NET: protected, and still nobody's business
		`(?i)(=\s*")\[enc:[^"]*(")`,
		`(?i)(<(?:\w+:)?CipherValue\b[^>]*>)[^<]*(<)`,
		// <password>…</password>, <value> of a setting called so
		`(?i)(<(?:\w+:)?` + secretName + `>)[^<]+(<)`,
		`(?i)(<setting\b[^>]*\bname\s*=\s*"[^"]*` + secretWords + `[^"]*"[^>]*>\s*<value>)[^<]*(<)`,
	},
}

// optionPasswords is applied to the option files of MySQL. The settings of the component that validates passwords are none.
var optionPasswords = &Rule{
	Name:  "option-password",
	Doc:   "passwords in option files of MySQL",
	Words: []string{"passw", "auth-info", "auth_info"},
	Text: []string{
		`(?im)^([ \t]*(?:password|passwd|[\w-]+[_-](?:password|passwd|auth-info|auth_info))[ \t]*=)[^\r\n]+()`,
		`(?im)^([ \t]*[#;][ \t]*(?:password|passwd|[\w-]+[_-](?:password|passwd))[ \t]*=)[^\r\n]+()`,
	},
}

// secretOption is the name of an option whose value is a secret.
const secretOption = `(?:\w+[-_])?(?:password|passwd|pwd|pass|secret|token|apikey|key)`

// commandLineSecrets is applied to lists of command lines, such as those of services, as JSON.
var commandLineSecrets = &Rule{
	Name:  "command-line-secret",
	Doc:   "what follows an option called password, secret, token or key on a command line",
	Words: []string{"pass", "pwd", "secret", "token", "key"},
	Text: []string{
		// in quotes, which JSON writes as \"; a value has blanks there
		`(?i)([-/]` + secretOption + `(?:[=:]|\s+)\\")(?:[^"\\]|\\[^"])+()`,
		// without: Windows PowerShell writes ' & < > as \u0027 \u0026 \u003c \u003e, and those belong to the value too
		`(?i)([-/]` + secretOption + `(?:[=:]|\s+))(?:[^\s"\\]|\\[^"])+()`,
	},
}

// textPatterns returns the compiled patterns of all Rules that work on text.
func textPatterns(rules []*Rule) ([]textPattern, error) {
	var all []textPattern
	for _, r := range rules {
		for _, p := range r.Text {
			re, err := regexp.Compile(p)
			if err != nil {
				return nil, fmt.Errorf("rule %s: %w", r.Name, err)
			}
			if re.NumSubexp() != 2 {
				return nil, fmt.Errorf("rule %s: %s has %d groups, want 2", r.Name, p, re.NumSubexp())
			}
			all = append(all, textPattern{r.Name, r.Words, re})
		}
	}
	return all, nil
}

type textPattern struct {
	rule  string
	words []string
	re    *regexp.Regexp
}
