package evidence

import "fmt"

// Volumes is the scope of all volumes that BitLocker could encrypt.
const Volumes = Address("bitlocker:")

// Volume is what BitLocker says of a volume, in the numbers of Win32_EncryptableVolume; -1 where one is not told.
type Volume struct {
	Type       int // 0 the system's, 1 fixed, 2 removable
	Protection int // 0 off (the key lies open), 1 on, 2 not known: the volume is locked
	Conversion int // 0 nothing is encrypted, 1 everything, 2 to 5 on the way
	Method     int // how it is encrypted
}

// The words of Win32_EncryptableVolume, by number.
var (
	volumeTypes       = []string{"system volume", "fixed volume", "removable volume"}
	volumeProtections = []string{"protection off", "protection on", "protection not known"}
	volumeConversions = []string{"not encrypted", "fully encrypted", "encryption under way", "decryption under way", "encryption paused", "decryption paused"}
	volumeMethods     = []string{"", "AES 128 with diffuser", "AES 256 with diffuser", "AES 128", "AES 256", "by the drive", "XTS-AES 128", "XTS-AES 256"}
)

// String returns the canonical form: system volume, fully encrypted (XTS-AES 256), protection on.
func (v Volume) String() string {
	text := worded(volumeTypes, v.Type, "volume") + ", " + worded(volumeConversions, v.Conversion, "conversion")
	if v.Method != 0 {
		text += " (" + worded(volumeMethods, v.Method, "method") + ")"
	}
	return text + ", " + worded(volumeProtections, v.Protection, "protection")
}

// worded returns the word for a number, or what it is a number of.
func worded(words []string, n int, what string) string {
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return fmt.Sprintf("%s %d", what, n)
}

// Encrypted reports whether everything on the volume is encrypted and its key does not lie open.
func (v Volume) Encrypted() bool { return v.Conversion == 1 && v.Protection == 1 }

// Removable reports whether the volume is on a medium that is taken along.
func (v Volume) Removable() bool { return v.Type == 2 }
