package main

import (
	"regexp"
	"strings"
	"testing/fstest"
)

const netstat = "network/netstat-anob.txt"

// editText changes a file of single bytes as a text.
func (s *server) editText(file string, edit func(string) string) {
	s.files[file] = &fstest.MapFile{Data: []byte(edit(string(s.files[file].Data)))}
}

var (
	belowRows = regexp.MustCompile(`(?m)^ +(?:\[.*\]|RpcSs|TermService|EventLog|Schedule|W32Time|IKEEXT|Dnscache|iphlpsvc|Can not obtain.*)\r\n`)
	processes = regexp.MustCompile(`(?m) +\d+\r$`)
)

func plantedListeners() []plant {
	const (
		closedTCP = "fw-closed-tcp-70=uncollected|review fw-closed-tcp-40000-40050=uncollected|review fw-closed-tcp-12413=uncollected|review " +
			"fw-ad-tcp-135=uncollected|review fw-ad-tcp-139=uncollected|review "
		closedUDP = "fw-closed-udp-40000-41000=uncollected|review "
		closedAny = "fw-closed-tcp-udp-8002=uncollected|review "
		noView    = closedTCP + closedUDP + closedAny + "fw-closed-3389=uncollected|review fw-closed-udp-70-74=uncollected|review fw-only-listed-ports-open=uncollected|review " +
			"fw-3306-single-host-local-only=uncollected|review fw-ad-tcp-445=uncollected|review "
		row8002 = "  TCP    [::]:8002              [::]:0                 LISTENING       4120\n [LTAgent.exe]\n"
		row135  = "  TCP    [::]:135               [::]:0                 LISTENING       932\n"
		any6    = "Action=Allow|Active=TRUE|Dir=In|Protocol=6|"
	)
	return []plant{
		{"netstat missing", func(s *server) { delete(s.files, netstat) }, noView},
		{"netstat empty", func(s *server) { s.files[netstat] = &fstest.MapFile{} }, noView},
		{"netstat with names", func(s *server) { s.files[netstat] = s.files["network/netstat-a.txt"] }, noView},
		{"netstat without elevation", func(s *server) { s.put(netstat, "The requested operation requires elevation.\n") }, noView},
		{"netstat picked by Select-String", func(s *server) {
			s.editText(netstat, func(t string) string { return strings.ReplaceAll(t, "  TCP  ", "> TCP  ") })
		}, noView},
		{"netstat rows without heading", func(s *server) {
			s.editText(netstat, func(t string) string { return t[strings.Index(t, "  TCP"):] })
		}, noView},
		{"netstat cut inside TCP", func(s *server) { s.cut(netstat, "  TCP    [::]:135 ") },
			closedTCP + closedUDP + closedAny + "fw-closed-udp-70-74=uncollected|review fw-only-listed-ports-open=fail|uncollected|review fw-3306-single-host-local-only=fail fw-ad-tcp-445=fail"},
		{"netstat cut before UDP of IPv6", func(s *server) { s.cut(netstat, "  UDP    [::]:123 ") }, closedUDP + closedAny},
		{"netstat cut below its last row", func(s *server) { s.cut(netstat, "  Dnscache\n [svchost.exe]\n  UDP    [::]:5355") }, closedUDP + closedAny},
		{"netstat cut inside a line", func(s *server) {
			s.cut(netstat, "  UDP    [::]:5355")
			s.files[netstat].Data = append(s.files[netstat].Data, "  UDP    [::]:53"...)
		},
			closedUDP + closedAny + closedTCP + "fw-closed-tcp-70=pass|uncollected|review fw-closed-tcp-40000-40050=pass|uncollected|review fw-closed-tcp-12413=pass|uncollected|review " +
				"fw-ad-tcp-135=pass|uncollected|review fw-ad-tcp-139=pass|uncollected|review"},
		{"netstat in German", func(s *server) {
			s.editText(netstat, func(t string) string {
				return strings.NewReplacer("Active Connections", "Aktive Verbindungen", "Local Address  ", "Lokale Adresse ", "Foreign Address", "Remoteadresse  ",
					"State ", "Status", "LISTENING  ", "ABH\x99REN    ", "ESTABLISHED", "HERGESTELLT",
					"Can not obtain ownership information", "Es k\x94nnen keine Besitzerinformationen abgerufen werden").Replace(t)
			})
		}, ""},
		{"netstat without programs", func(s *server) {
			s.editText(netstat, func(t string) string { return belowRows.ReplaceAllString(t, "") })
		},
			"fw-ad-tcp-135=review fw-3306-single-host-local-only=review"},
		{"netstat without process numbers", func(s *server) {
			s.editText(netstat, func(t string) string {
				return strings.Replace(processes.ReplaceAllString(belowRows.ReplaceAllString(t, ""), "\r"), "  PID", "", 1)
			})
		}, "fw-ad-tcp-135=review fw-ad-tcp-139=review fw-3306-single-host-local-only=review"},
		swap("mysql on loopback, IPv4 only", netstat, "  TCP    0.0.0.0:3306           0.0.0.0:0 ", "  TCP    127.0.0.1:3306         0.0.0.0:0 ", ""),
		{"mysql on loopback", func(s *server) {
			s.replace(netstat, "  TCP    0.0.0.0:3306           0.0.0.0:0 ", "  TCP    127.0.0.1:3306         0.0.0.0:0 ")
			s.replace(netstat, "  TCP    [::]:3306              [::]:0 ", "  TCP    [::1]:3306             [::]:0 ")
		}, "fw-3306-single-host-local-only=pass"},
		{"mysql mapped to one address", func(s *server) {
			s.replace(netstat, "  TCP    0.0.0.0:3306           0.0.0.0:0 ", "  TCP    127.0.0.1:3306         0.0.0.0:0 ")
			s.replace(netstat, "  TCP    [::]:3306              [::]:0 ", "  TCP    [fe80::1%4]:3306       [::]:0 ")
		}, ""},
		{"a listener of IPv6 alone", func(s *server) {
			s.replace(netstat, row135, row8002+row135)
			s.replace(firewallExport, rulesKey, rulesKey+rule("{X}", any6+"LPort=8002|"))
		}, "fw-closed-tcp-udp-8002=fail"},
		{"a listener that no rule lets in", func(s *server) { s.replace(netstat, row135, row8002+row135) }, ""},
		{"a rule without a listener", func(s *server) { s.replace(firewallExport, rulesKey, rulesKey+rule("{X}", any6+"LPort=8002|")) }, ""},
		{"mediator on loopback let in by a rule", func(s *server) {
			s.replace(netstat, row135, strings.ReplaceAll(row8002, "[::]:8002 ", "[::1]:8002")+row135)
			s.replace(firewallExport, rulesKey, rulesKey+rule("{X}", any6+"LPort=8002|"))
		}, ""},
		{"agent listens on all addresses", func(s *server) {
			s.replace(netstat, "  TCP    127.0.0.1:12413        0.0.0.0:0 ", "  TCP    0.0.0.0:12413          0.0.0.0:0 ")
		}, ""},
		{"agent listens on all addresses and its program is let in", func(s *server) {
			s.replace(netstat, "  TCP    127.0.0.1:12413        0.0.0.0:0 ", "  TCP    0.0.0.0:12413          0.0.0.0:0 ")
			s.replace(firewallExport, rulesKey, rulesKey+rule("{X}", any6+`App=C:\\Program Files\\LabTech\\LTAgent.exe|`))
		}, "fw-closed-tcp-12413=fail"},
		{"a second netstat without mysql", func(s *server) {
			s.files["network/netstat-2.txt"] = s.files[netstat]
			s.replace("network/netstat-2.txt", "  TCP    0.0.0.0:3306           0.0.0.0:0              LISTENING       3416\n [mysqld.exe]\n", "")
			s.replace("network/netstat-2.txt", "  TCP    [::]:3306              [::]:0                 LISTENING       3416\n [mysqld.exe]\n", "")
		}, "fw-3306-single-host-local-only=review|fail"},
	}
}
