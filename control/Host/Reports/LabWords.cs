using IpsecDp.Daemon.Capture;
using IpsecDp.Engines;
using IpsecDp.Host.Lab;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Host.Reports;

/// <summary>Figures that the report and the JSON document both print, computed in one place.</summary>
internal static class LabWords
{
    /// <summary>The mode as an operator types it.</summary>
    public static string Mode(SaMode mode) => mode == SaMode.Tunnel ? "tunnel" : "transport";

    /// <summary>The capture as an operator types it.</summary>
    public static string Capture(CaptureKind capture) => capture == CaptureKind.Nfqueue ? "nfqueue" : "tun";

    /// <summary>Packets that reached a host damaged.</summary>
    public static long Corrupted(TrafficReport traffic) => traffic.Unknown + traffic.Unattributed + traffic.Classes.Sum(c => c.Corrupted);

    /// <summary>Octets both hosts gave to the link; where both faces of a port share the host's path, as the link's capture counted them.</summary>
    public static long CipherBytes(LabResult result) => result.Options.Capture == CaptureKind.Nfqueue && result.Wire is { } wire ? wire.EspOctets : result.Planes.Sum(plane => plane.Ports.Where(port => IsCipherSide(port.Port)).Sum(port => port.Stats.SentBytes));

    /// <summary>Delivered bits a second of the time traffic was offered.</summary>
    public static double Throughput(LabResult result) => result.Traffic.Classes.Sum(c => c.DeliveredOctets) * 8 / result.Elapsed.TotalSeconds;

    /// <summary>Packets general threads sealed or opened for one cause.</summary>
    public static long SpilledPackets(LabResult result, SpillCause cause) => result.Planes.Sum(plane => plane.Pool.SpilledBy(cause).Packets);

    /// <summary>Drops of both hosts by reason, most first.</summary>
    public static IEnumerable<(DropReason Reason, long Count)> Drops(LabResult result) => result.Planes
        .SelectMany(plane => plane.Drops)
        .GroupBy(drop => drop.Key)
        .Select(drops => (drops.Key, drops.Sum(drop => drop.Value)))
        .OrderByDescending(drop => drop.Item2);

    // Ports are named by what they are: the clear side is memory or a TUN interface.
    private static bool IsCipherSide(string port) => !port.StartsWith("memory:", StringComparison.Ordinal) && !port.StartsWith("tun:", StringComparison.Ordinal);
}
