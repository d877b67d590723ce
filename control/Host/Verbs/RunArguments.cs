using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Capture;
using IpsecDp.Daemon.Commands;
using IpsecDp.Daemon.Records;

namespace IpsecDp.Host.Verbs;

/// <summary>The options of <c>run</c> as typed; each wrong value is an error of the parse with the values that would do.</summary>
internal sealed class RunArguments
{
    private const int MostEngines = 64;
    private const int MostQueues = 64;
    private const int LeastMtu = 1280;
    private const int MostMtu = 65535;
    private const double LeastInterval = 0.1;
    private const int LongestInterval = 86400;
    private const long MiB = 1024 * 1024;
    private const int MostMiB = 1024;

    private readonly Option<string> _policy = new("--policy") { Description = "The policy file", Required = true, HelpName = "FILE" };
    private readonly Option<string> _capture = new("--capture") { Description = "How packets leave the host's path: a TUN interface, the host's own path by NFQUEUE (Linux) or WinDivert (Windows), or auto: nfqueue for a policy in transport mode without --address and --route, else tun; windivert on Windows", DefaultValueFactory = _ => "auto", HelpName = "tun|nfqueue|windivert|auto" };
    private readonly Option<int> _queueBalance = new("--queue-balance") { Description = "Queues of NFQUEUE, or handles of WinDivert, over which flows are spread", DefaultValueFactory = _ => DaemonOptions.DefaultQueueBalance, HelpName = "N" };
    private readonly Option<bool> _failOpen = new("--fail-open") { Description = "Lets packets pass IN CLEAR where a queue has no room for them; without it they are lost" };
    private readonly Option<string> _state = new("--state") { Description = "Folder in which the numbers of manual SAs outlive this process, so that none is used twice under a key; none for keys that are used once", DefaultValueFactory = _ => DefaultState, HelpName = "FOLDER|none" };
    private readonly Option<string> _control = new("--control") { Description = "Where commands of \"ipsecdp tunnel\" are taken: a Unix domain socket (on Windows the name of a pipe) only this user may connect to; none for nowhere", DefaultValueFactory = _ => CommandServer.DefaultPath, HelpName = "PATH|none" };
    private readonly Option<string> _tun = new("--tun") { Description = "Name of the TUN interface; %d in it is a number the kernel picks", DefaultValueFactory = _ => "ipsec%d", HelpName = "NAME" };
    private readonly Option<InterfaceAddress[]> _addresses = Prefixes("--address", "Address of the TUN interface, as 10.1.0.1/24; may be repeated", "ADDR/LEN");
    private readonly Option<InterfaceAddress[]> _routes = Prefixes("--route", "Prefix routed into the TUN interface, as 10.2.0.0/16; may be repeated", "PREFIX");
    private readonly Option<string?> _encap = new("--encap") { Description = "What ESP travels in; the policy's tunnels decide where it is left out" };
    private readonly Option<IPAddress?> _local = new("--local") { Description = "This host's address for ESP; the policy's tunnels decide where it is left out", CustomParser = ParseAddress, HelpName = "ADDR" };
    private readonly Option<int?> _port = new("--port") { Description = "UDP port of encapsulation; the policy's tunnels decide where it is left out", HelpName = "N" };
    private readonly Option<int?> _mtu = new("--mtu") { Description = "MTU of the TUN interface; what fits the link when sealed where it is left out", HelpName = "N" };
    private readonly Option<int> _queues = new("--queues") { Description = "Queues of the TUN interface", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<bool> _sortArrivals = new("--sort-arrivals") { Description = "Receives ESP and AH marked above routine (IP precedence) by a socket, queue or handle of its own, before all others; packets of one SA overtake one another then, so a tunnel of mixed marks needs a wide ReplayWindow" };
    private readonly Option<int> _engines = new("--engines") { Description = "Specialty engines; with 0 a general thread per direction does everything, and the report projects what would move", DefaultValueFactory = _ => 0, HelpName = "N" };
    private readonly EngineArguments _engine = new();
    private readonly Option<double> _interval = new("--interval") { Description = "Seconds between interval records, and between metrics", DefaultValueFactory = _ => 60, HelpName = "SECONDS" };
    private readonly Option<string?> _records = new("--records") { Description = "Appends a record of the CPU accounts at the end of each interval: a line of JSON each where the name ends in .json or .jsonl, else binary (docs/records.md)", HelpName = "FILE" };
    private readonly Option<int> _recordsLimit = new("--records-limit") { Description = "MiB at which the file of records is set aside as FILE.1; four of them are kept", DefaultValueFactory = _ => (int)(RecordFile.DefaultLimit / MiB), HelpName = "MIB" };
    private readonly Option<Uri?> _otlp = new("--otlp") { Description = "Sends the same figures as OpenTelemetry metrics, by OTLP over HTTP, to a collector, as http://127.0.0.1:4318/v1/metrics", CustomParser = ParseCollector, HelpName = "URL" };
    private readonly Option<IPEndPoint?> _prometheus = new("--prometheus") { Description = "Serves the same figures to Prometheus under /metrics, at a port of the loopback or at an address and port, as 9464 or 192.0.2.7:9464", CustomParser = ParseServed, HelpName = "[ADDR:]PORT" };
    private readonly Option<PlacementChoice> _placement = new("--placement") { Description = "Processors: auto, free (the scheduler's choice), or A,B for the outbound and inbound general thread", DefaultValueFactory = _ => PlacementChoice.Automatic, CustomParser = ParsePlacement, HelpName = "auto|free|A,B" };
    private readonly Option<string?> _pcap = new("--pcap") { Description = "Writes the cipher side to a pcapng file", HelpName = "FILE" };
    private readonly Option<string?> _keysFile = new("--keys-file") { Description = "Writes the keys of negotiated ESP for Wireshark's table esp_sa: whoever has the file reads the traffic", HelpName = "FILE" };
    private readonly Option<string?> _ikeKeysFile = new("--ike-keys-file") { Description = "Writes the keys of IKE SAs for Wireshark's table ikev2_decryption_table: whoever has the file reads the negotiation", HelpName = "FILE" };
    private readonly Option<bool> _json = new("--json") { Description = "Prints the report as one JSON document; all other text goes to standard error" };
    private readonly Option<bool> _owned = new("--until-stdin-closes") { Description = "Ends with whoever holds the other end of standard input", Hidden = true };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command verb)
    {
        _encap.AcceptOnlyFromAmong("udp", "esp");
        _capture.AcceptOnlyFromAmong("tun", "nfqueue", "windivert", "auto");
        foreach (var option in new Option[] { _policy, _capture, _queueBalance, _failOpen, _state, _control, _tun, _addresses, _routes, _encap, _local, _port, _mtu, _queues, _sortArrivals, _engines, _interval, _records, _recordsLimit, _otlp, _prometheus, _placement, _pcap, _keysFile, _ikeKeysFile, _json, _owned })
        {
            verb.Options.Add(option);
        }

        Bound(_port, 1, ushort.MaxValue);
        Bound(_mtu, LeastMtu, MostMtu);
        Bound(_queues, 1, MostQueues);
        Bound(_queueBalance, 1, MostQueues);
        Bound(_engines, 0, MostEngines);
        Bound(_recordsLimit, 1, MostMiB);
        _engine.AddTo(verb, _engines, standard: 0);
        _interval.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= LeastInterval and <= LongestInterval))
            {
                result.AddError($"--interval takes {LeastInterval.ToString(CultureInfo.InvariantCulture)} to {LongestInterval} seconds");
            }
        });
    }

    /// <summary>The policy file.</summary>
    public string PolicyFile(ParseResult parsed) => parsed.GetValue(_policy)!;

    /// <summary>Whether the report is a JSON document.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Whether the process ends with its owner.</summary>
    public bool IsOwned(ParseResult parsed) => parsed.GetValue(_owned);

    /// <summary>The values of a parse without errors.</summary>
    public DaemonOptions Read(ParseResult parsed) => new()
    {
        Capture = Enum.Parse<CaptureKind>(parsed.GetValue(_capture)!, ignoreCase: true),
        QueueBalance = parsed.GetValue(_queueBalance),
        FailsOpen = parsed.GetValue(_failOpen),
        StateFolder = parsed.GetValue(_state) is { } state && state != "none" ? state : null,
        CommandPath = parsed.GetValue(_control) is { } place && place != "none" ? place : null,
        RequiresCommands = parsed.GetResult(_control) is { Implicit: false },
        Tun = parsed.GetValue(_tun)!,
        Addresses = parsed.GetValue(_addresses) ?? [],
        Routes = parsed.GetValue(_routes) ?? [],
        Encapsulation = parsed.GetValue(_encap) switch { "udp" => CipherEncapsulation.Udp, "esp" => CipherEncapsulation.Esp, _ => null },
        Local = parsed.GetValue(_local),
        Port = parsed.GetValue(_port),
        Mtu = parsed.GetValue(_mtu),
        Queues = parsed.GetValue(_queues),
        SortsArrivals = parsed.GetValue(_sortArrivals),
        Engines = parsed.GetValue(_engines),
        Engine = _engine.Read(parsed),
        Interval = TimeSpan.FromSeconds(parsed.GetValue(_interval)),
        RecordsFile = parsed.GetValue(_records),
        RecordsLimit = parsed.GetValue(_recordsLimit) * MiB,
        MetricsTo = parsed.GetValue(_otlp),
        PrometheusAt = parsed.GetValue(_prometheus),
        Placement = parsed.GetValue(_placement)!,
        CaptureFile = parsed.GetValue(_pcap),
        EspKeysFile = parsed.GetValue(_keysFile),
        IkeKeysFile = parsed.GetValue(_ikeKeysFile),
    };

    private static string DefaultState => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "ipsecdp", "numbers")
        : "/var/lib/ipsecdp/numbers";

    private static Option<InterfaceAddress[]> Prefixes(string name, string description, string form) =>
        new(name) { Description = description, HelpName = form, CustomParser = ParsePrefixes };

    private static InterfaceAddress[]? ParsePrefixes(ArgumentResult result)
    {
        var prefixes = new List<InterfaceAddress>();
        foreach (var token in result.Tokens)
        {
            if (!InterfaceAddress.TryParse(token.Value, out var prefix))
            {
                result.AddError($"'{token.Value}' is no address with a prefix length, as 10.1.0.1/24 or fd00::1/64");
                return null;
            }

            prefixes.Add(prefix!);
        }

        return [.. prefixes];
    }

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        result.AddError($"--local '{text}' is no IP address");
        return null;
    }

    private static Uri? ParseCollector(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (Uri.TryCreate(text, UriKind.Absolute, out var target) && (target.Scheme == Uri.UriSchemeHttp || target.Scheme == Uri.UriSchemeHttps))
        {
            return target;
        }

        result.AddError($"--otlp '{text}' is no http or https URL of a collector, as http://127.0.0.1:4318/v1/metrics");
        return null;
    }

    // The listener answers for the address it was given and for no other, so one that stands for all would answer nobody.
    private static IPEndPoint? ParseServed(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        var place = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? new IPEndPoint(IPAddress.Loopback, port) : IPEndPoint.TryParse(text, out var typed) ? typed : null;
        if (place is { Port: > 0 } && !place.Address.Equals(IPAddress.Any) && !place.Address.Equals(IPAddress.IPv6Any))
        {
            return place;
        }

        result.AddError($"--prometheus '{text}' is neither a port of the loopback, as 9464, nor an address of this host and a port, as 192.0.2.7:9464");
        return null;
    }

    private static PlacementChoice? ParsePlacement(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (PlacementChoice.TryParse(text, out var choice))
        {
            return choice;
        }

        result.AddError($"--placement '{text}' is neither auto nor free nor two processors, as 0,1");
        return null;
    }

    private static void Bound<T>(Option<T> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<T>() is int value && (value < least || value > most))
        {
            result.AddError($"{option.Name} takes {least} to {most}");
        }
    });
}
