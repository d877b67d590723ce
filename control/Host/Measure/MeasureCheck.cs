using System.Globalization;
using IpsecDp.Daemon.Capture;
using IpsecDp.Engines;
using IpsecDp.Host.Lab;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Pages;
using IpsecDp.Workloads.Mix;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>Everything that is wrong with what was asked for, before anything is measured.</summary>
internal static class MeasureCheck
{
    private const int MostRepeats = 1000;
    private const double MostPercent = 1000;

    /// <summary>Hardware threads of a core in SMT-2 mode.</summary>
    public const int ThreadsOfSmtCore = 2;

    // What "run" takes.
    private const int MostEnginesOfHost = 64;

    /// <summary>The sentences, all at once; empty when it can be measured. What the options of engines refuse themselves is not said again.</summary>
    public static IReadOnlyList<string> Problems(MeasureOptions options)
    {
        List<string> problems = [];
        if (options.Engines is < 0 or > EngineTopology.Most)
        {
            problems.Add($"--engines takes 0 to {EngineTopology.Most}");
        }

        if (options.TrialDuration <= TimeSpan.Zero || options.TrialDuration > TimeSpan.FromHours(1))
        {
            problems.Add("--seconds: a trial takes more than 0 and at most 3600 seconds; in none nothing arrives");
        }

        if (options.Repeat is < 1 or > MostRepeats)
        {
            problems.Add($"--repeat takes 1 to {MostRepeats} trials of a step");
        }

        if (!LabHost.Crypto.Supports(options.Suite))
        {
            problems.Add($"the suite {options.Suite.Name} is not available on this system");
        }

        CheckCapture(options, problems);
        CheckLoad(options, problems);
        CheckValues(options, problems);
        CheckProjection(options, problems);
        CheckFiles(options, problems);
        if (ReadOther(options, out var refusal) is null && refusal is not null)
        {
            problems.Add(refusal);
        }

        return [.. problems.Distinct()];
    }

    /// <summary>What the measurement is to be compared with; null with a reason where it cannot be, and without one where nothing was named.</summary>
    public static Measurement? ReadOther(MeasureOptions options, out string? refusal)
    {
        refusal = null;
        if (options.CompareFile is not { } path)
        {
            return null;
        }

        try
        {
            if (!MeasurementDocument.TryRead(File.ReadAllBytes(path), out var other, out var error))
            {
                refusal = $"'{path}' cannot be compared with: {error}";
                return null;
            }

            refusal = MeasurementPage.Refusal(options.Sweep, other) is { } different ? $"'{path}' cannot be compared with: {different}" : null;
            return refusal is null ? other : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            refusal = $"'{path}' cannot be read: {failure.Message}";
            return null;
        }
    }

    private static void CheckCapture(MeasureOptions options, List<string> problems)
    {
        if (options.Capture is null)
        {
            return;
        }

        if (options is { Capture: CaptureKind.Tun, Mode: SaMode.Transport })
        {
            problems.Add("--capture tun carries tunnel mode only: a TUN interface cannot take packets whose addresses are the hosts' own; take --capture nfqueue, or leave --mode out");
        }

        if (options.Mode == SaMode.Transport && (options.Tunnels > 1 || options.Sweep == SweepKind.Tunnels))
        {
            problems.Add("between two hosts transport mode has one SA a direction, and so one tunnel: take --mode tunnel for more");
        }

        if (options.Engines > MostEnginesOfHost)
        {
            problems.Add($"--engines takes 0 to {MostEnginesOfHost} of each host over --capture {options.CaptureName}");
        }

        if (options.Project is not null || options.VerifiesProjection)
        {
            problems.Add("--project and --verify-projection calibrate stages of the line that run apart only in memory: leave --capture out");
        }
    }

    private static void CheckLoad(MeasureOptions options, List<string> problems)
    {
        var isCapture = options.Load.StartsWith(OfferedCycle.CapturePrefix, StringComparison.Ordinal);
        if (!isCapture && !TrafficMix.TryParse(options.Load, out _))
        {
            problems.Add($"the load '{options.Load}' is neither ee, bulk, interactive, mixed, weights as ee:60,bulk:30,interactive:10, nor pcap:FILE; a load with no weight offers nothing");
        }

        if (options.Sweep == SweepKind.Size && options.Load != "bulk")
        {
            problems.Add("--sweep size offers packets of one size and takes --load bulk alone");
        }

        if (options.Tunnels is < 1 or > ArrivalModel.MostTunnels)
        {
            problems.Add($"--tunnels takes 1 to {ArrivalModel.MostTunnels}");
        }
        else if (isCapture)
        {
            try
            {
                _ = OfferedCycle.At(options with { Sweep = SweepKind.Rate }, 0);
            }
            catch (MeasureException refusal)
            {
                problems.Add(refusal.Message);
            }
        }
    }

    private static void CheckValues(MeasureOptions options, List<string> problems)
    {
        var (least, most, isWhole) = options.Sweep switch
        {
            SweepKind.Rate => (0.01, MostPercent, false),
            SweepKind.Engines => (0.0, options.Capture is null ? EngineTopology.Most : MostEnginesOfHost, true),
            SweepKind.Size => (ArrivalModel.SmallestOf(options.Family), OfferedCycle.LargestClear(options), true),
            _ => (1.0, ArrivalModel.MostTunnels, true),
        };
        foreach (var value in options.Values.Where(value => !(value >= least && value <= most) || (isWhole && value != Math.Floor(value))))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"--values: {value} is no value of this sweep, which goes from {least} to {most}{(isWhole ? " in whole numbers" : " percent of capacity")}"));
        }
    }

    private static void CheckProjection(MeasureOptions options, List<string> problems)
    {
        if (options.Project is { } machine)
        {
            // The machine is not this one, so its processors are no limit.
            problems.AddRange((machine with { IsPinned = false }).Refusals(int.MaxValue).Select(static refusal => $"--project: {refusal}"));
        }

        if (options.SmtThroughput is { } smt)
        {
            CheckSmt(options, smt, problems);
        }

        if (options.VerifiesProjection && options.Engines < 1)
        {
            problems.Add("--verify-projection holds a projection against a run with engines; --engines 0 has none");
        }

        if ((options.Project is not null || options.VerifiesProjection) && (options.CsvFile ?? options.HtmlFile ?? options.CompareFile) is not null)
        {
            problems.Add("--csv, --html and --compare belong to a sweep; a projection is printed, or written by --json");
        }
    }

    private static void CheckSmt(MeasureOptions options, double throughput, List<string> problems)
    {
        if (options.Project is not { } machine)
        {
            problems.Add("--smt gives the engines of --project a second hardware thread; engines that are measured have the threads they have");
        }
        else if (machine.Specialty > EngineTopology.Most / ThreadsOfSmtCore)
        {
            problems.Add($"--smt: {machine.Specialty} cores have more than the {EngineTopology.Most} threads that are projected");
        }

        if (throughput is not (>= 1 and <= ThreadsOfSmtCore))
        {
            problems.Add("--smt: two threads of a core do 1 to 2 times what one does alone");
        }
    }

    private static void CheckFiles(MeasureOptions options, List<string> problems)
    {
        if (options is { CompareFile: not null, HtmlFile: null })
        {
            problems.Add("--compare lays two runs over one another on the page of --html; without it nothing would show them");
        }

        foreach (var path in new[] { options.CsvFile, options.HtmlFile })
        {
            if (path is null)
            {
                continue;
            }

            try
            {
                // Hours of measuring are not to end at a file that cannot be written.
                var isNew = !File.Exists(path);
                using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write))
                {
                }

                if (isNew)
                {
                    File.Delete(path);
                }
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                problems.Add($"the file '{path}' cannot be written: {refusal.Message}");
            }
        }
    }
}
