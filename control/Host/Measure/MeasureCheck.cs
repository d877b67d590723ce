using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Engines.Pinning;
using IpsecDp.Host.Lab;
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

    /// <summary>The sentences, all at once; empty when it can be measured. <paramref name="other"/> is what it is to be compared with.</summary>
    public static IReadOnlyList<string> Problems(MeasureOptions options, out Measurement? other)
    {
        List<string> problems = [];
        var processors = IThreadPinning.OfThisSystem.Allowed().Count;
        foreach (var engines in options.Sweep == SweepKind.Engines ? SweepPlan.ValuesOf(options).Select(static value => (int)value).Where(static engines => engines >= 0).Append(options.Topology.Specialty).Distinct() : [options.Topology.Specialty])
        {
            problems.AddRange((options.Topology with { Specialty = engines }).Refusals(processors));
        }

        if (options.Topology is { IsPinned: true, General: > 2 })
        {
            problems.Add("a load in memory has two general threads, one a direction: more than 2 general processors would stand idle");
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

        CheckLoad(options, problems);
        CheckValues(options, problems);
        CheckDispatch(options.Dispatch.Rule, problems);
        CheckFiles(options, problems);
        other = ReadOther(options, problems);
        return [.. problems.Distinct()];
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
            SweepKind.Engines => (0.0, EngineTopology.Most, true),
            SweepKind.Size => (ArrivalStamp.SmallestPacket, OfferedCycle.LargestClear(options), true),
            _ => (1.0, ArrivalModel.MostTunnels, true),
        };
        foreach (var value in options.Values.Where(value => !(value >= least && value <= most) || (isWhole && value != Math.Floor(value))))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"--values: {value} is no value of this sweep, which goes from {least} to {most}{(isWhole ? " in whole numbers" : " percent of capacity")}"));
        }
    }

    private static void CheckDispatch(NeedHelpRule rule, List<string> problems)
    {
        try
        {
            rule.Validate();
        }
        catch (ArgumentOutOfRangeException refusal)
        {
            problems.Add($"the dispatch controls cannot be: {refusal.ParamName} is out of its range");
        }
    }

    private static void CheckFiles(MeasureOptions options, List<string> problems)
    {
        foreach (var path in new[] { options.CsvFile, options.HtmlFile })
        {
            if (path is null)
            {
                continue;
            }

            try
            {
                // Hours of measuring are not to end at a file that cannot be written.
                using var probe = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                problems.Add($"the file '{path}' cannot be written: {refusal.Message}");
            }
        }
    }

    private static Measurement? ReadOther(MeasureOptions options, List<string> problems)
    {
        if (options.CompareFile is not { } path)
        {
            return null;
        }

        if (options.HtmlFile is null)
        {
            problems.Add("--compare lays two runs over one another on the page of --html; without it nothing would show them");
        }

        try
        {
            if (!MeasurementDocument.TryRead(File.ReadAllBytes(path), out var other, out var error))
            {
                problems.Add($"'{path}' cannot be compared with: {error}");
                return null;
            }

            if (MeasurementPage.Refusal(options.Sweep, other) is { } refusal)
            {
                problems.Add($"'{path}' cannot be compared with: {refusal}");
                return null;
            }

            return other;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add($"'{path}' cannot be read: {refusal.Message}");
            return null;
        }
    }
}
