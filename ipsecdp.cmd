@echo off
rem Builds the host when a source has changed, then runs it: ipsecdp VERB [options]
rem Its exit code is the program's: 0 done, 1 failed or not built, 2 not understood.
setlocal
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
set "DOTNET_NOLOGO=1"
set "DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1"
set "IPSECDP_ROOT=%~dp0"
set "IPSECDP_PROGRAM=%~dp0control\Host\bin\Release\net10.0\ipsecdp.dll"

where dotnet >nul 2>nul
if errorlevel 1 (
  echo ipsecdp: dotnet is not installed; install the .NET SDK 10 from https://dotnet.microsoft.com/download 1>&2
  exit /b 1
)
dotnet --list-runtimes 2>nul | findstr /b /c:"Microsoft.NETCore.App 10." >nul
if errorlevel 1 (
  echo ipsecdp: dotnet has no .NET 10 runtime; install the .NET SDK 10 from https://dotnet.microsoft.com/download 1>&2
  exit /b 1
)

rem Contents are compared, not times; the mutex lets one of several build.
powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command ^
  "$ErrorActionPreference = 'Stop';" ^
  "$root = $env:IPSECDP_ROOT.TrimEnd('\');" ^
  "$folders = 'control', 'dataplane', 'offload' | ForEach-Object { Join-Path $root $_ };" ^
  "$files = @(Get-ChildItem -LiteralPath $folders -Recurse -File | Where-Object { $_.FullName -notmatch '\\(bin|obj)\\' });" ^
  "$files += 'Directory.Build.props', 'Directory.Packages.props', 'global.json', '.editorconfig' | ForEach-Object { Get-Item -LiteralPath (Join-Path $root $_) };" ^
  "$lines = $files | Sort-Object FullName | Get-FileHash -Algorithm SHA256 | ForEach-Object { $_.Hash + ' ' + $_.Path };" ^
  "$sources = [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes($lines -join ';')));" ^
  "$stamp = Join-Path $root 'artifacts\ipsecdp.stamp';" ^
  "function Test-Current { (Test-Path -LiteralPath $env:IPSECDP_PROGRAM) -and (Test-Path -LiteralPath $stamp) -and ((Get-Content -LiteralPath $stamp -Raw).Trim() -eq $sources) };" ^
  "if (Test-Current) { exit 0 };" ^
  "$gate = New-Object Threading.Mutex($false, ('ipsecdp-build-' + $root.ToLowerInvariant().Replace('\', '/')));" ^
  "try { [void]$gate.WaitOne() } catch [Threading.AbandonedMutexException] { };" ^
  "try {" ^
  "  if (Test-Current) { exit 0 };" ^
  "  $output = & dotnet build (Join-Path $root 'control\Host\ipsecdp.csproj') -c Release -v quiet -nologo -clp:ErrorsOnly -nodeReuse:false -p:UseSharedCompilation=false;" ^
  "  if ($LASTEXITCODE -ne 0) { $output | ForEach-Object { [Console]::Error.WriteLine($_) }; [Console]::Error.WriteLine('ipsecdp: the build failed; its output is above'); exit 1 };" ^
  "  [void](New-Item -ItemType Directory -Force (Join-Path $root 'artifacts'));" ^
  "  Set-Content -LiteralPath $stamp -Value $sources;" ^
  "} finally { $gate.ReleaseMutex() }" <nul
rem A process that died has a negative code, which "if errorlevel 1" would not see.
if %errorlevel% neq 0 exit /b 1

dotnet "%IPSECDP_PROGRAM%" %*
exit /b %errorlevel%
