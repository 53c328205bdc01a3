package collect

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"time"
)

// scriptForm is the script without its tables.
//
//go:embed script.ps1
var scriptForm string

// scriptFind is the part of the script that finds what there is to be asked for.
//
//go:embed scriptfind.ps1
var scriptFind string

// scriptHide is the part of the script that cuts secrets out.
//
//go:embed scripthide.ps1
var scriptHide string

// Script writes the capture as a script for Windows PowerShell 5.1: its tables are made of the list, of the rules and of what
// the planner looks for, so that it asks for nothing else. It is ASCII with the line ends of Windows.
//
// It uses cmdlets, operators and methods of simple types only, which Constrained Language Mode allows; the lines of PowerShell
// inside the table are run by powershell.exe, as in a capture.
func Script(to io.Writer, list []*Collector, tool string) error {
	if err := Validate(list); err != nil {
		return err
	}
	var sources, texts, values strings.Builder
	for i, c := range list {
		if i > 0 {
			sources.WriteString("\n")
		}
		fmt.Fprintf(&sources, "    # %s: %s\n", c.Name, c.Shows)
		for _, s := range c.Sources {
			sources.WriteString("    " + scriptSource(c, s) + "\n")
		}
	}
	for _, r := range Rules() {
		if r.Values != nil {
			fmt.Fprintf(&values, "    # %s\n    %s = @{ Key = %s; Name = %s; Except = %s }\n", r.Doc, quoted(r.Name), quoted(bothI(r.Values.Key)), quoted(bothI(r.Values.Name)), quotedList(r.Values.Except))
			continue
		}
		fmt.Fprintf(&texts, "    # %s\n    %s = @(\n", r.Doc, quoted(r.Name))
		for i, p := range r.Text {
			comma := ","
			if i == len(r.Text)-1 {
				comma = ""
			}
			fmt.Fprintf(&texts, "        %s%s\n", quoted(bothI(p)), comma)
		}
		texts.WriteString("    )\n")
	}
	var expanded strings.Builder
	for _, v := range variables {
		fmt.Fprintf(&expanded, "    %s = %s\n", quoted(v.name), quoted(v.folder))
	}
	text := strings.NewReplacer(
		"@TOOL@", strings.ReplaceAll(tool, "'", "''"), "@SOURCES@\n", sources.String(), "@TEXTRULES@\n", texts.String(), "@VALUERULES@\n", values.String(),
		"@VARIABLES@\n", expanded.String(), "@LOCALPATH@", quoted(localPath.String()),
		"@NETWORKPATH@", quoted(networkPath.String()), "@VARIABLEPATH@", quoted(variablePath.String()), "@DRIVEPATH@", quoted(drivePath.String()),
		"@ONNETWORK@", quoted(onNetwork), "@WITHVARIABLE@", quoted(withVariable), "@NOTONDRIVE@", quoted(notOnDrive),
		"@MYSQLBINS@", strings.TrimSuffix(strings.TrimPrefix(quotedList(mysqlBins), "@("), ")"),
	).Replace(strings.NewReplacer("@FINDING@\n", scriptFind+"\n", "@WITHHOLDING@\n", scriptHide+"\n").Replace(scriptForm))
	_, err := io.WriteString(to, strings.ReplaceAll(text, "\n", "\r\n"))
	return err
}

// scriptSource is a Source as a row of the script's table.
func scriptSource(c *Collector, s Source) string {
	boolean := func(b bool) string {
		if b {
			return "$true"
		}
		return "$false"
	}
	return fmt.Sprintf("@{ Collector = %s; Item = %s; Format = %s; Program = %s; Arguments = %s; File = %s; Subject = %s; Each = %s; Needs = %s; Elevated = %s; Role = %s; Instead = %s; Console = %s; Ansi = %s; Timeout = %d; Hide = %s }",
		quoted(c.Name), quoted(s.Item), quoted(s.Format), quoted(s.Program), quotedList(s.Args), quoted(s.File), quoted(s.Subject), quoted(string(s.Each)), quoted(string(s.Needs)),
		quoted(s.Elevated), quoted(string(s.Role)), boolean(s.Instead), boolean(s.Console), boolean(s.ANSI), c.Timeout/time.Second, quotedList(ruleNames(s.Hide)))
}

// quoted is a text as PowerShell reads it without looking into it.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func quotedList(list []string) string {
	var all []string
	for _, s := range list {
		all = append(all, quoted(s))
	}
	return "@(" + strings.Join(all, ", ") + ")"
}

// bothI writes a pattern that ignores case so that it does in Turkish and Azeri too, where .NET takes i and I for two letters: each
// of them becomes both. Go's rules are the same with it and without.
func bothI(pattern string) string {
	const ignoresCase = "(?i)"
	rest, ok := strings.CutPrefix(pattern, ignoresCase)
	if !ok {
		return pattern
	}
	var b strings.Builder
	b.WriteString(ignoresCase)
	inClass := false
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		switch {
		case c == '\\' && i+1 < len(rest):
			b.WriteString(rest[i : i+2])
			i++
			continue
		case c == '[' && !inClass:
			inClass = true
		case c == ']':
			inClass = false
		case (c == 'i' || c == 'I') && inClass:
			b.WriteString("iI")
			continue
		case c == 'i' || c == 'I':
			b.WriteString("[iI]")
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
