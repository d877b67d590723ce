using System.Buffers.Binary;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec.Flow;

/// <summary>Peers that share a tunnel's rules, each with SAs of its own: a packet leaves by an SA whose selectors it fits, or waits.</summary>
public sealed class BranchTests : IDisposable
{
    private const string Here = "192.0.2.1";

    private readonly SteppedHost _host = new();

    public BranchTests() => _host.Plane.Publish(TestSa.ProtectAll());

    [Fact]
    public void Packet_OfEachPeer_LeavesByThePeersSa()
    {
        Branch("b", 0x1001, "198.51.100.2");
        Branch("c", 0x1002, "198.51.100.3");
        Assert.Equal([0x1001u, 0x1002u, 0x1001u], SpisTo("198.51.100.2", "198.51.100.3", "198.51.100.2"));

        // Of one batch too; what belongs to one SA leaves together.
        Assert.Equal([0x1001u, 0x1001u, 0x1002u], SpisOf(_host.Send(To("198.51.100.2"), To("198.51.100.3"), To("198.51.100.2"))).Order());
    }

    [Fact]
    public void Packet_ThatFitsNoSa_WaitsForOneAndAsksForItsOwnDestination()
    {
        Branch("b", 0x1001, "198.51.100.2");
        Assert.Empty(_host.Send(To("198.51.100.3"), To("198.51.100.3"), To("198.51.100.4")));
        Assert.Equal(2, _host.Events.Told.Count(told => told == "acquire pair"));
        Assert.Equal(3, _host.Outstanding);

        // The SA for one of them lets go what waited for it, and nothing else.
        Branch("c", 0x1003, "198.51.100.3");
        Assert.Equal([0x1003u, 0x1003u], SpisOf(_host.Cipher.Take()));
        Assert.Equal(1, _host.Outstanding);
        Assert.Equal(2, _host.Events.Told.Count(told => told == "acquire pair"));
    }

    [Fact]
    public void Selectors_ByLengthOfPrefix_TheLongestDecides()
    {
        Branch("wide", 0x1001, AddressRange.Prefix(TestSa.Address("198.51.100.0"), 24));
        Branch("host", 0x1002, "198.51.100.7");
        Branch("odd", 0x1003, new AddressRange(TestSa.Address("203.0.113.5"), TestSa.Address("203.0.113.6")));
        Assert.Equal([0x1001u, 0x1002u, 0x1003u], SpisTo("198.51.100.6", "198.51.100.7", "203.0.113.6"));
        Assert.Empty(_host.Send(To("203.0.113.7")));
        Assert.True(_host.Plane.RemoveBranch(TestSa.Tunnel, "host"));
        Assert.Equal([0x1001u], SpisOf(_host.Send(To("198.51.100.7"))));
    }

    [Fact]
    public void Ports_OfAnSa_ArePartOfWhatItCarries()
    {
        var selector = TestSa.Any(AddressRange.AnyV4) with { Protocol = 17, RemotePorts = PortRange.Of(53) };
        _host.Plane.ReplaceBranch(TestSa.Tunnel, "dns", [Model(0x1001, selector)]);
        Assert.Equal([0x1001u], SpisOf(_host.Send(To("198.51.100.2", 53))));
        Assert.Empty(_host.Send(To("198.51.100.2", 54)));
    }

    [Fact]
    public void Branch_ReplacedByASuccessor_SealsWithItAndByItsSelectors()
    {
        Branch("b", 0x1001, "198.51.100.2");
        Branch("b", 0x1002, "198.51.100.3");
        Assert.Equal([0x1002u], SpisOf(_host.Send(To("198.51.100.3"))));
        Assert.Empty(_host.Send(To("198.51.100.2")));
        Assert.Single(_host.Plane.Snapshot().Associations);
        Assert.True(_host.Plane.RemoveBranch(TestSa.Tunnel, "b"));
        Assert.False(_host.Plane.RemoveBranch(TestSa.Tunnel, "b"));
        Assert.Empty(_host.Plane.Snapshot().Associations);
        Assert.Empty(_host.Send(To("198.51.100.3")));
    }

    [Fact]
    public void Branches_WithTheSameTraffic_TheLatestSeals()
    {
        Branch("old", 0x1001, "198.51.100.2");
        Branch("new", 0x1002, "198.51.100.2");
        Assert.Equal([0x1002u], SpisOf(_host.Send(To("198.51.100.2"))));
        Assert.True(_host.Plane.RemoveBranch(TestSa.Tunnel, "new"));
        Assert.Equal([0x1001u], SpisOf(_host.Send(To("198.51.100.2"))));
    }

    [Fact]
    public void Tunnel_WithSasOfItsOwn_SealsWithTheseUntilTheyGo()
    {
        Branch("b", 0x1001, "198.51.100.2");
        _host.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(0x1002, Here, "198.51.100.2", isOutbound: true, SaMode.Tunnel)]);
        Assert.Equal([0x1002u], SpisOf(_host.Send(To("198.51.100.2"))));
        Assert.True(_host.Plane.RemoveOutbound(TestSa.Tunnel));
        Assert.Equal([0x1001u], SpisOf(_host.Send(To("198.51.100.2"))));
    }

    // What came in through any of the SAs came in through the tunnel, as far as its own selectors let it.
    [Fact]
    public void Peer_ThatSendsInAnothersName_IsRefused()
    {
        using var peer = new SteppedHost();
        peer.Plane.Publish(TestSa.ProtectAll());
        peer.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(0x2001, "198.51.100.2", Here, isOutbound: true, SaMode.Tunnel)]);
        _host.Plane.InstallInbound(TestSa.Tunnel, [TestSa.Model(0x2001, "198.51.100.2", Here, isOutbound: false, SaMode.Tunnel) with { Selectors = [Selector(AddressRange.Of(TestSa.Address("198.51.100.2")))] }]);
        Assert.Single(_host.Receive(peer.Send(PacketBuilder.Udp("198.51.100.2", Here, 1, 2).Build())));
        Assert.Empty(_host.Receive(peer.Send(PacketBuilder.Udp("198.51.100.3", Here, 1, 2).Build())));
        Assert.Equal(1, _host.Dropped(DropReason.SelectorMismatch));
    }

    public void Dispose() => _host.Dispose();

    private void Branch(string name, uint spi, string peer) => Branch(name, spi, AddressRange.Of(TestSa.Address(peer)));

    private void Branch(string name, uint spi, AddressRange remote) => _host.Plane.ReplaceBranch(TestSa.Tunnel, name, [Model(spi, Selector(remote))]);

    private static SaModel Model(uint spi, TrafficSelector selector) => TestSa.Model(spi, Here, "198.51.100.254", isOutbound: true, SaMode.Tunnel) with { Selectors = [selector] };

    private static TrafficSelector Selector(AddressRange remote) => new(AddressRange.AnyV4, remote, null, PortRange.Any, PortRange.Any);

    private static byte[] To(string destination, ushort port = 2) => PacketBuilder.Udp(Here, destination, 1, port).Build();

    private uint[] SpisTo(params string[] destinations) => [.. destinations.SelectMany(destination => SpisOf(_host.Send(To(destination))))];

    private static uint[] SpisOf(IReadOnlyList<byte[]> packets) => [.. packets.Select(packet => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(20)))];
}
