using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Modelling.Activity;

namespace IpsecDp.Host.Measure;

/// <summary>What was asked for, as a document carries it.</summary>
internal static class SetupWords
{
    /// <summary>The setup of a measurement that began at a moment.</summary>
    public static MeasuredSetup Of(MeasureOptions options, DateTimeOffset startedAt, int largestClear)
    {
        var values = SweepPlan.ValuesOf(options);
        return new MeasuredSetup
        {
            Load = options.Load.StartsWith(OfferedCycle.CapturePrefix, StringComparison.Ordinal) ? Path.GetFileName(options.Load[OfferedCycle.CapturePrefix.Length..]) : options.Load,
            Sweep = options.Sweep,
            Capture = "memory",
            Protection = string.Create(CultureInfo.InvariantCulture, $"ESP {options.Suite.Name} in {(options.Mode == SaMode.Transport ? "transport" : "tunnel")} mode, packets of at most {largestClear} octets, sealed and opened by the same host"),
            General = options.Topology.General,
            Engines = options.Sweep == SweepKind.Engines ? (int)values.Max() : options.Topology.Specialty,
            Tunnels = options.Sweep == SweepKind.Tunnels ? (int)values.Max() : options.Tunnels,
            Topology = options.Topology.ToString(),
            Dispatch = Dispatch(options.Dispatch),
            Factor = options.Topology.Factor.Value,
            TrialSeconds = options.TrialDuration.TotalSeconds,
            Repeat = options.Repeat,
            Machine = Machine(),
            StartedAt = startedAt,
        };
    }

    private static string Dispatch(EnginePoolModel model)
    {
        var rule = model.Rule;
        var kept = rule.KeptToEngines.Count == 0 ? "" : $", but NO for {string.Join(", ", rule.KeptToEngines.Select(ServiceClasses.NameOf))}";
        return string.Create(CultureInfo.InvariantCulture, $"ZIIP {(model.IpSecurity ? "" : "NO")}IPSECURITY, IIPHONORPRIORITY={(rule.HonorPriority ? "YES" : "NO")}{kept}, ZIIPAWMT={rule.AlternateWait.TotalMicroseconds:0}, jobs below {rule.SmallestJob} octets stay, delivery {(model.Delivery == DeliveryRule.ByEngine ? "by the engine" : "handed back")}, {(model.QueuesByClass ? "queues by class" : "one queue")}");
    }

    private static string Machine()
    {
        const string Path = "/proc/cpuinfo";
        var name = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() : null;
        return string.Create(CultureInfo.InvariantCulture, $"{name ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
    }
}
