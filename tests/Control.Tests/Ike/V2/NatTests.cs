using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Ike.V2;

public sealed class NatTests
{
    private static readonly IpAddress Outside = Given.Address("198.51.100.7");

    // The left end is behind a NAT: N(NAT_DETECTION_SOURCE_IP) does not fit, and from IKE_AUTH on both speak over port 4500.
    [Fact]
    public void Handshake_ThroughANat_GoesOnOverPort4500AndEncapsulates()
    {
        using var ends = Natted();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.True(ends.Left.Inbound.Values.Single().IsEncapsulated);
        Assert.All(ends.Sent.Where(sent => sent.Datagram.Header.Exchange == ExchangeType.IkeAuth && sent.Datagram.FromLeft), sent => Assert.Equal((4500, 4500), (sent.Datagram.Path.LocalPort, sent.Datagram.Path.RemotePort)));
        Assert.Equal((Outside, (ushort)31000), (ends.Right.Inbound.Values.Single().Path.Remote, ends.Right.Inbound.Values.Single().Path.RemotePort));
    }

    // TSi = the address inside the NAT: the responder reads it as the one it sees and answers with the one meant (RFC 7296 §2.23.1).
    [Fact]
    public void Transport_ThroughANat_EachEndHasTheAddressesItSees()
    {
        ConnectionModel With(ConnectionModel model) => model with
        {
            Children = [Given.Child(true) with { IsTransport = true, Selectors = [new(AddressRange.Of(model.LocalId == Given.LeftId ? Given.LeftAddress : Given.RightAddress), model.LocalId == Given.LeftId ? AddressRange.Of(Given.RightAddress) : AddressRange.AnyV4, null, PortRange.Any, PortRange.Any)] }],
        };
        using var ends = Given.Ends(With, With);
        ends.Nat = Translate(31000);
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        var (left, right) = (Assert.Single(ends.Left.Inbound.Values), Assert.Single(ends.Right.Inbound.Values));
        Assert.True(left.IsTransport && right.IsTransport && left.IsEncapsulated && right.IsEncapsulated);
        Assert.Equal(AddressRange.Of(Given.LeftAddress), Assert.Single(left.Selectors).Local);
        Assert.Equal(AddressRange.Of(Outside), Assert.Single(right.Selectors).Remote);
        Assert.Equal((Given.RightAddress, Given.LeftAddress), right.OriginalAddresses);
    }

    [Fact]
    public void Handshake_WithoutANat_StaysOnPort500()
    {
        using var ends = Given.Established(model => model with { TakesMobike = false });

        Assert.False(ends.Left.Inbound.Values.Single().IsEncapsulated);
        Assert.All(ends.Sent, sent => Assert.Equal(500, sent.Datagram.Path.LocalPort));
    }

    [Fact]
    public void Encapsulation_ForcedWithoutANat_IsAgreedByBoth()
    {
        using var ends = Given.Ends(left: model => model with { Children = [Given.Child(true) with { ForcesEncapsulation = true }] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.True(ends.Right.Inbound.Values.Single().IsEncapsulated);
    }

    [Fact]
    public void Keepalives_OnlyTheEndBehindTheNat_SendsThem()
    {
        using var ends = Natted();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(101));

        var keepalives = ends.Sent.Where(sent => sent.Datagram.Octets.Length == 1).ToList();
        Assert.Equal(5, keepalives.Count);
        Assert.All(keepalives, sent => Assert.True(sent.Datagram.FromLeft));
        Assert.Equal([0xFF], keepalives[0].Datagram.Octets);
    }

    // RFC 4555 §3.8: the end behind the NAT finds out by the answer of a probe, and tells the peer by UPDATE_SA_ADDRESSES.
    [Fact]
    public void Mapping_ChangesUnderMobike_TheEndBehindTheNatTellsThePeer()
    {
        using var ends = Natted();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        int Probe()
        {
            var before = ends.Sent.Count;
            ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
            ends.Run(TimeSpan.FromSeconds(1));
            return ends.Sent.Skip(before).Count(sent => sent.Datagram.FromLeft && sent.Datagram.IsRequest(ExchangeType.Informational));
        }

        // The first probe has nothing to be held against, so that the peer is told; afterwards only a change is.
        Assert.Equal(2, Probe());
        Assert.Equal(1, Probe());
        var moved = ends.Right.Of<IkeEvent.PathMoved>().Count();
        ends.Nat = Translate(31001);
        Assert.Equal(2, Probe());
        Assert.Equal(1, Probe());
        Assert.Equal(moved + 1, ends.Right.Of<IkeEvent.PathMoved>().Count());
        Assert.Equal(31001, ends.Right.Endpoint.Children[0].Path.RemotePort);
        Assert.Empty(ends.Left.Of<IkeEvent.PathMoved>());
        Agreed.Hold(ends, children: 1);
    }

    [Fact]
    public void Mapping_Changes_ThePeerIsFollowedByWhatItProves()
    {
        using var ends = Natted();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Nat = Translate(31001);
        ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(1));

        var moved = Assert.Single(ends.Right.Of<IkeEvent.PathMoved>());
        Assert.Equal((31000, 31001), (moved.Former.RemotePort, moved.Path.RemotePort));
        ends.Order(ends.Right, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(31001, ends.Sent[^2].Datagram.Path.RemotePort);
        Assert.Empty(ends.Right.Of<IkeEvent.Retransmitted>());
    }

    // What was recorded and is sent again from elsewhere is a repetition: it is answered there and moves nothing.
    [Fact]
    public void Mapping_ReplayFromElsewhere_MovesNothing()
    {
        using var ends = Natted();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Order(ends.Left, new IkeCommand.Probe(default));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(1));
        var recorded = ends.Sent.Last(sent => sent.Datagram.IsRequest(ExchangeType.Informational)).Datagram.Octets;
        ends.Inject(ends.Right, new(Given.RightAddress, 4500, Given.Address("203.0.113.9"), 4500), [.. recorded]);
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Empty(ends.Right.Of<IkeEvent.PathMoved>());
    }

    [Fact]
    public void Mapping_ChangesWithoutANat_MovesNothing()
    {
        using var ends = Given.Established();
        ends.Nat = (datagram, path) => datagram.FromLeft ? path with { Remote = Outside } : path;
        ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Empty(ends.Right.Of<IkeEvent.PathMoved>());
    }

    private static LinkedEndpoints Natted()
    {
        var ends = Given.Ends();
        ends.Nat = Translate(31000);
        return ends;
    }

    // 192.0.2.1 [500] is seen as 198.51.100.7 [30500], [4500] as the port given; the way back undoes it.
    private static Func<LinkDatagram, IkePath, IkePath> Translate(ushort mapped) => (datagram, path) => datagram.FromLeft
        ? path with { Remote = Outside, RemotePort = path.RemotePort == 500 ? (ushort)30500 : mapped }
        : path with { Local = Given.LeftAddress, LocalPort = path.LocalPort == 30500 ? (ushort)500 : (ushort)4500 };
}
