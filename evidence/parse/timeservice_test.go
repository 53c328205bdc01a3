package parse

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"auditpack/evidence"
)

// w32tmLines are the lines of w32tm /query /status /verbose: labels and values; the order is the same in every language.
func w32tmLines(labels []string, values []string) string {
	var b strings.Builder
	for i, label := range labels {
		if i == 9 {
			b.WriteString("\r\n")
		}
		b.WriteString(label + values[i] + "\r\n")
	}
	return b.String()
}

var (
	w32tmEnglish = []string{"Leap Indicator: ", "Stratum: ", "Precision: ", "Root Delay: ", "Root Dispersion: ", "ReferenceId: ", "Last Successful Sync Time: ", "Source: ", "Poll Interval: ",
		"Phase Offset: ", "ClockRate: ", "State Machine: ", "Time Source Flags: ", "Server Role: ", "Last Sync Error: ", "Time since Last Good Sync Time: "}
	w32tmGerman = []string{"Sprungindikator: ", "Stratum: ", "Präzision: ", "Stammverzögerung: ", "Stammabweichung: ", "Referenz-ID: ", "Letzte erfolgr. Synchronisierungszeit: ", "Quelle: ", "Abrufintervall: ",
		"Phasenoffset: ", "Taktrate: ", "Statuscomputer: ", "Zeitquellenflags: ", "Serverrolle: ", "Letzter Synchronisierungsfehler: ", "Zeit seit der letzten erfolgr. Synchronisierung:"}
	w32tmJapanese = []string{"閏インジケーター: ", "階層: ", "精度: ", "ルート遅延: ", "ルート分散: ", "参照 ID: ", "最終正常同期時刻: ", "ソース: ", "ポーリング間隔: ",
		"フェーズ オフセット: ", "クロック レート: ", "ステート マシン: ", "タイム ソース フラグ: ", "サーバーの役割: ", "最終同期エラー: ", "最終正常同期時刻からの時間: "}
	w32tmSynced = []string{"0(no warning)", "4 (secondary reference - syncd by (S)NTP)", "-23 (119.209ns per tick)", "0.0154902s", "7.7773722s", "0xC0000207 (source IP:  192.0.2.7)", "10/20/2026 8:30:05 AM",
		"time.example.com,0x9 ", "10 (1024s)", "-0.0038147s", "0.0156250s", "1 (Hold)", "0 (None)", "0 (None)", "0 (The command completed successfully.)", "2820.1997480s"}
)

// with returns the values with some changed.
func with(values []string, change map[int]string) []string {
	values = append([]string(nil), values...)
	for i, v := range change {
		values[i] = v
	}
	return values
}

// TestTimeService reads the state of the time service by the place of its lines, in any language.
func TestTimeService(t *testing.T) {
	whole := map[string]string{"clock:leap-indicator": "0", "clock:reference": "0xC0000207", "clock:source": "time.example.com,0x9", "clock:phase-offset": "-0.0038147", "clock:since-last-sync": "2820.1997480"}
	plain := map[string]string{"clock:leap-indicator": "0", "clock:reference": "0xC0000207", "clock:source": "time.example.com,0x9"}
	japanese932, err := japanese.ShiftJIS.NewEncoder().String(w32tmLines(w32tmJapanese, with(w32tmSynced, map[int]string{0: "0(警告なし)"})))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		page       int
		want       map[string]string
		offsetLine int
		problems   int
	}{
		{"English", w32tmLines(w32tmEnglish, w32tmSynced), 437, whole, 11, 0},
		{"German, with lines that go on", strings.Replace(w32tmLines(w32tmGerman, w32tmSynced), "(The command", "(Der Befehl wurde \r\nerfolgreich ausgef\x81hrt", 1), 850, whole, 11, 0},
		{"Japanese", japanese932, 932, whole, 11, 0},
		{"a decimal comma and a plus", w32tmLines(w32tmEnglish, with(w32tmSynced, map[int]string{3: "0,0154902s", 9: "+0,0038147s", 15: "2820,1997480 s"})), 0,
			map[string]string{"clock:leap-indicator": "0", "clock:reference": "0xC0000207", "clock:source": "time.example.com,0x9", "clock:phase-offset": "0.0038147", "clock:since-last-sync": "2820.1997480"}, 11, 0},
		{"never synchronised", w32tmLines(w32tmEnglish, with(w32tmSynced, map[int]string{0: "3(not synchronized)", 1: "0 (unspecified)", 5: "0x00000000 (unspecified)", 6: "unspecified", 7: "Local CMOS Clock", 9: "0.0000000s"})), 0,
			map[string]string{"clock:leap-indicator": "3", "clock:reference": "0x00000000", "clock:source": "Local CMOS Clock", "clock:phase-offset": "0.0000000", "clock:since-last-sync": "2820.1997480"}, 11, 0},
		{"without /verbose", w32tmLines(w32tmEnglish[:9], w32tmSynced), 0, plain, 0, 2},
		{"cut short", w32tmLines(w32tmEnglish[:15], w32tmSynced), 0, plain, 0, 2},
		{"a line more", w32tmLines(w32tmEnglish, w32tmSynced) + "Something: 1\r\n", 0, plain, 0, 2},
		{"an offset in another unit", w32tmLines(w32tmEnglish, with(w32tmSynced, map[int]string{9: "-3.8147ms"})), 0, plain, 0, 2},
	} {
		item := evidence.Item{Path: "data/items/clock/w32tm-status.txt", Name: "w32tm-status.txt", Status: evidence.Captured, CodePage: c.page, Size: int64(len(c.text))}
		got, err := Read(item, strings.NewReader(c.text), nil)
		if err != nil || got.Refused != "" || got.Format != "w32tm status" {
			t.Errorf("%s: %v %s %q", c.name, err, got.Refused, got.Format)
			continue
		}
		for _, s := range got.Settings {
			if s.Value.String() != c.want[string(s.Address)] {
				t.Errorf("%s: %s is %q, want %q", c.name, s.Address, s.Value, c.want[string(s.Address)])
			}
			line := c.text[s.Cite.Offset : s.Cite.Offset+s.Cite.Length]
			if s.Address == "clock:phase-offset" && (s.Cite.Line != c.offsetLine || !strings.HasSuffix(line, "s") || !strings.Contains(line, "0038147") && c.want["clock:leap-indicator"] == "0") {
				t.Errorf("%s: the offset is cited at line %d: %q", c.name, s.Cite.Line, line)
			}
		}
		if len(got.Settings) != len(c.want) || len(got.Problems) != c.problems {
			t.Errorf("%s: %d settings, want %d; problems %v, want %d", c.name, len(got.Settings), len(c.want), got.Problems, c.problems)
		}
	}
}

// TestNoTimeService takes for the state of the time service nothing that does not have its values in its order.
func TestNoTimeService(t *testing.T) {
	for name, text := range map[string]string{
		"not started":        "The following error occurred: The service has not been started. (0x80070426)\r\n",
		"two lines swapped":  w32tmLines(w32tmEnglish, with(w32tmSynced, map[int]string{0: w32tmSynced[3], 3: w32tmSynced[0]})),
		"seconds in letters": w32tmLines(w32tmEnglish, with(w32tmSynced, map[int]string{3: "0.0154902с"})), // a Cyrillic letter
		"eight lines":        w32tmLines(w32tmEnglish[:8], w32tmSynced),
		"systeminfo":         "Host Name: A\nOS Name: B\nOS Version: 10.0.17763 N/A Build 17763\n",
	} {
		if f, m := Recognise("w32tm-status.txt", []byte(text)); f != nil && f.Name == timeService.Name {
			t.Errorf("%s: taken for it: %+v", name, m)
		}
	}
	long := w32tmLines(w32tmEnglish, w32tmSynced) + strings.Repeat("\r\n", 200)
	if got, err := Read(evidence.Item{Path: "p", Name: "n", Size: int64(len(long))}, strings.NewReader(long), nil); err != nil || !strings.Contains(got.Refused, "more than 100 lines") {
		t.Errorf("%v, %q", err, got.Refused)
	}
}

func FuzzTimeService(f *testing.F) {
	f.Add([]byte(w32tmLines(w32tmEnglish, w32tmSynced)))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := Read(evidence.Item{Path: "p", Name: "n", Size: int64(len(text))}, strings.NewReader(string(text)), nil)
		if err != nil {
			return
		}
		for _, s := range got.Settings {
			if s.Cite.Offset < 0 || s.Cite.Offset+s.Cite.Length > int64(len(text)) {
				t.Errorf("%s: cited beyond the end", s.Address)
			}
		}
	})
}
