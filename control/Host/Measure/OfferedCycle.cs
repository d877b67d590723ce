using IpsecDp.Ipsec.Esp;
using IpsecDp.Modelling.Activity;
using IpsecDp.Wire.Ip;
using IpsecDp.Workloads.Mix;
using IpsecDp.Workloads.OpenLoop;
using IpsecDp.Workloads.PcapReplay;

namespace IpsecDp.Host.Measure;

/// <summary>The packets a measurement offers.</summary>
internal static class OfferedCycle
{
    /// <summary>What a load that is a capture begins with.</summary>
    public const string CapturePrefix = "pcap:";

    /// <summary>Octets of the largest packet that fits the link once sealed.</summary>
    public static int LargestClear(MeasureOptions options)
    {
        using var sample = LoopKeys.Sample(options);
        return new BundleGeometry([sample]).LargestClear(MeasuredHost.LinkMtu, options.Family == IpVersion.V4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength);
    }

    /// <summary>The cycle at a value of the sweep. Throws <see cref="MeasureException"/> for a capture that cannot be read or offered.</summary>
    public static ArrivalCycle At(MeasureOptions options, double value)
    {
        var model = new ArrivalModel
        {
            Seed = options.Seed,
            Family = options.Family,
            PathMtu = LargestClear(options),
            Tunnels = SweepPlan.TunnelsAt(options, value),
            PacketLength = options.Sweep == SweepKind.Size ? (int)value : null,
            Mix = TrafficMix.TryParse(options.Load, out var mix) ? mix : TrafficMix.Mixed,
        };
        return options.Load.StartsWith(CapturePrefix, StringComparison.Ordinal) ? Replay(options.Load[CapturePrefix.Length..], model) : ArrivalCycle.Draw(model);
    }

    private static ArrivalCycle Replay(string path, ArrivalModel model)
    {
        CaptureFile file;
        try
        {
            file = CaptureFile.Read(File.ReadAllBytes(path), new CaptureLimits());
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MeasureException($"the capture file '{path}' cannot be read: {refusal.Message}", refusal);
        }

        if (file.Packets.IsEmpty)
        {
            throw new MeasureException($"the capture file '{path}' holds no IP packet that could be offered: {file.FaultText}");
        }

        try
        {
            return ArrivalCycle.Replay(file, model);
        }
        catch (ArgumentException refusal)
        {
            throw new MeasureException($"no packet of '{path}' can be offered: none is {(model.Family == IpVersion.V4 ? "IPv4" : "IPv6")} and at most {model.PathMtu} octets long", refusal);
        }
    }
}
