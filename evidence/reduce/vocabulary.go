package reduce

import (
	_ "embed"
	"reflect"
	"regexp"
	"strings"
)

//go:embed words.txt
var programWords string

// vocabulary are the words that say nothing about a host, folded.
type vocabulary map[string]bool

// publicNames are programs, services and firewall rules of Windows, and programs of the products that the guide is about, which
// the program's own texts do not name: who has these products has them.
const publicNames = `svchost lsass wininit services spoolsv winlogon w3wp inetinfo iissvcs mysqld LTAgent LTSvc LTSVCMon LTTray LabTech
	TermService RpcSs RpcEptMapper Dnscache IKEEXT EventLog Schedule Spooler W3SVC WAS WinRM MpsSvc LanmanServer LanmanWorkstation Netlogon
	PolicyAgent iphlpsvc NlaSvc BFE CryptSvc Winmgmt W32Time ScreenConnect
	RemoteDesktop UserMode Shadow WMI RPCSS WINMGMT ASYNC WebServerRole FPS Datagram Session SpoolSvc LLMNR MDNS ICMP CoreNet IPHTTPS
	ClientIP SiteName ServerIP UriStem UriQuery HttpStatus Win32Status TimeTaken mimeType octet stream
	DeliveryOptimization Teredo RemoteEventLogSvc RemoteSvcAdmin RemoteTask NP RPC EPMap SMB NB INFRA ` + fieldsOfIIS + builtInRules

// fieldsOfIIS are what a log of IIS can hold, by the names that its configuration has for them.
const fieldsOfIIS = `ComputerName UserName ServerPort HttpSubStatus BytesSent BytesRecv ProtocolVersion Cookie `

// builtInRules are words of the names that Windows gives its own firewall rules; the two that look like noise are Microsoft's
// publisher in the names of app packages. Words of two letters are not here: they may be somebody's account.
const builtInRules = `NoScope EdgeScope Diag EchoRequest ERQ PTB DUFRAG NDA NDS RME IGMP DHCPV6 IPv6 V2
	NETDIS FDPHOST FDRESPUB WSD WSDEVNT WSDEVNTS UPnP UPnPHost SSDP SSDPSrv NBDGM NBNAME LLMNR DAS
	RemoteAdmin RemoteFwAdmin RemoteAssistance PnrpSvc PNRP RAServer DCOM WINRM WebManagement PerfLogsAlerts PLASrv EPMapper NamedPipe
	RVM VDS VDSLDR MSDTC KTMRM MsiScsi SNMPTRAP SPPSVC TPMVSCMGR EventForwarder RRAS GRE L2TP PPTP SSTP TermSrv termservicve WSS
	FPSSMBD iWARP PeerDist HostedServer HostedClient HTTPTRANS vm monitoring OpenSSH sshd
	AllJoyn CDPSvc WFD WFDPRINT WiFiDirect WirelessDisplay DIAL MCX Mcx2Svc MCRMGR ProvSvc HomeGroup PlayTo PlayToScope LocalSubnetScope
	QWave WMP WMPNSS HTTPSTR WPDMTP DeviceManagement deviceenroller omadmclient CertificateInstall DAFWSD WebThreatDefSvc WlanSvc
	cw5n1h2txyewy 8wekyb3d8bbwe MicrosoftWindows MicrosoftEdge WindowsStore AllCapabilities InternetClient ServerCapability AAD BrokerPlugin
	CloudExperienceHost ShellExperienceHost StartMenuExperienceHost NcsiUwpApp AccountsControl CBS OOBE CredDialogHost`

// newVocabulary returns the words of the program itself, and names that are public.
func newVocabulary() vocabulary {
	v := vocabulary{}
	v.learn(publicNames)
	for word := range strings.Lines(programWords) {
		v[strings.TrimSpace(word)] = true
	}
	return v
}

// learn adds every word of a text.
func (v vocabulary) learn(text string) {
	for _, word := range words(text) {
		v[word] = true
	}
}

// learnAll adds the words of every text in a value, whatever it is made of.
func (v vocabulary) learnAll(of any) { v.walk(reflect.ValueOf(of)) }

func (v vocabulary) walk(x reflect.Value) {
	switch x.Kind() {
	case reflect.String:
		v.learn(x.String())
	case reflect.Pointer, reflect.Interface:
		if !x.IsNil() {
			v.walk(x.Elem())
		}
	case reflect.Struct:
		for i := range x.NumField() {
			if x.Type().Field(i).IsExported() {
				v.walk(x.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		if x.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range x.Len() {
			v.walk(x.Index(i))
		}
	case reflect.Map:
		for _, key := range x.MapKeys() {
			v.walk(key)
			v.walk(x.MapIndex(key))
		}
	}
}

// words returns the runs of letters and digits in a text, folded.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !wordRune(r) })
}

// plain are words that stay by their form: numbers, and the numbers by which Windows names hot fixes.
var plain = regexp.MustCompile(`^(?:[0-9]{1,20}|0x[0-9a-f]{1,16}|kb[0-9]{6,7}|v[0-9]{1,4}r[0-9]{1,3})$`)

// auditGUID is what a subcategory of auditing is named by on every Windows.
var auditGUID = regexp.MustCompile(`(?i)^0cce[0-9a-f]{4}-69ae-11d9-bed3-505054503030$`)

func (v vocabulary) word(w string) bool { return v[w] || plain.MatchString(w) }

// all reports whether every word of a text is known. A text that looks like a mask is not.
func (v vocabulary) all(text string) bool {
	if likeMask.MatchString(text) {
		return false
	}
	if auditGUID.MatchString(text) {
		return true
	}
	for _, w := range words(text) {
		if !v.word(w) {
			return false
		}
	}
	return true
}

// likeMask is what nobody but this package may write.
var likeMask = regexp.MustCompile(`(?i)\b(?:ACCOUNT|ADDRESS|HOST|PATH|TEXT)-[0-9]`)
