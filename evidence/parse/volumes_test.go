package parse

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

// volumesJSON is as the collector's line prints it; the numbers are those of the class in Microsoft's documentation.
const volumesJSON = "[\r\n    {\r\n        \"DriveLetter\":  \"C:\",\r\n        \"DeviceID\":  \"\\\\\\\\?\\\\Volume{0a1b}\\\\\",\r\n        \"VolumeType\":  0,\r\n        \"ProtectionStatus\":  1,\r\n        \"ConversionStatus\":  1,\r\n        \"EncryptionMethod\":  7\r\n    },\r\n" +
	"    {\r\n        \"DriveLetter\":  null,\r\n        \"DeviceID\":  \"\\\\\\\\?\\\\Volume{0a1c}\\\\\",\r\n        \"VolumeType\":  1,\r\n        \"ProtectionStatus\":  0,\r\n        \"ConversionStatus\":  0,\r\n        \"EncryptionMethod\":  0\r\n    }\r\n]\r\n"

func TestEncryptableVolumes(t *testing.T) {
	c := `bitlocker:C: = system volume, fully encrypted (XTS-AES 256), protection on`
	d := `bitlocker:\\?\Volume{0a1c}\ = fixed volume, not encrypted, protection off`
	const whole = "all of bitlocker:"
	const format = "Win32_EncryptableVolume objects"
	change := func(old, with string) string { return strings.Replace(volumesJSON, old, with, 1) }
	run(t, []sample{
		{"two", format, volumesJSON, []string{c, d, whole}},
		{"one object", format, "{\"DriveLetter\":\"C:\",\"VolumeType\":0,\"ProtectionStatus\":1,\"ConversionStatus\":1,\"EncryptionMethod\":7}\r\n", []string{c, whole}},
		{"Export-Csv", format, "\"DriveLetter\",\"VolumeType\",\"ProtectionStatus\",\"ConversionStatus\",\"EncryptionMethod\"\r\n\"C:\",\"0\",\"1\",\"1\",\"7\"\r\n", []string{c, whole}},
		{"an older system, which tells less", format, "[{\"DriveLetter\":\"E:\",\"VolumeType\":null,\"ProtectionStatus\":2,\"ConversionStatus\":1,\"EncryptionMethod\":null}]\r\n", []string{"bitlocker:E: = volume -1, fully encrypted (method -1), protection not known"}},
		{"a number of tomorrow", format, change(`"EncryptionMethod":  7`, `"EncryptionMethod":  4294967295`), []string{strings.Replace(c, "XTS-AES 256", "method 4294967295", 1), d, whole}},
		{"a state in words", format, change(`"ProtectionStatus":  1`, `"ProtectionStatus":  "Ein"`), []string{d, "? bitlocker:C:"}},
		{"a negative number", format, change(`"ConversionStatus":  1`, `"ConversionStatus":  -1`), []string{d, "? bitlocker:C:"}},
		{"no state", format, change(`"ConversionStatus":  1`, `"ConversionStatus":  null`), []string{d, "? bitlocker:C:"}},
		{"nameless", format, change(`"\\\\?\\Volume{0a1c}\\"`, `null`), []string{c, "? bitlocker:"}},
		{"cut short", format, volumesJSON[:len(volumesJSON)-5], []string{c, d, "? bitlocker:"}},
	})
	for text, want := range map[string]evidence.State{volumesJSON: evidence.Missing, change(`"VolumeType":  0`, `"VolumeType":  1`): evidence.Unknown, change(`"VolumeType":  0`, `"VolumeType":  "x"`): evidence.Unknown} {
		f := evidence.NewFacts([]evidence.Content{readAs(t, []byte(text))})
		if o := f.Lookup("bitlocker:D:"); o.State != want {
			t.Errorf("%v, want %v: %s", o.State, want, text)
		}
	}
}

func FuzzEncryptableVolumes(f *testing.F) { fuzzFormat(f, encryptableVolumes, volumesJSON) }
