using System.Diagnostics;
using IpsecDp.Wire.Ip;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Accounting;
using IpsecDp.Workloads.Mix;
using IpsecDp.Workloads.PcapReplay;

namespace IpsecDp.Host.Lab;

/// <summary>The traffic a lab was asked for: a mix made here, or a capture file played between its hosts.</summary>
internal static class LabWorkload
{
    /// <summary>Both hosts' parts; throws <see cref="LabException"/> when the load is neither a mix nor a capture that can be played.</summary>
    public static (IWorkload A, IWorkload B) Create(LabOptions options, AddressPair pair, int largestPacket)
    {
        if (!TrafficMix.TryParse(options.Load, out var mix))
        {
            return Replay(options, pair, largestPacket);
        }

        var model = new TrafficModel
        {
            Seed = options.Seed,
            Pairs = [pair],
            TicksPerSecond = Stopwatch.Frequency,
            PathMtu = largestPacket,
            Mix = mix,
        };
        return (new TrafficHost(model, HostSide.A), new TrafficHost(model, HostSide.B));
    }

    /// <summary>Packets of every class that a host sent.</summary>
    public static long Offered(IWorkload host) => Sum(host, static ledger => ledger.Offered);

    /// <summary>Packets of every class that arrived at a host.</summary>
    public static long Delivered(IWorkload host) => Sum(host, static ledger => ledger.Delivered);

    /// <summary>Their octets.</summary>
    public static long DeliveredOctets(IWorkload host) => Sum(host, static ledger => ledger.DeliveredOctets);

    private static long Sum(IWorkload host, Func<ClassLedger, long> figure)
    {
        var sum = 0L;
        for (var at = TrafficClass.EeSignalling; at <= TrafficClass.Replay; at++)
        {
            sum += figure(host.Ledger.Of(at));
        }

        return sum;
    }

    private static (IWorkload A, IWorkload B) Replay(LabOptions options, AddressPair pair, int largestPacket)
    {
        if (!File.Exists(options.Load))
        {
            throw new LabException($"the load '{options.Load}' is neither ee, bulk, interactive, mixed nor a capture file that exists");
        }

        var file = CaptureFile.Read(ReadFile(options.Load), new CaptureLimits());
        if (file.Packets.IsEmpty)
        {
            throw new LabException($"the capture file {options.Load} holds no IP packet that can be played: {file.FaultText}");
        }

        var script = new ReplayScript(file, new ReplayModel { TicksPerSecond = Stopwatch.Frequency, Pairs = [pair], Laps = int.MaxValue, LargestPacket = largestPacket });
        if (script.Count == 0)
        {
            throw new LabException($"no packet of {options.Load} fits: {script.LeftOut} are larger than {largestPacket} octets or not IPv{(pair.Version == IpVersion.V4 ? 4 : 6)}");
        }

        return (new ReplayHost(script, HostSide.A), new ReplayHost(script, HostSide.B));
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"the capture file {path} cannot be read: {refusal.Message}", refusal);
        }
    }
}
