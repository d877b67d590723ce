using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using IpsecDp.Crypto;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Host.Measure;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Modelling.Activity;

namespace IpsecDp.Host.Verbs;

/// <summary>The options of <c>measure</c> as typed; what is no number or no known word is an error of the parse, everything else is judged together by <see cref="MeasureCheck"/>.</summary>
internal sealed class MeasureArguments
{
    private readonly Option<string> _load = new("--load") { Description = "ee, bulk, interactive, mixed, weights as ee:60,bulk:30, or pcap:FILE", DefaultValueFactory = _ => "bulk", HelpName = "LOAD" };
    private readonly Option<string> _sweep = Choice("--sweep", "rate", "What is varied", "rate", "engines", "size", "tunnels");
    private readonly Option<double[]> _values = new("--values") { Description = "The values of the sweep in place of the usual ones, as 10,50,100", CustomParser = ParseNumbers, HelpName = "LIST" };
    private readonly Option<string> _capture = Choice("--capture", "memory", "Where packets come from and go to", "memory");
    private readonly Option<double> _seconds = new("--seconds") { Description = "Length of a trial", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<int> _repeat = new("--repeat") { Description = "Trials of each step, taken in turns", DefaultValueFactory = _ => 3, HelpName = "N" };
    private readonly Option<int> _general = new("--general") { Description = "General processors, 1 or 2", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<int> _engines = new("--engines") { Description = "Specialty engines; of a sweep of engines the most; 0 projects what would move", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<bool> _unpinned = new("--unpinned") { Description = "Lets the scheduler place the threads; otherwise each has its processor" };
    private readonly Option<Normalisation> _factor = new("--factor") { Description = "Speed of an engine in units of a general processor, as 569/256", DefaultValueFactory = _ => Normalisation.None, CustomParser = ParseFactor, HelpName = "N/256" };
    private readonly Option<int> _tunnels = new("--tunnels") { Description = "Tunnels, each with SAs of its own", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<CipherSuite> _suite = SuiteOption.Create();
    private readonly Option<string> _mode = Choice("--mode", "tunnel", "Transport or tunnel mode", "transport", "tunnel");
    private readonly Option<ulong> _seed = new("--seed") { Description = "What sizes, order and gaps derive from", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<bool> _noIpSecurity = new("--no-ipsecurity") { Description = "ZIIP NOIPSECURITY: nothing is eligible" };
    private readonly Option<string> _honor = Choice("--honor-priority", "yes", "IIPHONORPRIORITY: whether general threads help", "yes", "no");
    private readonly Option<ServiceClass[]> _keep = new("--keep-to-engines") { Description = "Classes with Honor Priority=NO of their own, as ee-low,tcp", CustomParser = ParseClasses, HelpName = "LIST" };
    private readonly Option<double> _awmt = new("--awmt") { Description = "ZIIPAWMT: microseconds eligible work waits before help is asked for", DefaultValueFactory = _ => NeedHelpRule.DefaultAlternateWait.TotalMicroseconds, HelpName = "N" };
    private readonly Option<int> _smallest = new("--smallest-job") { Description = "Octets below which a job stays with its thread", HelpName = "N" };
    private readonly Option<string> _delivery = Choice("--delivery", "engine", "Who delivers what an engine ran", "engine", "general");
    private readonly Option<bool> _oneQueue = new("--one-queue") { Description = "One queue for all classes" };
    private readonly Option<bool> _json = new("--json") { Description = "Prints one JSON document and nothing else" };
    private readonly Option<string?> _csv = new("--csv") { Description = "Writes a line for each trial", HelpName = "FILE" };
    private readonly Option<string?> _html = new("--html") { Description = "Writes a page with charts that needs no network", HelpName = "FILE" };
    private readonly Option<string?> _compare = new("--compare") { Description = "Lays a run that --json wrote over this one on the page", HelpName = "FILE" };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[]
        {
            _load, _sweep, _values, _capture, _seconds, _repeat, _general, _engines, _unpinned, _factor, _tunnels, _suite, _mode, _seed,
            _noIpSecurity, _honor, _keep, _awmt, _smallest, _delivery, _oneQueue, _json, _csv, _html, _compare,
        })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>The values of a parse without errors.</summary>
    public MeasureOptions Read(ParseResult parsed) => new()
    {
        Load = parsed.GetValue(_load)!,
        Sweep = Enum.Parse<SweepKind>(parsed.GetValue(_sweep)!, ignoreCase: true),
        Values = parsed.GetValue(_values) ?? [],
        TrialDuration = SecondsOf(parsed.GetValue(_seconds)),
        Repeat = parsed.GetValue(_repeat),
        Topology = new EngineTopology(parsed.GetValue(_general), parsed.GetValue(_engines)) { IsPinned = !parsed.GetValue(_unpinned), Factor = parsed.GetValue(_factor) },
        Dispatch = new EnginePoolModel
        {
            Engines = 0,
            IpSecurity = !parsed.GetValue(_noIpSecurity),
            QueuesByClass = !parsed.GetValue(_oneQueue),
            Delivery = parsed.GetValue(_delivery) == "engine" ? DeliveryRule.ByEngine : DeliveryRule.HandedBack,
            Rule = new NeedHelpRule
            {
                HonorPriority = parsed.GetValue(_honor) == "yes",
                KeptToEngines = parsed.GetValue(_keep) ?? [],
                AlternateWait = TimeSpan.FromMicroseconds(Math.Clamp(parsed.GetValue(_awmt), -1, 1e12)),
                SmallestJob = parsed.GetValue(_smallest),
            },
        },
        Tunnels = parsed.GetValue(_tunnels),
        Suite = parsed.GetValue(_suite)!,
        Mode = parsed.GetValue(_mode) == "transport" ? SaMode.Transport : SaMode.Tunnel,
        Seed = parsed.GetValue(_seed),
        IsJson = parsed.GetValue(_json),
        CsvFile = parsed.GetValue(_csv),
        HtmlFile = parsed.GetValue(_html),
        CompareFile = parsed.GetValue(_compare),
    };

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

    private static ServiceClass[]? ParseClasses(ArgumentResult result)
    {
        List<ServiceClass> classes = [];
        foreach (var word in Words(result))
        {
            if (ServiceClasses.TryParse(word, out var serviceClass))
            {
                classes.Add(serviceClass);
            }
            else
            {
                result.AddError($"--keep-to-engines: '{word}' is no class; there are {string.Join(", ", ServiceClasses.All.Select(ServiceClasses.NameOf))}");
            }
        }

        return [.. classes];
    }

    private static Normalisation ParseFactor(ArgumentResult result)
    {
        var word = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (!Normalisation.TryParse(word, out var factor))
        {
            result.AddError($"--factor: '{word}' is neither 256ths, as 569/256, nor a number from 1 on");
        }

        return factor;
    }

    private static IEnumerable<string> Words(ArgumentResult result) => result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries));

    private static Option<string> Choice(string name, string standard, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
