package evidence

// knownSID is a SID that is the same on every machine.
type knownSID struct {
	sid   SID
	sddl  string   // two letters, or ""
	name  string   // as an English system prints it
	names []string // as German and French systems print it; other languages stay names
	broad bool
}

// knownSIDs is [MS-DTYP] 2.4.2.4 as far as such SIDs occur on files, shares and in groups.
var knownSIDs = []knownSID{
	{sid: "S-1-1-0", sddl: "WD", name: "Everyone", names: []string{"Jeder", "Tout le monde"}, broad: true},
	{sid: "S-1-2-0", name: "LOCAL", names: []string{"LOKAL"}, broad: true},
	{sid: "S-1-2-1", name: "CONSOLE LOGON", broad: true},
	{sid: "S-1-3-0", sddl: "CO", name: "CREATOR OWNER", names: []string{"ERSTELLER-BESITZER", "CREATEUR PROPRIETAIRE"}},
	{sid: "S-1-3-1", sddl: "CG", name: "CREATOR GROUP", names: []string{"ERSTELLERGRUPPE", "GROUPE CREATEUR"}},
	{sid: "S-1-3-4", sddl: "OW", name: "OWNER RIGHTS"},
	{sid: "S-1-5-1", name: `NT AUTHORITY\DIALUP`, broad: true},
	{sid: "S-1-5-2", sddl: "NU", name: `NT AUTHORITY\NETWORK`, names: []string{`NT-AUTORITÄT\NETZWERK`, `AUTORITE NT\RESEAU`}, broad: true},
	{sid: "S-1-5-3", name: `NT AUTHORITY\BATCH`, names: []string{`NT-AUTORITÄT\BATCH`}},
	{sid: "S-1-5-4", sddl: "IU", name: `NT AUTHORITY\INTERACTIVE`, names: []string{`NT-AUTORITÄT\INTERAKTIV`, `AUTORITE NT\INTERACTIF`}, broad: true},
	{sid: "S-1-5-6", sddl: "SU", name: `NT AUTHORITY\SERVICE`, names: []string{`NT-AUTORITÄT\DIENST`, `AUTORITE NT\SERVICE`}},
	{sid: "S-1-5-7", sddl: "AN", name: `NT AUTHORITY\ANONYMOUS LOGON`, names: []string{`NT-AUTORITÄT\ANONYMOUS-ANMELDUNG`, `AUTORITE NT\ANONYMOUS LOGON`}, broad: true},
	{sid: "S-1-5-9", sddl: "ED", name: `NT AUTHORITY\ENTERPRISE DOMAIN CONTROLLERS`},
	{sid: "S-1-5-10", sddl: "PS", name: `NT AUTHORITY\SELF`},
	{sid: "S-1-5-11", sddl: "AU", name: `NT AUTHORITY\Authenticated Users`, names: []string{`NT-AUTORITÄT\Authentifizierte Benutzer`, `AUTORITE NT\Utilisateurs authentifiés`}, broad: true},
	{sid: "S-1-5-12", sddl: "RC", name: `NT AUTHORITY\RESTRICTED`},
	{sid: "S-1-5-13", name: `NT AUTHORITY\TERMINAL SERVER USER`, broad: true},
	{sid: "S-1-5-14", name: `NT AUTHORITY\REMOTE INTERACTIVE LOGON`, broad: true},
	{sid: "S-1-5-15", name: `NT AUTHORITY\This Organization`, broad: true},
	{sid: "S-1-5-17", name: `NT AUTHORITY\IUSR`, names: []string{`NT-AUTORITÄT\IUSR`, `AUTORITE NT\IUSR`}, broad: true}, // whoever comes by the web
	{sid: "S-1-5-18", sddl: "SY", name: `NT AUTHORITY\SYSTEM`, names: []string{`NT-AUTORITÄT\SYSTEM`, `AUTORITE NT\Système`}},
	{sid: "S-1-5-19", sddl: "LS", name: `NT AUTHORITY\LOCAL SERVICE`, names: []string{`NT-AUTORITÄT\LOKALER DIENST`, `AUTORITE NT\SERVICE LOCAL`}},
	{sid: "S-1-5-20", sddl: "NS", name: `NT AUTHORITY\NETWORK SERVICE`, names: []string{`NT-AUTORITÄT\NETZWERKDIENST`, `AUTORITE NT\SERVICE RÉSEAU`}},
	{sid: "S-1-5-32-544", sddl: "BA", name: `BUILTIN\Administrators`, names: []string{`VORDEFINIERT\Administratoren`, `BUILTIN\Administrateurs`}},
	{sid: "S-1-5-32-545", sddl: "BU", name: `BUILTIN\Users`, names: []string{`VORDEFINIERT\Benutzer`, `BUILTIN\Utilisateurs`}, broad: true},
	{sid: "S-1-5-32-546", sddl: "BG", name: `BUILTIN\Guests`, names: []string{`VORDEFINIERT\Gäste`, `BUILTIN\Invités`}, broad: true},
	{sid: "S-1-5-32-547", sddl: "PU", name: `BUILTIN\Power Users`, names: []string{`VORDEFINIERT\Hauptbenutzer`, `BUILTIN\Utilisateurs avec pouvoir`}},
	{sid: "S-1-5-32-548", sddl: "AO", name: `BUILTIN\Account Operators`},
	{sid: "S-1-5-32-549", sddl: "SO", name: `BUILTIN\Server Operators`},
	{sid: "S-1-5-32-550", sddl: "PO", name: `BUILTIN\Print Operators`},
	{sid: "S-1-5-32-551", sddl: "BO", name: `BUILTIN\Backup Operators`, names: []string{`VORDEFINIERT\Sicherungs-Operatoren`, `BUILTIN\Opérateurs de sauvegarde`}},
	{sid: "S-1-5-32-552", sddl: "RE", name: `BUILTIN\Replicator`},
	{sid: "S-1-5-32-554", sddl: "RU", name: `BUILTIN\Pre-Windows 2000 Compatible Access`, broad: true},
	{sid: "S-1-5-32-555", sddl: "RD", name: `BUILTIN\Remote Desktop Users`, names: []string{`VORDEFINIERT\Remotedesktopbenutzer`, `BUILTIN\Utilisateurs du Bureau à distance`}},
	{sid: "S-1-5-32-556", sddl: "NO", name: `BUILTIN\Network Configuration Operators`},
	{sid: "S-1-5-32-558", sddl: "MU", name: `BUILTIN\Performance Monitor Users`},
	{sid: "S-1-5-32-559", sddl: "LU", name: `BUILTIN\Performance Log Users`},
	{sid: "S-1-5-32-562", name: `BUILTIN\Distributed COM Users`},
	{sid: "S-1-5-32-568", sddl: "IS", name: `BUILTIN\IIS_IUSRS`, names: []string{`VORDEFINIERT\IIS_IUSRS`}},
	{sid: "S-1-5-32-569", sddl: "CY", name: `BUILTIN\Cryptographic Operators`},
	{sid: "S-1-5-32-573", sddl: "ER", name: `BUILTIN\Event Log Readers`},
	{sid: "S-1-5-32-574", sddl: "CD", name: `BUILTIN\Certificate Service DCOM Access`},
	{sid: "S-1-5-32-575", sddl: "RA", name: `BUILTIN\RDS Remote Access Servers`},
	{sid: "S-1-5-32-576", sddl: "ES", name: `BUILTIN\RDS Endpoint Servers`},
	{sid: "S-1-5-32-577", sddl: "MS", name: `BUILTIN\RDS Management Servers`},
	{sid: "S-1-5-32-578", sddl: "HA", name: `BUILTIN\Hyper-V Administrators`},
	{sid: "S-1-5-32-579", sddl: "AA", name: `BUILTIN\Access Control Assistance Operators`},
	{sid: "S-1-5-32-580", sddl: "RM", name: `BUILTIN\Remote Management Users`, names: []string{`VORDEFINIERT\Remoteverwaltungsbenutzer`}},
	{sid: "S-1-5-64-10", name: `NT AUTHORITY\NTLM Authentication`, broad: true},
	{sid: "S-1-5-64-14", name: `NT AUTHORITY\SChannel Authentication`, broad: true},
	{sid: "S-1-5-64-21", name: `NT AUTHORITY\Digest Authentication`, broad: true},
	{sid: "S-1-5-65-1", name: `NT AUTHORITY\This Organization Certificate`, broad: true},
	{sid: "S-1-5-80-0", name: `NT SERVICE\ALL SERVICES`},
	{sid: "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", name: `NT SERVICE\TrustedInstaller`},
	{sid: "S-1-5-113", name: `NT AUTHORITY\Local account`, broad: true},
	{sid: "S-1-5-1000", name: `NT AUTHORITY\Other Organization`, broad: true},
	{sid: "S-1-15-2-1", sddl: "AC", name: `APPLICATION PACKAGE AUTHORITY\ALL APPLICATION PACKAGES`, broad: true},
	{sid: "S-1-15-2-2", name: `APPLICATION PACKAGE AUTHORITY\ALL RESTRICTED APPLICATION PACKAGES`, broad: true},
	{sid: "S-1-18-1", name: "Authentication authority asserted identity", broad: true},
	{sid: "S-1-18-2", name: "Service asserted identity", broad: true},
	{sid: "S-1-16-4096", sddl: "LW", name: `Mandatory Label\Low Mandatory Level`},
	{sid: "S-1-16-8192", sddl: "ME", name: `Mandatory Label\Medium Mandatory Level`},
	{sid: "S-1-16-8448", sddl: "MP", name: `Mandatory Label\Medium Plus Mandatory Level`},
	{sid: "S-1-16-12288", sddl: "HI", name: `Mandatory Label\High Mandatory Level`},
	{sid: "S-1-16-16384", sddl: "SI", name: `Mandatory Label\System Mandatory Level`},
}

// domainRID is the last number of a SID that every domain or machine has, and its SDDL abbreviation.
type domainRID struct {
	rid   uint32
	sddl  string
	name  string
	broad bool
}

var domainRIDs = []domainRID{
	{rid: 498, sddl: "RO", name: "Enterprise Read-only Domain Controllers"},
	{rid: 500, sddl: "LA", name: "Administrator"},
	{rid: 501, sddl: "LG", name: "Guest", broad: true},
	{rid: 512, sddl: "DA", name: "Domain Admins"},
	{rid: 513, sddl: "DU", name: "Domain Users", broad: true},
	{rid: 514, sddl: "DG", name: "Domain Guests", broad: true},
	{rid: 515, sddl: "DC", name: "Domain Computers", broad: true},
	{rid: 516, sddl: "DD", name: "Domain Controllers"},
	{rid: 517, sddl: "CA", name: "Cert Publishers"},
	{rid: 518, sddl: "SA", name: "Schema Admins"},
	{rid: 519, sddl: "EA", name: "Enterprise Admins"},
	{rid: 520, sddl: "PA", name: "Group Policy Creator Owners"},
	{rid: 522, sddl: "CN", name: "Cloneable Domain Controllers"},
	{rid: 525, sddl: "AP", name: "Protected Users"},
	{rid: 526, sddl: "KA", name: "Key Admins"},
	{rid: 527, sddl: "EK", name: "Enterprise Key Admins"},
	{rid: 553, sddl: "RS", name: "RAS and IAS Servers"},
}

// broadNames are the names, without their domain, of groups of every account in a domain: English, German, French, Spanish,
// Portuguese, Dutch, Swedish, Danish, Polish, Russian. A name alone is no proof of a SID; that such a name is broad is certain
// enough to fail it.
var broadNames = []string{
	"Domain Users", "Domain Guests", "Domain Computers",
	"Domänen-Benutzer", "Domänen-Gäste", "Domänencomputer",
	"Utilisateurs du domaine", "Utilisa. du domaine", "Invités du domaine", "Ordinateurs du domaine",
	"Usuarios del dominio", "Invitados del dominio", "Equipos del dominio",
	"Usuários do domínio", "Utilizadores do domínio", "Convidados do domínio", "Computadores do domínio",
	"Domeingebruikers", "Domeingasten", "Domeincomputers",
	"Domänanvändare", "Domängäster", "Domändatorer",
	"Domænebrugere", "Domænegæster", "Domænecomputere",
	"Użytkownicy domeny", "Goście domeny", "Komputery domeny",
	"Пользователи домена", "Гости домена", "Компьютеры домена",
}

// broadHere are names in these languages that are broad only without a domain, or in one that Windows itself gives:
// EXAMPLE\Todos is a group of somebody's own.
var broadHere = []string{
	"Todos", "Iedereen", "Alla", "Alle", "Wszyscy", "Все", // Everyone
	"Usuarios autentificados", "Usuarios autenticados", "Usuários autenticados", "Utilizadores autenticados", "Geverifieerde gebruikers",
	"Autentiserade användare", "Godkendte brugere", "Użytkownicy uwierzytelnieni", "Прошедшие проверку",
}

// broadBuiltin are the names of Users and Guests in these languages, which follow BUILTIN\.
var broadBuiltin = []string{
	"Usuarios", "Usuários", "Utilizadores", "Gebruikers", "Användare", "Brugere", "Użytkownicy", "Пользователи",
	"Invitados", "Convidados", "Gasten", "Gäster", "Gæster", "Goście", "Гости",
}
