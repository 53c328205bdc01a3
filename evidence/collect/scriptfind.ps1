# ---- Finding what a host has ------------------------------------------------------------------------------------------------

# A drive of the network is not read: a capture opens no connection of its own.
function Test-Remote([string]$Path) {
    if ($Path.StartsWith('\\')) { return $true }
    $drive = Get-PSDrive -Name $Path.Substring(0, 1) -ErrorAction SilentlyContinue
    return [bool]($drive -and "$($drive.DisplayRoot)".StartsWith('\\'))
}

# Where IIS takes its configuration from, if that is not its own folder.
function Get-Redirection {
    $file = "$System32\inetsrv\config\redirection.config"
    if (-not (Test-There $file)) { return @{ path = ''; status = 'absent'; note = 'there is no redirection.config: IIS takes its configuration from nowhere else' } }
    try {
        $text = Get-Content -LiteralPath $file -Raw -Encoding UTF8
    } catch {
        return @{ path = ''; status = 'denied'; note = "whether IIS takes its configuration from elsewhere is not known: $_" }
    }
    $text = $text -replace '(?s)<!--.*?-->', ''
    $said = ''
    if ($text -cmatch '<configurationRedirection\b[^<>]*>') { $said = $Matches[0] }
    if ($said -notmatch '\benabled\s*=\s*"true"') {
        return @{ path = ''; status = 'absent'; note = 'redirection.config does not take the configuration from elsewhere' }
    }
    $path = ''
    if ($said -cmatch '\bpath\s*=\s*"([^"<>]*)"') { $path = Expand-Variable $Matches[1] }
    if ($path -cnotmatch @LOCALPATH@) {
        return @{ path = ''; status = 'failed'; note = "not followed: redirection.config takes the configuration from '$path', which is not on a drive of this host, and a capture opens no connection of its own" }
    }
    return @{ path = ($path -replace '\\+$', ''); status = ''; note = '' }
}

# The variables that a path of the configuration of IIS may begin with, and the folder that each stands for.
$Variables = @{
@VARIABLES@
}

# Replaces the variable that a path begins with.
function Expand-Variable([string]$Path) {
    $Path = $Path.Replace('&amp;', '&')
    foreach ($name in $Variables.Keys) {
        if ($Path.Length -ge $name.Length -and $Path.Substring(0, $name.Length) -eq $name) { return $Folders[$Variables[$name]] + $Path.Substring($name.Length) }
    }
    return $Path
}

# Why the web.config of a folder that IIS serves from is not read; empty: it is.
function Get-Unread([string]$Folder) {
    if ($Folder -cmatch @NETWORKPATH@) { return @ONNETWORK@ }
    if ($Folder -cmatch @VARIABLEPATH@) { return @WITHVARIABLE@ }
    if (($Folder + '\') -cnotmatch @DRIVEPATH@) { return @NOTONDRIVE@ }
    return ''
}

# The folders that IIS serves from, those that are not read too, and those directly in one that have a web.config.
function Get-SiteFolder {
    $config = "$System32\inetsrv\config\applicationHost.config"
    if ($Redirection.path -ne '') { $config = $Redirection.path + '\applicationHost.config' }
    $roots = @("$env:SystemDrive\inetpub\wwwroot")
    if (-not (Test-There $config)) { return @() }
    $lines = @()
    try { $lines = @(Select-String -LiteralPath $config -Pattern '\bphysicalPath\s*=\s*"([^"<>]+)"' -AllMatches) } catch { } # denied, as its item says
    foreach ($line in $lines) {
        foreach ($match in $line.Matches) {
            $path = Expand-Variable $match.Groups[1].Value
            $roots += ($path.Replace('/', '\') -replace '\\+$', '')
        }
    }
    $found = @()
    foreach ($root in $roots) {
        $found += $root
        if ((Get-Unread $root) -ne '' -or (Test-Remote $root)) { continue }
        foreach ($folder in @(Get-ChildItem -LiteralPath "$root\" -Directory -ErrorAction SilentlyContinue)) {
            if ($folder.Name -eq 'aspnet_client' -or (Test-There ($folder.FullName + '\web.config'))) { $found += $folder.FullName }
        }
    }
    return @($found | Sort-Object -Unique)
}

# What the host has of one kind.
function Get-Each([string]$Kind) {
    switch ($Kind) {
        '{sid}' { return @(Get-ChildItem -LiteralPath 'Registry::HKEY_USERS' -ErrorAction SilentlyContinue | Where-Object { $_.PSChildName -match '^S-1-5-21-[0-9-]*[0-9]$' } | ForEach-Object { $_.PSChildName }) }
        '{site}' { return @(Get-SiteFolder) }
        '{shared}' { if ($Redirection.path -eq '') { return @() } else { return @($Redirection.path) } }
        '{ltshare}' {
            $setup = Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\WOW6432Node\LabTech\Setup' -Name 'Local LTShare' -ErrorAction SilentlyContinue
            if ($setup -and $setup.'Local LTShare' -cmatch @LOCALPATH@) { return @($setup.'Local LTShare' -replace '\\+$', '') }
            return @('C:\LTShare')
        }
        '{mysql}' {
            foreach ($bin in @(@MYSQLBINS@)) {
                $client = @(Get-ChildItem -Path ((Expand-Folder $bin) + '\mysql.exe') -ErrorAction SilentlyContinue)
                if ($client.Count -gt 0) { return @($client[0].DirectoryName) }
            }
            return @()
        }
    }
    return @('')
}
