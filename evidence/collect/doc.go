// Package collect knows what to ask a host for, asks it, and hands over what it answers, raw.
//
// A [Collector] is a value in one explicit list ([All]): a subject with its [Source]s, each of which is one command or one
// file. Everything that is done with the list comes from the same values: the capture ([Run]), its announcement ([Plan]), the
// page for people who watch over the server ([Explain]), and the PowerShell form ([Script]). So none of them can do what
// another does not say.
//
// A [Host] is asked: the machine itself ([NewLocal], on Windows), or a recorded one ([OpenReplay]). Every planned Item ends
// up in the snapshot with a Status. Nothing is interpreted here: bytes are kept as they are, and package parse reads them
// later, on another machine. The one thing that is changed is a secret: a [Rule] cuts it before anything is hashed, and the
// Item says which and where.
//
// # What a capture does to a host
//
// It runs programs of the system by their full paths with a fixed environment, nothing to read from, no window and no shell,
// and reads files. It sets nothing. Programs that write their result into a file are given one in the scratch folder, which
// is part of the output folder; what they print is kept there too until it is put, and removed then. Secrets that a program
// exports (see the rules) are in such a file for that moment.
//
// # A recorded host
//
// A folder with host.json (see [Recording]) and the files it names:
//
//	{
//	  "name": "AUTOMATE01", "operator": "AUTOMATE01\\adm", "elevated": true, "code_page": 850, "ui_language": "de-DE",
//	  "commands": [
//	    {"run": "NETSTAT.EXE -abno", "stdout": "netstat.txt"},
//	    {"run": "reg.exe export HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa {out} /y /reg:64", "file": "lsa.reg"},
//	    {"run": "systeminfo.exe", "behaviour": "hangs"}
//	  ],
//	  "files": {"C:\\inetpub\\wwwroot\\web.config": "web.config"},
//	  "denied": ["C:\\Windows\\System32\\inetsrv\\config"],
//	  "values": {"HKLM\\SOFTWARE\\WOW6432Node\\LabTech\\Setup!Local LTShare": "C:\\LTShare"},
//	  "keys": ["HKU\\S-1-5-21-1-2-3-1001"]
//	}
//
// A command that is not recorded does not exist there, nor does a file.
//
// # Why
//
// Why Sources are data and no functions: what a capture does must be readable by somebody who does not trust it, and in two
// languages. Why text output is kept beside what is judged: an auditor knows netstat, and not the table behind it.
package collect
