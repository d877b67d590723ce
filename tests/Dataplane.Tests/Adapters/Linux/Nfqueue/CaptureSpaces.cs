using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

/// <summary>Two namespaces in the first of which a test captures, and the plans it does so by.</summary>
internal sealed class CaptureSpaces : IDisposable
{
    private Socket? _sender;

    public CaptureSpaces()
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        Assert.SkipUnless(File.Exists("/usr/sbin/iptables-restore") || File.Exists("/sbin/iptables-restore"), "needs iptables");
        Spaces = new NetworkNamespaces();
    }

    public static IpAddress A { get; } = IpAddress.From(NetworkNamespaces.AddressOfA);

    public static IpAddress B { get; } = IpAddress.From(NetworkNamespaces.AddressOfB);

    public static IpAddress A6 { get; } = IpAddress.From(NetworkNamespaces.AddressV6OfA);

    public static IpAddress B6 { get; } = IpAddress.From(NetworkNamespaces.AddressV6OfB);

    /// <summary>All that A and B say to each other over IPv4 and IPv6.</summary>
    public static DivertPlan Everything { get; } = Plan([Any(A, B), Any(A6, B6)]);

    public NetworkNamespaces Spaces { get; }

    public PortBuffers Buffers { get; } = new();

    public static TrafficSelector Any(IpAddress local, IpAddress remote, byte? protocol = null) =>
        new(AddressRange.Of(local), AddressRange.Of(remote), protocol, PortRange.Any, PortRange.Any);

    public static DivertPlan Plan(IReadOnlyList<TrafficSelector> selectors) => new()
    {
        Outbound = selectors,
        Inbound = selectors,
        Protected = [new CipherFlow(A, B, null), new CipherFlow(A6, B6, null)],
    };

    /// <summary>Captures in A.</summary>
    public NfqueueCapture Open(DivertPlan plan, int queues = 1, Action<string>? report = null) => Spaces.A.Run(() => NfqueueCapture.Open(new NfqueueOptions
    {
        Plan = plan,
        Queues = queues,
        Buffers = Buffers,
        Report = report ?? (_ => { }),
    }));

    /// <summary>The rules of A.</summary>
    public string Rules(bool isV4 = true) => Spaces.A.Execute(isV4 ? "iptables-save" : "ip6tables-save");

    /// <summary>A datagram of A's host to B.</summary>
    public void SendClear()
    {
        _sender ??= Spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(NetworkNamespaces.AddressOfA, 0)));
        _sender.SendTo(new byte[600], new IPEndPoint(NetworkNamespaces.AddressOfB, 9));
    }

    public void Dispose()
    {
        _sender?.Dispose();
        Spaces.Dispose();
    }
}
