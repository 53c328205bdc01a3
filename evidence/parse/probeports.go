package parse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// The TCP ports of one host as they answered a probe. Behind the head (see probehead.go; "target: automate.example.com" has no
// port) each port has a line, in rising order, and then comes how many there were:
//
//	tcp/443 open
//	tcp/3306 closed: the connection was refused
//	tcp/3389 filtered: no answer within 5s
//	tcp/8040 unknown: no route to the host
//	ports: 4

var portsFormat = &Format{
	Name:      "TCP ports",
	Doc:       "which TCP ports of a host were open, closed or filtered for a probe",
	Collector: "probe",
	Kinds:     []string{"port"},
	Recognise: headingIs(evidence.PortsHeading),
	Read:      readPorts,
}

func readPorts(source Source, to evidence.Sink) error {
	head := probeHead{}
	last, count, ended := 0, 0, false
	err := eachLine(source, func(line Line) error {
		switch {
		case line.Number == 1:
			return nil
		case strings.HasPrefix(line.Text, "tcp/") && !ended:
			port, err := readPort(head, line, source.Item, to)
			if err == nil && port <= last {
				err = fmt.Errorf("line %d: the ports are not in rising order", line.Number)
			}
			last = port
			count++
			return err
		case strings.HasPrefix(line.Text, "ports: ") && !ended:
			ended = true
			if line.Text != "ports: "+strconv.Itoa(count) {
				return fmt.Errorf("line %d: %d ports are listed: a line is missing", line.Number, count)
			}
			return nil
		case count > 0 || ended || !head.take(line):
			return fmt.Errorf("line %d: not a port", line.Number)
		}
		return nil
	})
	if err != nil {
		return refuse("%v", err)
	}
	if !evidence.CheckHost(head["target"]) {
		return refuse("the head names no target")
	}
	if !ended {
		return refuse("the list has no end: the file was cut short")
	}
	return nil
}

// readPort takes the line of one port.
func readPort(head probeHead, line Line, item evidence.Item, to evidence.Sink) (int, error) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(line.Text, "tcp/"), " ")
	state, why, _ := strings.Cut(rest, ": ")
	port, err := strconv.ParseUint(name, 10, 16)
	if err != nil || port == 0 || strconv.FormatUint(port, 10) != name {
		return 0, fmt.Errorf("line %d: %q is no port", line.Number, name)
	}
	if !evidence.CheckHost(head["target"]) || head["vantage"] == "" {
		return 0, fmt.Errorf("line %d: the head does not say whose port, seen from where", line.Number)
	}
	at := evidence.PortAddress(head["target"], uint16(port))
	switch s := evidence.PortState(state); {
	case slices.Contains(evidence.PortStates, s):
		to.Setting(evidence.Setting{Address: at, Value: evidence.Reach{State: s, From: head["vantage"]}, Cite: line.Cite(item)})
	case state == "unknown":
		to.Problem(evidence.Problem{Scope: at, Message: "whether the port can be reached is not known: " + why, Cite: line.Cite(item)})
	default:
		return 0, fmt.Errorf("line %d: %q is no state of a port", line.Number, state)
	}
	return int(port), nil
}
