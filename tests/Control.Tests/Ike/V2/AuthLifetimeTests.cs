using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;

namespace Control.Tests.Ike.V2;

/// <summary>RFC 4478: a responder says in IKE_AUTH how long it takes the initiator's proof for.</summary>
public sealed class AuthLifetimeTests
{
    [Theory]
    [InlineData(1800, 1620)]
    [InlineData(60, 50)]
    [InlineData(12, 6)]
    public void Initiator_ToldALifetime_ProvesItselfAgainWellBefore(int seconds, int due)
    {
        using var ends = Given.Ends(right: model => model with { Reauthenticates = true, Lifetime = new(TimeSpan.FromSeconds(seconds), Jitter: 0, TimeSpan.FromHours(2)) });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(due - 2));
        Assert.Single(ends.Left.Of<IkeEvent.IkeSaEstablished>());

        ends.Run(TimeSpan.FromSeconds(4));
        Assert.Equal(2, ends.Left.Of<IkeEvent.IkeSaEstablished>().Count());
        Assert.All(ends.Left.Of<IkeEvent.IkeSaEstablished>(), established => Assert.True(established.IsInitiator));
    }

    [Fact]
    public void Initiator_ToldNone_ProvesItselfOnce()
    {
        using var ends = Given.Established();

        ends.Run(TimeSpan.FromMinutes(31));

        Assert.Single(ends.Left.Of<IkeEvent.IkeSaEstablished>());
    }
}
