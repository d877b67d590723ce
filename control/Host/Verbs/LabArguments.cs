using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using IpsecDp.Crypto;
using IpsecDp.Daemon.Capture;
using IpsecDp.Host.Lab;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Wrappers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Host.Verbs;

/// <summary>The lab's options as typed; each wrong value is an error of the parse with the values that would do.</summary>
internal sealed class LabArguments
{
    private const int MostEngines = 64;
    private const int StandardEngines = 1;
    private const double LongestSeconds = 86400;

    private readonly Option<CipherSuite> _suite = SuiteOption.Create();
    private readonly Option<bool> _legacy = new("--legacy") { Description = "Allows the suites with 3DES and HMAC-MD5, for V1R11 peers" };
    private readonly Option<string> _mode = Choice("--mode", "transport", "Transport or tunnel mode", "transport", "tunnel");
    private readonly Option<int> _family = new("--family") { Description = "IP version of the endpoints", DefaultValueFactory = _ => 4, HelpName = "4|6" };
    private readonly Option<int> _engines = new("--engines") { Description = "Specialty engines of each host; 0 projects what would move", DefaultValueFactory = _ => StandardEngines, HelpName = "N" };
    private readonly EngineArguments _engine = new();
    private readonly Option<IReadOnlyList<EngineChange>> _vary = new("--vary") { Description = "Varies engines of both hosts off and on while traffic is offered, as 0:off@1.5,0:on@3 (engine, state, second)", CustomParser = ParseChanges, HelpName = "PLAN" };
    private readonly Option<string> _load = new("--load") { Description = "ee, bulk, interactive, mixed, or a pcap/pcapng file to replay", DefaultValueFactory = _ => "mixed", HelpName = "LOAD" };
    private readonly Option<double> _seconds = new("--seconds") { Description = "How long traffic is offered", DefaultValueFactory = _ => 10, HelpName = "N" };
    private readonly Option<ulong> _seed = new("--seed") { Description = "What sizes, payloads and faults derive from", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<FaultPlan> _fault = new("--fault")
    {
        Description = "Faults on the link, as drop=1%,duplicate=1%,reorder=5%,corrupt=1%,delay=1%,truncate=1%",
        DefaultValueFactory = _ => FaultPlan.None,
        CustomParser = ParseFaults,
        HelpName = "PLAN",
    };

    private readonly Option<bool> _namespaces = new("--namespaces") { Description = "Each host in a network namespace of its own, with real sockets (root)" };
    private readonly Option<string> _capture = Choice("--capture", "tun", "How packets leave the hosts' path in namespaces: a TUN interface in tunnel mode, or the hosts' own path by NFQUEUE; nfqueue where --mode transport is asked for", "tun", "nfqueue");
    private readonly Option<string> _encap = Choice("--encap", "udp", "What ESP travels in between namespaces", "udp", "esp");
    private readonly Option<string> _keys = Choice("--keys", "ike", "Where keys come from: IKEv2 between the hosts, or random ones given to both; manual where --keys-file is given, and in the hosts' own path", "ike", "manual");
    private readonly Option<string?> _keysFile = new("--keys-file") { Description = "Writes the random keys of a lab in namespaces for Wireshark's table esp_sa", HelpName = "FILE" };
    private readonly Option<string?> _pcap = new("--pcap") { Description = "Writes the cipher side to a pcapng file", HelpName = "FILE" };
    private readonly Option<bool> _json = new("--json") { Description = "Prints one JSON document and nothing else" };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command verb)
    {
        _family.AcceptOnlyFromAmong("4", "6");
        foreach (var option in new Option[] { _suite, _legacy, _mode, _family, _engines, _vary, _load, _seconds, _seed, _fault, _namespaces, _capture, _encap, _keys, _keysFile, _pcap, _json })
        {
            verb.Options.Add(option);
        }

        // What does not parse as a number has its error already; a validator sees the text as typed.
        _engines.Validators.Add(result => Require(result, !int.TryParse(Typed(result), out var engines) || engines is >= 0 and <= MostEngines, $"--engines takes 0 to {MostEngines}"));
        _seconds.Validators.Add(result => Require(result, !double.TryParse(Typed(result), out var seconds) || seconds is > 0 and <= LongestSeconds, "--seconds takes a number above 0 and up to 86400"));
        _engine.AddTo(verb, _engines, StandardEngines);
        verb.Validators.Add(RequireEnginesToVary);
        verb.Validators.Add(RequireLegacyForLegacy);
        verb.Validators.Add(RequireFitForNamespaces);
        verb.Validators.Add(RequireGivenKeysForTheirFile);
    }

    /// <summary>The values of a parse without errors.</summary>
    public LabOptions Read(ParseResult parsed) => new()
    {
        Suite = parsed.GetValue(_suite)!,
        Mode = ModeOf(parsed),
        Capture = CaptureOf(parsed),
        Family = parsed.GetValue(_family) == 6 ? IpVersion.V6 : IpVersion.V4,
        Engines = parsed.GetValue(_engines),
        Engine = _engine.Read(parsed),
        Changes = parsed.GetValue(_vary) ?? [],
        Load = parsed.GetValue(_namespaces) ? "sockets" : parsed.GetValue(_load)!,
        Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
        Seed = parsed.GetValue(_seed),
        Faults = parsed.GetValue(_fault)!,
        InNamespaces = parsed.GetValue(_namespaces),
        IsInUdp = parsed.GetValue(_encap) == "udp",
        UsesIke = parsed.GetValue(_keys) == "ike" && parsed.GetValue(_keysFile) is null && !(parsed.GetValue(_namespaces) && CaptureOf(parsed) == CaptureKind.Nfqueue),
        KeysFile = parsed.GetValue(_keysFile),
        CaptureFile = parsed.GetValue(_pcap),
        IsJson = parsed.GetValue(_json),
    };

    private CaptureKind CaptureOf(ParseResult parsed) =>
        parsed.GetValue(_capture) == "nfqueue" || (!IsGiven(parsed, _capture) && IsGiven(parsed, _mode) && parsed.GetValue(_mode) == "transport") ? CaptureKind.Nfqueue : CaptureKind.Tun;

    private SaMode ModeOf(ParseResult parsed) =>
        parsed.GetValue(_mode) == "tunnel" || (parsed.GetValue(_namespaces) && CaptureOf(parsed) == CaptureKind.Tun) ? SaMode.Tunnel : SaMode.Transport;

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private void RequireLegacyForLegacy(CommandResult result)
    {
        if (result.GetResult(_suite) is { } typed && CipherSuite.TryParse(Typed(typed), out var suite) && suite.IsLegacy && result.GetResult(_legacy) is null or { Implicit: true })
        {
            result.AddError($"the suite {suite.Name} is legacy; --legacy allows it");
        }
    }

    private void RequireEnginesToVary(CommandResult result)
    {
        // What does not parse has its error already, and what was not typed has no value yet.
        var engines = result.GetResult(_engines) is { Implicit: false } typed ? Typed(typed) : StandardEngines.ToString(CultureInfo.InvariantCulture);
        if (result.GetResult(_vary) is { Implicit: false } vary && EngineChange.TryParse(Typed(vary), out var changes, out _)
            && int.TryParse(engines, out var count) && changes.FirstOrDefault(change => change.Engine >= count) is { } change)
        {
            result.AddError($"--vary names engine {change.Engine}, and there are {count}, counted from 0");
        }
    }

    private void RequireGivenKeysForTheirFile(CommandResult result)
    {
        if (result.GetResult(_keysFile) is { Implicit: false } && result.GetResult(_keys) is { Implicit: false } keys && Typed(keys) == "ike")
        {
            result.AddError("--keys-file writes keys that are given: IKEv2 shows its keys to nobody; take --keys manual");
        }
    }

    private static string Typed(OptionResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;

    private void RequireFitForNamespaces(CommandResult result)
    {
        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
        if (result.GetResult(_namespaces) is { Implicit: false })
        {
            if (result.GetResult(_mode) is { Implicit: false } mode && Typed(mode) == "transport" && result.GetResult(_capture) is { Implicit: false } capture && Typed(capture) == "tun")
            {
                result.AddError("--capture tun carries tunnel mode only: a TUN interface cannot take packets whose addresses are the hosts' own; take --capture nfqueue, or leave --mode out");
            }

            var isInHostPath = result.GetResult(_capture) is { Implicit: false } path ? Typed(path) == "nfqueue" : result.GetResult(_mode) is { Implicit: false } asked && Typed(asked) == "transport";
            if (isInHostPath && result.GetResult(_keys) is { Implicit: false } keys && Typed(keys) == "ike")
            {
                result.AddError("--capture nfqueue takes keys by hand: negotiated tunnels need a TUN interface");
            }

            foreach (var option in new Option[] { _load, _fault, _seed, _vary }.Where(IsGiven))
            {
                result.AddError($"{option.Name} belongs to a lab in memory; --namespaces has real sockets on a real link");
            }

            return;
        }

        foreach (var option in new Option[] { _capture, _encap, _keysFile }.Where(IsGiven))
        {
            result.AddError($"{option.Name} belongs to --namespaces");
        }
    }

    private static IReadOnlyList<EngineChange>? ParseChanges(ArgumentResult result)
    {
        if (EngineChange.TryParse(result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty, out var changes, out var error))
        {
            return changes;
        }

        result.AddError($"--vary: {error}");
        return null;
    }

    private static FaultPlan? ParseFaults(ArgumentResult result)
    {
        if (FaultPlan.TryParse(result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty, out var plan, out var error))
        {
            return plan;
        }

        result.AddError($"--fault: {error}");
        return null;
    }

    private static Option<string> Choice(string name, string standard, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static void Require(OptionResult result, bool isRight, string rule)
    {
        if (!isRight)
        {
            result.AddError(rule);
        }
    }
}
