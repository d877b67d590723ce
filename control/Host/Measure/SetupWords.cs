using System.Globalization;
using IpsecDp.Daemon.Offload;
using IpsecDp.Engines.Pinning;
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
        var engines = options.Sweep == SweepKind.Engines ? (int)values.Max() : options.Engines;
        var topology = options.TopologyOf(engines);
        return new MeasuredSetup
        {
            Load = options.Load.StartsWith(OfferedCycle.CapturePrefix, StringComparison.Ordinal) ? Path.GetFileName(options.Load[OfferedCycle.CapturePrefix.Length..]) : options.Load,
            Sweep = options.Sweep,
            Capture = "memory",
            Protection = string.Create(CultureInfo.InvariantCulture, $"ESP {options.Suite.Name} in {(options.Mode == SaMode.Transport ? "transport" : "tunnel")} mode, packets of at most {largestClear} octets, sealed and opened by the same host"),
            General = topology.General,
            Engines = engines,
            Tunnels = options.Sweep == SweepKind.Tunnels ? (int)values.Max() : options.Tunnels,
            Topology = topology.ToString(),
            Dispatch = EngineWords.Describe(options.Choice.ToModel(engines, ThreadPlacement.Free, new NoPinning())),
            Factor = topology.Factor.Value,
            TrialSeconds = options.TrialDuration.TotalSeconds,
            Repeat = options.Repeat,
            Machine = Machine(),
            StartedAt = startedAt,
        };
    }

    /// <summary>The machine this runs on, in words.</summary>
    public static string Machine()
    {
        const string Path = "/proc/cpuinfo";
        var name = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() : null;
        return string.Create(CultureInfo.InvariantCulture, $"{name ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
    }
}
