# ---- Withholding ------------------------------------------------------------------------------------------------------------

# The name of a text file's encoding, as Get-Content and Set-Content know it.
function Get-EncodingName([string]$File, [string]$Else) {
    $head = @(Get-Content -LiteralPath $File -Encoding Byte -TotalCount 3)
    if ($head.Count -ge 2 -and $head[0] -eq 255 -and $head[1] -eq 254) { return 'Unicode' }
    return $Else
}

# Cuts secrets out of a file and returns where: rule and line. A file without any keeps its bytes.
function Hide-Secret([string]$File, [string[]]$Rules) {
    $cuts = @()
    $texts = @($Rules | Where-Object { $TextRules.ContainsKey($_) })
    $values = @($Rules | Where-Object { $ValueRules.ContainsKey($_) })
    if ($texts.Count -gt 0) {
        $else = 'UTF8'
        if ($texts -contains 'option-password') { $else = 'Default' }
        $encoding = Get-EncodingName $File $else
        $text = Get-Content -LiteralPath $File -Raw -Encoding $encoding
        if ($null -eq $text) { return @() }
        $cut = $text
        foreach ($rule in $texts) {
            foreach ($pattern in $TextRules[$rule]) { $cut = $cut -creplace $pattern, '${1}(withheld)${2}' }
        }
        if ($cut -cne $text) {
            Set-Content -LiteralPath $File -Value $cut -Encoding $encoding -NoNewline
            foreach ($line in (Select-String -LiteralPath $File -Pattern '(withheld)' -SimpleMatch)) {
                $cuts += @{ rule = $texts[0]; line = $line.LineNumber; what = '' }
            }
        }
    }
    if ($values.Count -gt 0) { $cuts += @(Hide-Value $File $values) }
    return $cuts
}

# Cuts values out of a registry export. Lines of a value that is cut become comments, so that every other line keeps its number.
function Hide-Value([string]$File, [string[]]$Rules) {
    $encoding = Get-EncodingName $File 'Default'
    $lines = @(Get-Content -LiteralPath $File -Encoding $encoding)
    $cuts = @()
    $key = ''
    $inText = $false
    $inHex = $false
    for ($i = 0; $i -lt $lines.Count; $i++) {
        $line = $lines[$i]
        if ($inHex) {
            $inHex = $line.EndsWith('\') -or $line.StartsWith(';') # comments may stand between
            $lines[$i] = '; (withheld)'
        } elseif ($inText) {
            $inText = $line -notmatch '^(\\.|[^\\"])*"'
            $lines[$i] = '; (withheld)'
        } elseif ($line.StartsWith('[')) {
            $key = $line -replace '^\[' -replace '\]$'
        } elseif ($line -match '^("(?:\\.|[^\\"])*"|@)=(.*)$') {
            $begin = $Matches[1]
            $data = $Matches[2]
            $name = $begin -replace '^"' -replace '"$' -replace '\\(["\\])', '$1'
            if ($data -match '^dword:' -or $data -eq '""' -or $data -eq '' -or $data -eq 'hex:') { continue }
            foreach ($rule in $Rules) {
                $r = $ValueRules[$rule]
                if ($r.Except -contains $name) { continue }
                if (($r.Key -eq '' -or $key -cmatch $r.Key) -and ($r.Name -eq '' -or $name -cmatch $r.Name)) {
                    $inText = $data.StartsWith('"') -and $data.Substring(1) -notmatch '^(\\.|[^\\"])*"'
                    $inHex = $data.StartsWith('hex') -and $data.EndsWith('\')
                    $lines[$i] = $begin + '="(withheld)"'
                    $cuts += @{ rule = $rule; line = $i + 1; what = "$name in [$key]" }
                    break
                }
            }
        }
    }
    if ($cuts.Count -gt 0) { Set-Content -LiteralPath $File -Value $lines -Encoding $encoding }
    return $cuts
}
