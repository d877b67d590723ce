using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

/// <summary>VpnLife: the tunnel ends after it, however often it was rekeyed or authenticated anew.</summary>
public sealed class VpnLifeTests
{
    private static ConnectionModel Living(ConnectionModel model, TimeSpan life) => model with
    {
        Children = [.. model.Children.Select(child => child with { VpnLife = life, Lifetime = new(TimeSpan.FromMinutes(10), 0.1, TimeSpan.FromMinutes(20)) })],
    };

    [Fact]
    public void Child_RekeyedManyTimes_EndsWhenItsVpnLifeEnds()
    {
        using var ends = Given.Established(model => model.LocalId == Given.LeftId ? Living(model, TimeSpan.FromMinutes(60)) : model);
        ends.Run(TimeSpan.FromMinutes(59) + TimeSpan.FromSeconds(50));
        Agreed.Hold(ends, children: 1);
        Assert.InRange(ends.Left.Of<IkeEvent.ChildInstalled>().Count(), 6, 8);

        ends.Run(TimeSpan.FromSeconds(20));
        Agreed.Hold(ends, children: 0);
        Assert.Equal("its VPN life ended", ends.Left.Of<IkeEvent.ChildRemoved>().Last().Reason);
        ends.Run(TimeSpan.FromHours(2));
        Agreed.Hold(ends, children: 0);
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(59));
        Agreed.Hold(ends, children: 1);
    }

    [Fact]
    public void Child_AuthenticatedAnew_KeepsTheEndOfItsVpnLife()
    {
        using var ends = Given.Established(model => Living(model, model.LocalId == Given.LeftId ? TimeSpan.FromMinutes(60) : TimeSpan.Zero) with
        {
            Reauthenticates = model.LocalId == Given.LeftId,
            Lifetime = new(TimeSpan.FromMinutes(25), 0.1, TimeSpan.FromMinutes(40)),
        });
        ends.Run(TimeSpan.FromMinutes(59) + TimeSpan.FromSeconds(50));
        Agreed.Hold(ends, children: 1);
        Assert.True(ends.Left.Of<IkeEvent.IkeSaEstablished>().Count() >= 2);

        ends.Run(TimeSpan.FromSeconds(20));
        Agreed.Hold(ends, children: 0);
    }

    [Fact]
    public void Child_WithoutVpnLife_GoesOn()
    {
        using var ends = Given.Established(model => Living(model, TimeSpan.Zero));
        ends.Run(TimeSpan.FromDays(2));

        Agreed.Hold(ends, children: 1);
    }
}
