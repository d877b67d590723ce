using System.Net;
using System.Text.Json;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;
using IpsecDp.TestKit.Interop;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Interop;

/// <summary>Two namespaces joined by a veth: data planes on real ports in the one, a scapy process in the other; made once for all interop tests.</summary>
/// <remarks>The peer's addresses are its own and no kernel's: nothing in its namespace answers ESP with "protocol unreachable".</remarks>
public sealed class ScapyLab : IDisposable
{
    public const string OwnV4 = "10.77.0.1";
    public const string OwnV6 = "fd77::1";
    public const string PeerV4 = "10.77.0.9";
    public const string PeerV6 = "fd77::9";
    public const int EncapsulationPort = 4500;

    private readonly NetworkNamespaces? _spaces;
    private readonly ScapyPeer? _peer;
    private readonly PortBuffers _buffers = new();
    private readonly Dictionary<(bool IsV6, bool IsEncapsulated), LabPlane> _planes = [];
    private readonly List<UdpEncapPort> _encapsulation = [];
    private readonly string _ownLink = "";
    private int _lastSpi = 0x1000;

    /// <summary>Makes the lab where it can be made.</summary>
    public ScapyLab()
    {
        if (Hindrance is not null)
        {
            return;
        }

        _spaces = new NetworkNamespaces();
        _peer = new ScapyPeer(_spaces.B, Path.Combine(AppContext.BaseDirectory, "Interop", "scapy_peer.py"), NetworkNamespaces.Link, PeerV4, PeerV6);
        _ownLink = LinkAddress(_spaces.A).Replace(":", "", StringComparison.Ordinal);
        About = _peer.Ask(new { Do = "about" });
        foreach (var peer in (string[])[PeerV4, PeerV6])
        {
            _spaces.A.Ip("neigh", "add", peer, "lladdr", LinkAddress(_spaces.B), "dev", NetworkNamespaces.Link, "nud", "permanent");
        }

        foreach (var own in (string[])[OwnV4, OwnV6])
        {
            var isV6 = own == OwnV6;
            _planes[(isV6, false)] = new LabPlane(_spaces.A.Run(() => RawEspPort.Open(new RawEspOptions { Local = IPAddress.Parse(own), Buffers = _buffers })), _buffers);
            // A segmented message would cross the veth in one frame that the peer's packet socket shows uncut.
            var options = new UdpEncapOptions { Local = IPAddress.Parse(own), Disabled = UdpOffloads.Segmentation, Buffers = _buffers };
            _encapsulation.Add(_spaces.A.Run(() => UdpEncapPort.Open(options)));
            _planes[(isV6, true)] = new LabPlane(_encapsulation[^1], _buffers);
        }
    }

    /// <summary>Why there can be no lab here, or null where there can: a sentence for <c>Assert.Skip</c>.</summary>
    public static string? Hindrance => NetworkNamespaces.Hindrance ?? ScapyPython.Hindrance;

    /// <summary>Versions of scapy and cryptography, and the names scapy has.</summary>
    public JsonElement About { get; }

    /// <summary>Two SPIs nobody used.</summary>
    public (uint Outbound, uint Inbound) NextSpis()
    {
        var last = Interlocked.Add(ref _lastSpi, 2);
        return ((uint)last - 1, (uint)last);
    }

    /// <summary>Skips the calling test where there is no lab.</summary>
    public static void Require() => Assert.SkipWhen(Hindrance is not null, Hindrance ?? "");

    /// <summary>The port under the encapsulated plane of a family.</summary>
    internal UdpEncapPort EncapsulationPortOf(bool isV6) => _encapsulation[isV6 ? 1 : 0];

    /// <summary>The data plane a case runs on.</summary>
    internal LabPlane PlaneOf(InteropCase cell) => _planes[(cell.IsOuterV6, cell.IsEncapsulated)];

    /// <summary>The peer seals packets and sends each three times: damaged, whole, whole again. Gives what it made of them.</summary>
    public IReadOnlyList<byte[]> PeerSeals(ScapySa sa, IEnumerable<byte[]> packets, IReadOnlyList<ulong> numbers, bool isStock = false)
    {
        var reply = Ask(new { Do = "seal", Sa = sa, Target = _ownLink, Packets = packets.Select(Convert.ToHexString), Numbers = numbers, IsStock = isStock });
        return [.. reply.GetProperty("sealed").EnumerateArray().Select(Octets)];
    }

    /// <summary>The peer receives as many packets as there are numbers and opens them.</summary>
    internal IReadOnlyList<PeerOpening> PeerOpens(ScapySa sa, IReadOnlyList<ulong> numbers, bool isStock = false)
    {
        var reply = Ask(new { Do = "open", Sa = sa, Numbers = numbers, IsStock = isStock });
        return
        [
            .. reply.GetProperty("opened").EnumerateArray().Select(one => new PeerOpening(
                Octets(one.GetProperty("sealed")),
                Octets(one.GetProperty("clear")),
                one.GetProperty("isDamagedRefused").GetBoolean())),
        ];
    }

    /// <summary>The peer sends whole packets as they are.</summary>
    public void PeerSends(params IEnumerable<byte[]> packets) => Ask(new { Do = "send", Target = _ownLink, Packets = packets.Select(Convert.ToHexString) });

    /// <summary>The next packet of a protocol that reaches the peer.</summary>
    public byte[] PeerReceives(int protocol) => Octets(Ask(new { Do = "receive", Protocol = protocol }).GetProperty("packet"));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var plane in _planes.Values)
        {
            plane.Dispose();
        }

        _peer?.Dispose();
        _spaces?.Dispose();
    }

    private JsonElement Ask(object request) => _peer!.Ask(request);

    private static string LinkAddress(NetworkNamespace space) =>
        space.Execute("cat", $"/sys/class/net/{NetworkNamespaces.Link}/address").Trim();

    private static byte[] Octets(JsonElement text) => Convert.FromHexString(text.GetString() ?? "");
}
