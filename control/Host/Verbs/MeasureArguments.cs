using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using IpsecDp.Crypto;
using IpsecDp.Daemon.Capture;
using IpsecDp.Daemon.Offload;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Host.Measure;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Modelling.Activity;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Host.Verbs;

/// <summary>The options of <c>measure</c> as typed; what is no number or no known word is an error of the parse, everything else is judged together by <see cref="MeasureCheck"/>.</summary>
internal sealed class MeasureArguments
{
    private const string StandardLoad = "bulk";
    private const string StandardSweep = "rate";
    private const string StandardMode = "tunnel";
    private const double StandardSeconds = 1;
    private const int StandardRepeat = 3;

    // Of a verification, which holds many short rounds against each other.
    private const double StandardVerifyingSeconds = 0.03;
    private const int StandardVerifyingRepeat = 30;
    private const int StandardEngines = 1;
    private const int StandardTunnels = 1;
    private const ulong StandardSeed = 1;

    private readonly Option<string> _load = new("--load") { Description = "ee, bulk, interactive, mixed, weights as ee:60,bulk:30, or pcap:FILE", DefaultValueFactory = _ => StandardLoad, HelpName = "LOAD" };
    private readonly Option<string> _sweep = Choice("--sweep", StandardSweep, "What is varied", "rate", "engines", "size", "tunnels");
    private readonly Option<double[]> _values = new("--values") { Description = "The values of the sweep in place of the usual ones, as 10,50,100", CustomParser = ParseNumbers, HelpName = "LIST" };
    private readonly Option<string> _capture = Choice("--capture", "memory", "Where packets come from and go to: memory, or two hosts in network namespaces with real sockets (root), behind a TUN interface or in their own path by NFQUEUE", "memory", "tun", "nfqueue");
    private readonly Option<int> _family = new("--family") { Description = "IP version of packets and endpoints", DefaultValueFactory = _ => 4, HelpName = "4|6" };
    private readonly Option<string> _encap = Choice("--encap", "udp", "What ESP travels in between two hosts", "udp", "esp");
    private readonly Option<double> _seconds = new("--seconds") { Description = "Length of a trial; 0.03 with --verify-projection", DefaultValueFactory = _ => StandardSeconds, HelpName = "N" };
    private readonly Option<int> _repeat = new("--repeat") { Description = "Trials of each step, taken in turns; 30 with --verify-projection, and up to as many again until its errors are known well enough", DefaultValueFactory = _ => StandardRepeat, HelpName = "N" };
    private readonly Option<int> _engines = new("--engines") { Description = "Specialty engines; of a sweep of engines the most; 0 projects what would move", DefaultValueFactory = _ => StandardEngines, HelpName = "N" };
    private readonly EngineArguments _dispatch = new();
    private readonly Option<int> _tunnels = new("--tunnels") { Description = "Tunnels, pairs of hosts, each with SAs of its own; in memory one for each importance of its traffic", DefaultValueFactory = _ => StandardTunnels, HelpName = "N" };
    private readonly Option<CipherSuite> _suite = SuiteOption.Create();
    private readonly Option<string> _mode = Choice("--mode", StandardMode, "Transport or tunnel mode", "transport", "tunnel");
    private readonly Option<ulong> _seed = new("--seed") { Description = "What sizes, order and gaps derive from", DefaultValueFactory = _ => StandardSeed, HelpName = "N" };
    private readonly Option<EngineTopology?> _project = new("--project") { Description = "Instead of a sweep: measures what the product costs here, and projects a machine of so many general and specialty processors and a normalisation factor, as 4,2 or 4,2,569/256", CustomParser = ParseMachine, HelpName = "N,M[,FACTOR]" };
    private readonly Option<double?> _smt = new("--smt") { Description = "Gives every engine of --project a core in SMT-2 mode: two hardware threads that together do FACTOR times what one does alone, 1 to 2, as 1.25", HelpName = "FACTOR" };
    private readonly Option<bool> _verify = new("--verify-projection") { Description = "Instead of a sweep: projects --engines from calibration runs, runs with them in turn, and prints the error" };
    private readonly Option<bool> _json = new("--json") { Description = "Prints one JSON document and nothing else" };
    private readonly Option<string?> _csv = new("--csv") { Description = "Writes a line for each trial", HelpName = "FILE" };
    private readonly Option<string?> _html = new("--html") { Description = "Writes a page with charts that needs no network", HelpName = "FILE" };
    private readonly Option<string?> _compare = new("--compare") { Description = "Lays a run that --json wrote over this one on the page", HelpName = "FILE" };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command verb)
    {
        _family.AcceptOnlyFromAmong("4", "6");
        foreach (var option in new Option[] { _load, _sweep, _values, _capture, _family, _encap, _seconds, _repeat, _engines, _tunnels, _suite, _mode, _seed, _project, _smt, _verify, _json, _csv, _html, _compare })
        {
            verb.Options.Add(option);
        }

        _dispatch.AddTo(verb, _engines, StandardEngines);
        verb.Validators.Add(AddProblems);
    }

    /// <summary>The values of a parse without errors.</summary>
    public MeasureOptions Read(ParseResult parsed) => Read(parsed.CommandResult) with { Choice = _dispatch.Read(parsed) };

    private MeasureOptions Read(CommandResult result)
    {
        // A validator runs before what was left out has its standard, and what could not be read has its error already.
        T Of<T>(Option<T> option, T standard)
        {
            try
            {
                return result.GetResult(option) is null ? standard : result.GetValue(option)!;
            }
            catch (InvalidOperationException)
            {
                return standard;
            }
        }

        bool IsTyped(Option option) => result.GetResult(option) is { Implicit: false };
        var isVerifying = Of(_verify, false);
        return new MeasureOptions
        {
            Load = Of(_load, StandardLoad),
            Sweep = Enum.TryParse<SweepKind>(Of(_sweep, StandardSweep), ignoreCase: true, out var sweep) ? sweep : SweepKind.Rate,
            Values = Of(_values, []),
            Capture = Of(_capture, "memory") switch { "tun" => CaptureKind.Tun, "nfqueue" => CaptureKind.Nfqueue, _ => null },
            Family = Of(_family, 4) == 6 ? IpVersion.V6 : IpVersion.V4,
            IsInUdp = Of(_capture, "memory") is "tun" or "nfqueue" && Of(_encap, "udp") == "udp",
            TrialDuration = SecondsOf(isVerifying && !IsTyped(_seconds) ? StandardVerifyingSeconds : Of(_seconds, StandardSeconds)),
            Repeat = isVerifying && !IsTyped(_repeat) ? StandardVerifyingRepeat : Of(_repeat, StandardRepeat),
            Engines = Of(_engines, StandardEngines),
            Tunnels = Of(_tunnels, StandardTunnels),
            Suite = Of(_suite, CipherSuite.Default),
            Mode = Of(_mode, StandardMode) == "transport" ? SaMode.Transport : SaMode.Tunnel,
            Seed = Of(_seed, StandardSeed),
            IsJson = Of(_json, false),
            CsvFile = Of(_csv, null),
            HtmlFile = Of(_html, null),
            CompareFile = Of(_compare, null),
            Project = Of(_project, null),
            SmtThroughput = Of(_smt, null),
            VerifiesProjection = isVerifying,
        };
    }

    // With the errors of the parse, so that all of them are said at once.
    private void AddProblems(CommandResult result)
    {
        var options = Read(result);
        if (result.GetResult(_encap) is { Implicit: false } && options.Capture is null)
        {
            result.AddError("--encap belongs to --capture tun and nfqueue; in memory ESP travels in IP");
        }

        foreach (var problem in MeasureCheck.Problems(options))
        {
            result.AddError(problem);
        }
    }

    // What no TimeSpan holds is refused with the rest.
    private static TimeSpan SecondsOf(double seconds) => double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, -1, 1e9)) : TimeSpan.Zero;

    private static double[]? ParseNumbers(ArgumentResult result)
    {
        List<double> numbers = [];
        foreach (var word in Words(result))
        {
            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }
            else
            {
                result.AddError($"--values: '{word}' is no number");
            }
        }

        return [.. numbers.Distinct().Order()];
    }

    private static EngineTopology? ParseMachine(ArgumentResult result)
    {
        var words = Words(result).ToArray();
        var factor = Normalisation.None;
        if (words.Length is 2 or 3
            && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var general)
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var specialty)
            && (words.Length == 2 || Normalisation.TryParse(words[2], out factor)))
        {
            return new EngineTopology(general, specialty) { IsPinned = false, Factor = factor };
        }

        result.AddError("--project takes general and specialty processors and perhaps the speed of a specialty one, as 4,2 or 4,2,569/256");
        return null;
    }

    private static IEnumerable<string> Words(ArgumentResult result) => result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries));

    private static Option<string> Choice(string name, string standard, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
