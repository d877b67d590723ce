using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Ike.V2;

/// <summary>One connection that any number of peers have at a time.</summary>
public sealed class ManyPeersTests
{
    private static readonly FlowKey ToRight = new(Given.LeftAddress, Given.RightAddress, 6, 1024, 80, true);

    [Fact]
    public void Packet_ForOneOfManyDestinations_StartsASessionWithIt()
    {
        using var ends = Ends();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net", ToRight));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal((AddressRange.Of(Given.LeftAddress), AddressRange.Of(Given.RightAddress)), ends.Left.Inbound.Values.Single().Selectors.Select(s => (s.Local, s.Remote)).Distinct().Single());

        // Another destination is another session, which this one does not serve.
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net", ToRight with { Destination = Given.Address("192.0.2.77") }));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(2, ends.Left.Endpoint.Count);
        Assert.Contains(ends.Sent, sent => sent.Datagram.FromLeft && sent.Datagram.Path.Remote == Given.Address("192.0.2.77"));

        // The first again is served.
        var before = ends.Sent.Count;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net", ToRight with { SourcePort = 2000 }));
        Assert.Equal(before, ends.Sent.Count);
    }

    [Fact]
    public void Start_WithoutAPacket_IsRefusedWithTheReason()
    {
        using var ends = Ends();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        Assert.Contains("no address of the peer", Assert.Single(ends.Left.Of<IkeEvent.NegotiationFailed>()).Reason, StringComparison.Ordinal);
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net", ToRight with { Destination = Given.Address("203.0.113.9") }));
        Assert.Empty(ends.Sent);
    }

    // A peer speaks for its own address, whatever it asks for.
    [Fact]
    public void Peer_ThatAsksForAnothersTraffic_GetsItsOwnOrNothing()
    {
        var others = Given.Traffic("192.0.2.0", "192.0.2.0") with { Local = AddressRange.Of(Given.Address("192.0.2.99")), Remote = AddressRange.Of(Given.RightAddress) };
        using var ends = Given.Ends(left: model => model with { Children = [Given.Child(true) with { Selectors = [others] }] }, right: model => Many(model, false));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(ends.Right.Inbound);
        Assert.Contains("TS_UNACCEPTABLE", ends.Right.Of<IkeEvent.NegotiationFailed>().Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_OfAPolicyThatIsTheSame_TouchesNoPeer()
    {
        using var ends = Ends();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net", ToRight));
        ends.Run(TimeSpan.FromSeconds(1));
        var before = ends.Sent.Count;
        ends.Order(ends.Left, new IkeCommand.Reload(Given.Model(Many(Given.Connection(true), true))));
        ends.Order(ends.Right, new IkeCommand.Reload(Given.Model(Many(Given.Connection(false), false))));
        ends.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(before, ends.Sent.Count);
        Agreed.Hold(ends, children: 1);
    }

    private static LinkedEndpoints Ends() => Given.Ends(left: model => Many(model, true), right: model => Many(model, false));

    private static ConnectionModel Many(ConnectionModel model, bool isLeft) => model with
    {
        Peers = PeerRule.Destinations,
        Peer = null,
        Remote = [AddressRange.Prefix(Given.Address("192.0.2.0"), 24)],
        Children = [Given.Child(isLeft) with { IsTransport = true, Selectors = [new(AddressRange.Of(isLeft ? Given.LeftAddress : Given.RightAddress), AddressRange.Prefix(Given.Address("192.0.2.0"), 24), null, PortRange.Any, PortRange.Any)] }],
    };
}
