using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Ike.V2;

/// <summary>A responder under spoofed first requests, 20 in each millisecond of a clock that moves only here: it keeps nothing of them, renews what stands, and lets who is real in.</summary>
public sealed class FloodTests
{
    private const int InAMillisecond = 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flood_OfSpoofedRequests_LeavesPeersAndMemoryAlone(bool isOfTheRealPeersAddress)
    {
        var child = Given.Child(true) with { Lifetime = new(TimeSpan.FromSeconds(1.5), 0, TimeSpan.FromSeconds(10)) };
        using var ends = new LinkedEndpoints(
            new IkeModel { Connections = [Given.Connection(true) with { Children = [child] }, Second(true)] },
            new IkeModel { Connections = [Given.Connection(false), Second(false)] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMilliseconds(100));
        Agreed.Hold(ends, children: 1);
        var request = ends.Sent.First(sent => sent.Datagram.IsRequest(ExchangeType.IkeSaInit)).Datagram.Octets;
        ends.Left.Events.Clear();

        var dice = new Random(7);
        var mostHalfOpen = 0;
        for (var millisecond = 0; millisecond < 3000; millisecond++)
        {
            if (millisecond == 200)
            {
                ends.Order(ends.Left, new IkeCommand.Initiate("second", "net"));
            }

            for (var i = 0; i < InAMillisecond; i++)
            {
                Spoof(ends, request, dice, isOfTheRealPeersAddress);
            }

            ends.Run(TimeSpan.FromMilliseconds(1));
            mostHalfOpen = Math.Max(mostHalfOpen, ends.Right.Endpoint.HalfOpen);
        }

        Assert.InRange(mostHalfOpen, 1, 40);
        Assert.InRange(ends.Right.Endpoint.Count, 2, 45);
        Assert.Contains(ends.Left.Of<IkeEvent.ChildInstalled>(), installed => installed.Child.Connection == "second");
        Assert.Contains(ends.Left.Of<IkeEvent.ChildInstalled>(), installed => installed.Child.Connection == "peer");
        Assert.Empty(ends.Left.Of<IkeEvent.GivenUp>());
        ends.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(0, ends.Right.Endpoint.HalfOpen);
    }

    // What answers go to who never asked is lost; the real peer's own are on the link.
    private static void Spoof(LinkedEndpoints ends, byte[] request, Random dice, bool isOfTheRealPeersAddress)
    {
        byte[] spoofed = [.. request];
        dice.NextBytes(spoofed.AsSpan(0, 8));
        spoofed[0] |= 1;
        var remote = isOfTheRealPeersAddress ? Given.Address("192.0.2.3") : new IpAddress(0x0A000000u + (uint)dice.Next(1 << 24), IpVersion.V4);
        ends.Right.Endpoint.Receive(new IkePath(Given.RightAddress, 500, remote, (ushort)dice.Next(1024, 65536)), spoofed, ends.Right.Turn(ends.Now));
        foreach (var transmit in ends.Right.Outbox.Transmits)
        {
            Assert.InRange(transmit.Message.Length, 1, spoofed.Length + 100);
        }

        ends.Right.Outbox.Clear();
    }

    private static ConnectionModel Second(bool isLeft) => Given.Connection(isLeft) with
    {
        Name = "second",
        Local = [isLeft ? AddressRange.Of(Given.Address("192.0.2.3")) : AddressRange.Of(Given.RightAddress)],
        Remote = [isLeft ? AddressRange.AnyV4 : AddressRange.Of(Given.Address("192.0.2.3"))],
        LocalId = isLeft ? IpsecDp.Ike.Identity.IkeId.OfHost("second.example") : Given.RightId,
        RemoteId = new IpsecDp.Ike.Identity.IdPattern.Exactly(isLeft ? Given.RightId : IpsecDp.Ike.Identity.IkeId.OfHost("second.example")),
    };
}
