package evidence

// CCI is one of DISA's control correlation identifiers: a single requirement, and the controls of NIST SP 800-53 that
// hold it. A control is written as DISA writes it, with the part that is meant: CM-6 b, AC-2 (4).
type CCI struct {
	ID    string   // CCI-000366
	Rev4  []string // controls of revision 4; empty where that has none
	Rev5  []string // and of revision 5
	Since string   // version of the list it was read from: 2023-06-07
}
