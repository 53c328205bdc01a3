package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// windowsServices is what Win32_Service shows of each service. Its words for state and start are the same in every
// language (MOF qualifier Values of the class); names of accounts are as the registry holds them.
var windowsServices = &Format{
	Name:      "Windows services",
	Doc:       "services with state, start and account as Get-CimInstance Win32_Service writes them with ConvertTo-Json or Export-Csv",
	Collector: "system",
	Kinds:     []string{"service"},
	Recognise: func(h Head) Match {
		if hasAll(rowNames(h), "name", "state", "startmode", "startname") {
			return Match{Sure: 90}
		}
		return Match{}
	},
	Read: readServices,
}

// The words of Win32_Service, folded.
var (
	serviceStates = []string{"Stopped", "Start Pending", "Stop Pending", "Running", "Continue Pending", "Pause Pending", "Paused"}
	serviceStarts = []string{"Boot", "System", "Auto", "Manual", "Disabled"}
)

// everyService are services that no Windows is without: a list that has them was not narrowed down.
var everyService = []string{"RpcSs", "EventLog"}

func readServices(source Source, sink evidence.Sink) error {
	problems := &problemCounter{Sink: sink}
	seen := map[string]bool{}
	var first *evidence.Citation
	err := eachAccessRow(source, evidence.Services, problems, func(row accessRow) {
		name := row.get("name")
		if name == "" {
			problems.Problem(evidence.Problem{Scope: evidence.Services, Message: "a service without a name", Cite: row.cite})
			return
		}
		address := evidence.ServiceAddress(name)
		if first == nil {
			first = &row.cite
		}
		seen[strings.ToLower(name)] = true
		state, ok := wordOf(serviceStates, row.get("state"))
		start, known := wordOf(serviceStarts, row.get("startmode"))
		if !ok || !known {
			problems.Problem(evidence.Problem{Scope: address, Cite: row.cite,
				Message: fmt.Sprintf("service %q has the state %q and starts %q, which Win32_Service never says", name, row.get("state"), row.get("startmode"))})
			return
		}
		sink.Setting(evidence.Setting{Address: address, Cite: row.cite, Value: evidence.Service{
			Display: row.get("displayname", "name"), Start: start, Account: row.get("startname"), Path: row.get("pathname")}})
		sink.Setting(evidence.Setting{Address: address + "@state", Cite: row.cite, Value: evidence.Text(state)})
	})
	whole := err == nil && problems.count == 0
	for _, name := range everyService {
		whole = whole && seen[strings.ToLower(name)]
	}
	if whole {
		sink.Covered(evidence.Coverage{Scope: evidence.Services, Deep: true, Cite: *first})
	}
	return err
}

// wordOf returns the word of a list that text is, in any case.
func wordOf(words []string, text string) (string, bool) {
	for _, w := range words {
		if strings.EqualFold(w, text) {
			return w, true
		}
	}
	return "", false
}
