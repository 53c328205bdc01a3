package collect

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
)

// Explain writes the page "what your EDR will see": every process, file and key of a capture, from the list itself, as
// Markdown. It is for people who watch over a server and are asked whether a capture may run there.
func Explain(to io.Writer, list []*Collector, g evidence.Guide) error {
	var b bytes.Buffer
	b.WriteString(explainHead)
	for _, p := range Programs(list) {
		fmt.Fprintf(&b, "- `%s`\n", p)
	}
	b.WriteString("\n## Each collector\n")
	for _, c := range list {
		fmt.Fprintf(&b, "\n### %s\n\n%s.\n\n", c.Name, strings.ToUpper(c.Shows[:1])+c.Shows[1:])
		fmt.Fprintf(&b, "Time limit of each command: %s. ", c.Timeout)
		if ids := c.Controls(g); len(ids) > 0 {
			fmt.Fprintf(&b, "For %d statements of the guide: %s.\n\n", len(ids), strings.Join(ids, ", "))
		} else {
			b.WriteString("For the auditor; no statement of the guide is judged by it alone.\n\n")
		}
		b.WriteString("| item | what is run or read | administrator | withheld |\n| --- | --- | --- | --- |\n")
		for _, s := range c.Sources {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", s.Item, s.described(), cell(s.rights()), cell(strings.Join(ruleNames(s.Hide), ", ")))
		}
	}
	b.WriteString("\n## What is withheld before anything is hashed\n\n| rule | what it cuts |\n| --- | --- |\n")
	for _, r := range Rules() {
		fmt.Fprintf(&b, "| %s | %s |\n", r.Name, cell(r.Doc))
	}
	b.WriteString("\nIn the place of a secret stands `" + Withheld + "`; line ends and line numbers stay. The item says rule and line. No digest of the\nbytes before the cut is made.\n")
	b.WriteString("\n## Registry keys that are exported\n\n| key | why |\n| --- | --- |\n")
	for _, k := range registryKeys {
		fmt.Fprintf(&b, "| `%s` | %s |\n", k.key, cell(k.why))
	}
	_, err := b.WriteTo(to)
	return err
}

const explainHead = `# What a capture does on the server

This page is generated from the list by which the capture works (auditpack capture --explain).

The program auditpack.exe reads files and starts programs of Windows, up to four side by side, each by its full path, without a
shell, without a window, with a fixed environment and nothing to read from. Each is in a job object and is ended at its time
limit with all that it started. PowerShell is started with -NoProfile -NonInteractive -Command and a line that you can read
below; nothing is encoded, downloaded or stored. No setting is changed and no port is opened. auditpack.exe itself opens no
connection but to what --probe names; gpresult, whoami and the listing of group members may ask the domain, as they always do,
and the MySQL client, if you give it a login, asks the server that your option file names, or else the one on this host.

It writes to the output folder and to one beside it with ".capture" behind its name, both readable by the operator,
Administrators and SYSTEM alone. Programs that can only write to a file are given one in there; it is removed once it is read.
TEMP and PowerShell's module cache point there too. Whether the host is a domain controller or a client it reads in ProductType
of HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions. {log} in the lists below is a file in there too, which is removed.

What Windows itself writes when programs run, whoever starts them, is not prevented: prefetch files, event logs (process creation,
PowerShell's script blocks, logons), StartupProfileData-NonInteractive in the operator's AppData\Local\Microsoft\Windows\PowerShell,
what WMI and Group Policy note of a query, and what the antivirus keeps of files that it scanned.

Before anything is run it reads redirection.config (for where IIS takes its configuration from: a folder on a drive of this host is
followed, one elsewhere is named and not), applicationHost.config (for the folders of the sites: one of the network, or behind a
variable that only the service knows, is named and not looked at), the names of the files in these, the value Local LTShare of
HKLM\SOFTWARE\WOW6432Node\LabTech\Setup and the names of the keys below HKU. Where reg.exe shows nothing of a key, it opens that
key itself, for reading, to tell one that is not there from one that may not be read; of a command that fails it looks likewise
whether the file, folder or value is there that the command is about.

The script that auditpack collector prints asks for the same by Windows PowerShell 5.1, one after the other, and writes to its
output folder alone. Besides what is listed below it runs whoami.exe (who captures), icacls.exe (closes that folder to others) and,
for what does not end in time, taskkill.exe, which ends it with what it started.

In the lists below {sid} is the SID of a user whose hive is loaded, {site} a folder that IIS serves from, {shared} the folder that
redirection.config names, {ltshare} the folder of the Automate share, {mysql} the folder of the MySQL client, {login} your option
file; {out} and {log} are files in the folder beside the output.

## Programs

`

// Programs lists the programs that a capture may start, sorted.
func Programs(list []*Collector) []string {
	var all []string
	for _, c := range list {
		for _, s := range c.Sources {
			if s.Program != "" {
				all = append(all, s.Program)
			}
			for _, a := range s.Args { // a program that a line of PowerShell starts
				if strings.Contains(a, `'\System32\net.exe'`) {
					all = append(all, System32+`\net.exe`)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// described is a Source as a cell of a table.
func (s Source) described() string {
	verb, line := "read", s.File
	if s.Program != "" {
		verb = "run"
		line = s.Program[strings.LastIndexByte(s.Program, '\\')+1:]
		for _, a := range s.Args {
			line += " " + quoteArg(a)
		}
		line = strings.Replace(line, powershellBegin, "… ", 1)
	}
	return verb + " `" + strings.ReplaceAll(line, "|", `\|`) + "`"
}

func (s Source) rights() string {
	switch {
	case s.Elevated != "":
		return "yes: " + s.Elevated
	case s.Instead:
		return "only asked without"
	case s.Role == OwnUsers:
		return "not asked on a domain controller"
	case s.Role == Server:
		return "not asked on a client"
	}
	return ""
}

func ruleNames(rules []*Rule) []string {
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
	}
	return names
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
