package parse

import (
	"fmt"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// encryptableVolumes is what Win32_EncryptableVolume shows of each volume, in numbers that no language changes.
var encryptableVolumes = &Format{
	Name:      "Win32_EncryptableVolume objects",
	Doc:       "the state of BitLocker on each volume as Get-CimInstance Win32_EncryptableVolume writes it with ConvertTo-Json or Export-Csv",
	Collector: "system",
	Kinds:     []string{"bitlocker"},
	Recognise: func(h Head) Match {
		if hasAll(rowNames(h), "driveletter", "protectionstatus", "conversionstatus") {
			return Match{Sure: 90}
		}
		return Match{}
	},
	Read: readEncryptableVolumes,
}

func readEncryptableVolumes(source Source, sink evidence.Sink) error {
	problems := &problemCounter{Sink: sink}
	var system *evidence.Citation
	err := eachAccessRow(source, evidence.Volumes, problems, func(row accessRow) {
		name := strings.Join(strings.Fields(row.get("driveletter", "deviceid")), " ")
		if name == "" {
			problems.Problem(evidence.Problem{Scope: evidence.Volumes, Message: "a volume without letter and number", Cite: row.cite})
			return
		}
		var v evidence.Volume
		for _, n := range []struct {
			field string
			to    *int
			must  bool
		}{{"volumetype", &v.Type, false}, {"protectionstatus", &v.Protection, true}, {"conversionstatus", &v.Conversion, true}, {"encryptionmethod", &v.Method, false}} {
			text := row.get(n.field)
			number, err := strconv.ParseUint(text, 10, 32)
			if err != nil && (n.must || text != "") {
				problems.Problem(evidence.Problem{Scope: evidence.Volumes + evidence.Address(name), Message: fmt.Sprintf("%s of volume %s is %q and no number", n.field, name, text), Cite: row.cite})
				return
			}
			*n.to = int(number)
			if err != nil {
				*n.to = -1
			}
		}
		if v.Type == 0 {
			system = &row.cite
		}
		sink.Setting(evidence.Setting{Address: evidence.Volumes + evidence.Address(name), Value: v, Cite: row.cite})
	})
	// Windows starts from a volume: a list with it was not narrowed down.
	if err == nil && problems.count == 0 && system != nil {
		sink.Covered(evidence.Coverage{Scope: evidence.Volumes, Deep: true, Cite: *system})
	}
	return err
}
