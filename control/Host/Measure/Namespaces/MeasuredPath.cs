using System.Net;
using System.Net.Sockets;
using IpsecDp.Daemon.Capture;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ip;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure.Namespaces;

/// <summary>The two hosts of a measurement, and the addresses between which its load travels: each tunnel leads to an address of its own at B.</summary>
internal sealed class MeasuredPath : IDisposable
{
    // As deep as the ring of a load in memory, where a frame may be some forty packets as much as where it is one.
    private const string QueueOfPackets = "4096";
    private const string QueueOfSuperframes = "128";

    private static readonly (string OfA, string OfB) Reached4 = ("198.18.1.0/32", "198.19.0.0/16");
    private static readonly (string OfA, string OfB) Reached6 = ("2001:2:0:18::1/128", "2001:2:0:19::/64");

    private readonly MeasureOptions _options;
    private readonly LabNetwork _network;

    /// <summary>Makes both hosts; throws <see cref="Adapters.AdapterException"/> with nothing left.</summary>
    public MeasuredPath(MeasureOptions options)
    {
        _options = options;
        var first = ArrivalCycle.PairOf(0, options.Family);
        _network = new LabNetwork(options.Family, IsBetweenEndpoints ? [] : [$"{first.A}"], IsBetweenEndpoints ? [] : [$"{first.B}"]);
        var (reachedOfA, reachedOfB) = options.Family == IpVersion.V4 ? Reached4 : Reached6;
        (A, B) = (_network.A with { Reached = [reachedOfA] }, _network.B with { Reached = [reachedOfB] });
        try
        {
            if (!IsBetweenEndpoints)
            {
                MakeRoutes();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The host that offers and seals.</summary>
    public LabSite A { get; }

    /// <summary>The host that opens and receives.</summary>
    public LabSite B { get; }

    /// <summary>The family of all sockets.</summary>
    public AddressFamily Family => _options.Family == IpVersion.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    /// <summary>Octets of the headers in front of a datagram's content.</summary>
    public int HeaderLength => (_options.Family == IpVersion.V4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength) + Wire.Transport.UdpView.HeaderLength;

    // A transport-mode SA protects what the hosts themselves say to each other.
    private bool IsBetweenEndpoints => _options.Mode == SaMode.Transport;

    /// <summary>Where a tunnel's packets go to.</summary>
    public IPAddress DestinationOf(int tunnel) => IsBetweenEndpoints ? B.Endpoint : ArrivalCycle.PairOf(tunnel, _options.Family).B.ToIPAddress();

    /// <summary>Gives the queue of A's interface its length; a load that comes by the clock does not slow down for it.</summary>
    public void Deepen(bool hasSuperframes)
    {
        if (_options.Capture == CaptureKind.Tun)
        {
            A.Space.Ip("link", "set", LabSite.Tun, "txqueuelen", hasSuperframes ? QueueOfSuperframes : QueueOfPackets);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    // B answers for every address of the prefix, without as many addresses at an interface.
    private void MakeRoutes()
    {
        B.Space.Ip("route", "add", "local", B.Reached[0], "dev", "lo");
        if (_options.Capture == CaptureKind.Nfqueue)
        {
            A.Space.Ip("addr", "add", A.Reached[0], "dev", "lo");
            A.Space.Ip("route", "add", B.Reached[0], "via", $"{B.Endpoint}");
            B.Space.Ip("route", "add", A.Reached[0], "via", $"{A.Endpoint}");
        }
    }
}
