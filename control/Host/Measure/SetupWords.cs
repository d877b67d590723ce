using System.Globalization;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Offload;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Modelling.Activity;
using IpsecDp.Wire.Ip;

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
            Capture = options.CaptureName,
            Protection = Protection(options, largestClear),
            NotMeasured = options.Capture is null ? [] : NotMeasured,
            General = topology.General,
            Engines = engines,
            Tunnels = options.Sweep == SweepKind.Tunnels ? (int)values.Max() : options.Tunnels,
            Topology = options.Capture is null ? topology.ToString() : $"two hosts on this machine, each of them {topology}",
            Dispatch = EngineWords.Describe((options.Choice with { SmallestJob = options.Choice.SmallestJob ?? (options.Capture is null ? null : DaemonOptions.DefaultSmallestJob) }).ToModel(engines, ThreadPlacement.Free, new NoPinning())),
            Factor = topology.Factor.Value,
            TrialSeconds = options.TrialDuration.TotalSeconds,
            Repeat = options.Repeat,
            Machine = Machine(),
            StartedAt = startedAt,
        };
    }

    // What no process of the measurement is charged for, or no counter tells.
    private static readonly string[] NotMeasured =
    [
        "the kernels' own work for packets in interrupts (the link, and what a socket's receiver finds done): it is in no account, and others' share of the machine is told without it",
        "which of several full queues of the kernels lost how many packets, where superframes were lost: a kernel counts a superframe as one",
        "what the load's sender and sink take from the data planes by being on the same processors: their CPU time is the workload account",
    ];

    /// <summary>The machine this runs on, in words.</summary>
    public static string Machine()
    {
        const string Path = "/proc/cpuinfo";
        var name = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() : null;
        return string.Create(CultureInfo.InvariantCulture, $"{name ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
    }

    private static string Protection(MeasureOptions options, int largestClear)
    {
        var where = options.Capture is null ? "sealed and opened by the same host" : $"in {(options.IsInUdp ? "UDP" : "IP")}, sealed by host A and opened by host B";
        return string.Create(CultureInfo.InvariantCulture, $"ESP {options.Suite.Name} in {(options.Mode == SaMode.Transport ? "transport" : "tunnel")} mode over {(options.Family == IpVersion.V4 ? "IPv4" : "IPv6")}, packets of at most {largestClear} octets, {where}");
    }
}
