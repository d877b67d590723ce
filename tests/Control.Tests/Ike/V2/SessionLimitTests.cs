using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Ike.V2;

/// <summary>How many sessions one peer, and one address, may have.</summary>
public sealed class SessionLimitTests
{
    private const int Starts = 4;

    [Fact]
    public void Peer_ThatAsksForMoreSessionsThanOneMayHave_IsRefusedByName()
    {
        using var ends = Ends(new() { SessionsOfOnePeer = 2 }, _ => "left.example");
        Start(ends);

        Assert.Equal(2, ends.Right.Endpoint.Established.Count);
        Assert.Equal(2, ends.Right.Of<IkeEvent.Refused>().Count(refused => refused.Failure.Fault == IkeFault.TooManyOfPeer));
        Assert.All(ends.Right.Of<IkeEvent.NegotiationFailed>(), failed => Assert.Contains("left.example has 2 sessions", failed.Reason, StringComparison.Ordinal));

        // One that ends makes room.
        ends.Order(ends.Left, new IkeCommand.CloseAll("peer0"));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer3", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(2, ends.Right.Endpoint.Established.Count);
    }

    [Fact]
    public void Peers_OfDifferentNames_AreNotCountedTogether()
    {
        using var ends = Ends(new() { SessionsOfOnePeer = 1 }, i => $"h{i}.example");
        Start(ends);
        Assert.Equal(Starts, ends.Right.Endpoint.Established.Count);
    }

    // RFC 5280 §7.2: letters of either case are the same name.
    [Fact]
    public void Peer_WithANameInOtherLetters_IsTheSame()
    {
        using var ends = Ends(new() { SessionsOfOnePeer = 1 }, i => i % 2 == 0 ? "left.example" : "LEFT.example");
        Start(ends);
        Assert.Single(ends.Right.Endpoint.Established);
    }

    // INITIAL_CONTACT ends what the peer had, so that it is never locked out by its own relics.
    [Fact]
    public void Peer_ThatBeginsAnew_IsLetIn()
    {
        using var ends = Ends(new() { SessionsOfOnePeer = 2 }, _ => "left.example");
        Start(ends);
        ends.Left.Restart(Given.Model(Named(Given.Connection(true), 7, "left.example") with { IsUnique = true }));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer7", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(Assert.Single(ends.Left.Endpoint.Established), Assert.Single(ends.Right.Endpoint.Established));
    }

    [Fact]
    public void Address_WithAsManySessionsAsOneMayHave_IsNotAnswered()
    {
        using var ends = Ends(new() { SessionsOfOneAddress = 3 }, i => $"h{i}.example");
        Start(ends);

        Assert.Equal(3, ends.Right.Endpoint.Established.Count);
        Assert.Contains(ends.Right.Of<IkeEvent.Refused>(), refused => refused.Failure.Fault == IkeFault.TooManyOfAddress);
        ends.Order(ends.Left, new IkeCommand.CloseAll("peer0"));
        ends.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(3, ends.Right.Endpoint.Established.Count);
        Assert.DoesNotContain(ends.Right.Endpoint.Children, child => child.InboundSpi == 0);
    }

    private static void Start(LinkedEndpoints ends)
    {
        for (var i = 0; i < Starts; i++)
        {
            ends.Order(ends.Left, new IkeCommand.Initiate($"peer{i}", "net"));
            ends.Run(TimeSpan.FromMilliseconds(100));
        }
    }

    private static LinkedEndpoints Ends(LimitsModel limits, Func<int, string> name) => new(
        new IkeModel { Connections = [.. Enumerable.Range(0, Starts).Select(i => Named(Given.Connection(true), i, name(i)))] },
        Given.Model(Given.Connection(false) with { RemoteId = new IdPattern.HostsOf("example"), IsUnique = false }) with { Limits = limits });

    private static ConnectionModel Named(ConnectionModel model, int i, string id) => model with { Name = $"peer{i}", LocalId = IkeId.OfHost(id), IsUnique = false };
}
