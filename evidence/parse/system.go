package parse

import (
	"regexp"
	"strings"

	"auditpack/evidence"
)

// systemFormats are the formats that tell what the host is: system, patches, databases, products, clock, and who captured.
func systemFormats() []*Format {
	return []*Format{systemInfo, hotfixTable, hotfixCSV, mysqlBatch, mysqlOptions, fileVersion, windowsServices, operatingSystem, windowsVersion,
		encryptableVolumes, eventLog, timeService, whoAmI, message}
}

// The registry keys that deriveSystem reads, folded.
var (
	keyCurrentVersion = fold(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`)
	keyTcpip          = fold(`HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters`)
	keyInetStp        = fold(`HKLM\SOFTWARE\Microsoft\InetStp`)
	keyProductOptions = fold(`HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions`)
	keyUninstall      = fold(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall`)
	keyUninstall32    = fold(`HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall`)
	belowUninstall    = [...]string{keyUninstall + `\`, keyUninstall32 + `\`}
)

func fold(key string) string { return string(evidence.RegistryKey(key).Fold()) }

// derivableSystem reports whether deriveSystem reads values of key, which is folded.
func derivableSystem(key evidence.Address) bool {
	k := string(key)
	return k == keyCurrentVersion || k == keyTcpip || k == keyProductOptions || k == keyInetStp || uninstallID(k) != ""
}

// uninstallID returns the last part of a key directly below Uninstall, else "".
func uninstallID(key string) string {
	for _, below := range belowUninstall {
		if id, ok := strings.CutPrefix(key, below); ok && !strings.Contains(id, `\`) {
			return id
		}
	}
	return ""
}

// deriveSystem hands on the host's name, build and product name, the version of IIS, and installed products.
func deriveSystem(s evidence.Setting, to evidence.Sink) {
	key, name, ok := strings.Cut(string(s.Address.Fold()), "!")
	value, isRegistry := s.Value.(evidence.Registry)
	if !ok || !isRegistry {
		return
	}
	emit := func(a evidence.Address, text string) {
		if text != "" {
			to.Setting(evidence.Setting{Address: a, Value: evidence.Text(text), Cite: s.Cite})
		}
	}
	text := ""
	if texts, ok := value.Strings(); ok && len(texts) == 1 {
		text = texts[0]
	}
	switch {
	case key == keyCurrentVersion && name == "currentbuildnumber":
		emit("system:os-build", text)
	case key == keyCurrentVersion && name == "productname":
		emit("system:os-name", productName(text))
	case key == keyTcpip && name == "hostname":
		emit("system:host-name", strings.ToUpper(text))
	case key == keyProductOptions && name == "producttype":
		emit("system:domain-role", productTypes[strings.ToLower(text)])
	case key == keyInetStp && name == "versionstring":
		emit("system:iis-version", strings.TrimSpace(strings.TrimPrefix(text, "Version")))
	case name == "displayname" || name == "displayversion":
		if id := uninstallID(key); id != "" {
			// Name and version come as two values in any order; the check relates them by the key.
			original := string(s.Address)[:len(s.Address)-len(name)-1]
			id = original[strings.LastIndexByte(original, '\\')+1:]
			emit(evidence.Address("product:"+id+"@"+string(s.Address)[len(s.Address)-len(name):]), text)
		}
	}
}

// productTypes maps ProductType to what the system is: a domain controller, another server, or a workstation.
var productTypes = map[string]string{"lanmannt": "domain controller", "servernt": "server", "winnt": "workstation"}

// deriveSystemCoverage tells that all products of a view were read.
func deriveSystemCoverage(c evidence.Coverage, to evidence.Sink) {
	if !c.Deep {
		return
	}
	scope := string(c.Scope.Fold())
	for _, root := range []string{keyUninstall, keyUninstall32} {
		if root == scope || strings.HasPrefix(root, scope+`\`) {
			to.Covered(evidence.Coverage{Scope: "product:", Cite: c.Cite, Deep: true})
		}
	}
}

// productName drops the maker's name, which systeminfo prints and the registry does not hold, and makes the hard spaces
// of French systems plain.
func productName(s string) string {
	s = strings.ReplaceAll(s, "\u00a0", " ")
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "Microsoft "))
}

// systemInfo reads what systeminfo.exe prints, in any language of the user interface: the order of its lines is fixed,
// the labels are not looked at. The values start in one column; the first is the host's name, the second the system's
// name, the third its version.
var systemInfo = &Format{
	Name: "systeminfo", Doc: "Host, system, boot time and installed updates as systeminfo prints them.",
	Collector: "systeminfo", Kinds: []string{"system", "hotfix"},
	Recognise: func(h Head) Match {
		if _, ok := systemInfoVersion(h.Text); ok {
			return Match{Sure: 80}
		}
		return Match{}
	},
	Read: readSystemInfo,
}

// versionValue is the third line's value: 10.0.17763 N/A Build 17763, in any language.
var versionValue = regexp.MustCompile(`^\S[^:]*:\s+(\d{1,2}\.\d\.(\d{4,5})) .*\b(\d{4,5})\s*$`)

func systemInfoVersion(text string) (build string, ok bool) {
	n := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if n++; n > 3 {
			break
		}
		if m := versionValue.FindStringSubmatch(line); m != nil && n == 3 && m[2] == m[3] {
			return m[2], true
		}
	}
	return "", false
}

var (
	listedUpdate = regexp.MustCompile(`^\s+\[\d+\]: (KB\d{5,8})\s*$`)
	labelled     = regexp.MustCompile(`^(\S[^:]*(?:: [^:]*)?):\s{1,}(.*?)\s*$`)
)

// systemConfigurations maps the fifth line's value to membership in a domain and the role there, where the language is one
// that was seen.
var systemConfigurations = map[string]struct{ member, role string }{
	"standalone server":                 {"no", "server"},
	"standalone workstation":            {"no", "workstation"},
	"member server":                     {"yes", "server"},
	"member workstation":                {"yes", "workstation"},
	"primary domain controller":         {"yes", "domain controller"},
	"backup domain controller":          {"yes", "domain controller"},
	"eigenständige arbeitsstation":      {"no", "workstation"},
	"station de travail autonome":       {"no", "workstation"},
	"estación de trabajo independiente": {"no", "workstation"},
}

func readSystemInfo(src Source, sink evidence.Sink) error {
	n, updates := 0, 0
	var lastLine Line
	err := eachLine(src, func(line Line) error {
		emit := func(a evidence.Address, text string) {
			if text != "" && text != "..." {
				sink.Setting(evidence.Setting{Address: a, Value: evidence.Text(text), Cite: line.Cite(src.Item)})
			}
		}
		if m := listedUpdate.FindStringSubmatch(line.Text); m != nil {
			updates++
			emit(evidence.Address("hotfix:"+m[1]), "installed")
			return nil
		}
		m := labelled.FindStringSubmatch(line.Text)
		if m == nil {
			return nil
		}
		n++
		value := m[2]
		switch n {
		case 1:
			emit("system:host-name", strings.ToUpper(value))
		case 2:
			emit("system:os-name", productName(value))
		case 3:
			if v := versionValue.FindStringSubmatch(line.Text); v != nil {
				emit("system:os-build", v[2])
			}
		case 5:
			configuration := systemConfigurations[strings.ToLower(value)]
			emit("system:domain-member", configuration.member)
			emit("system:domain-role", configuration.role)
		case 11:
			emit("system:boot-time", value)
		}
		lastLine = line
		return nil
	})
	if err != nil {
		return err
	}
	// The list of updates is one of the last blocks; a text without any was cut before it, or the host has none.
	if updates == 0 {
		sink.Problem(evidence.Problem{Scope: "hotfix:", Message: "no update is listed: the text may have been cut",
			Cite: lastLine.Cite(src.Item)})
	}
	return nil
}
