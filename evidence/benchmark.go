package evidence

// Benchmark is one release of a DISA STIG.
type Benchmark struct {
	ID          string // Windows_Server_2019_STIG
	Title       string
	Version     string // 3
	Release     string // 8
	ReleaseInfo string // Release: 8 Benchmark Date: 01 Apr 2026, as the file has it
	Description string
	Notice      string // id of the notice: terms-of-use
	Source      string // STIG.DOD.MIL
	Status      string // accepted
	StatusDate  string // 2026-02-26
	File        string // base name of the file it was read from
	Digest      Digest // of that file
	Rules       []Rule // in the file's order
}

// Rule is one rule of a Benchmark: its three identifiers, its texts, and the Checks that were made of its check text.
type Rule struct {
	GroupID    GroupID
	RuleID     RuleID
	STIGID     STIGID
	GroupTitle string // SRG-APP-000092-WSR-000055
	Title      string
	Severity   Severity
	Weight     string   // 10.0
	CCIs       []string // CCI-000366
	Legacy     []string // V- and SV- numbers of earlier releases

	Discussion                 string
	FalsePositives             string
	FalseNegatives             string
	Documentable               string
	Mitigations                string
	SeverityOverrideGuidance   string
	PotentialImpacts           string
	ThirdPartyTools            string
	MitigationControl          string
	Responsibility             string
	IAControls                 string
	CheckText, FixText         string
	CheckID, FixID             string // C-20258r1022594_chk, F-20256r310834_fix
	CheckContentRef            string // M
	TargetSubject, TargetTitle string // of the reference: Microsoft IIS 10.0 Server
	TargetKey                  string // 4052

	// Only limits the Rule to some hosts. The zero value is all hosts.
	Only Role
	// Checks must all hold. They are empty where the text was not fully understood; Undecided then says why, and the
	// Verdict is needs review.
	Checks    []Check
	Undecided string
	// Caveats are the conditions of the text that no evidence decides, in its words: a person may claim that the Rule does
	// not apply or that a deviation is documented. They never change a Verdict and are shown beside it.
	Caveats []string
}

// ReleaseName returns version and release as DISA writes them: V3R8.
func (b Benchmark) ReleaseName() string { return "V" + b.Version + "R" + b.Release }

// Role is what a host is in its domain, as far as rules differ by it.
type Role string

// The Roles.
const (
	AnyRole          Role = ""
	DomainController Role = "domain controller"
	MemberServer     Role = "member server" // and servers in no domain
)
