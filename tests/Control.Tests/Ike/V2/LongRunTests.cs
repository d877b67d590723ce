using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

public sealed class LongRunTests
{
    // Ten days: every hour the child and every four hours the IKE SA is replaced by whoever comes first, datagrams are lost, doubled and late,
    // and now and then both ends replace at once. At every quiet moment both hold the same.
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void TenDays_LossAndCollisions_BothAlwaysAgree(int seed)
    {
        var chance = new Random(seed);
        using var ends = Given.Established(Lively, seed);
        ends.Script = _ => chance.Next(100) switch
        {
            < 5 => LinkFate.Lost,
            < 10 => LinkFate.Twice,
            < 15 => LinkFate.Late(TimeSpan.FromMilliseconds(chance.Next(4000))),
            _ => LinkFate.Arrives,
        };
        for (var hour = 0; hour < 240; hour++)
        {
            if (chance.Next(3) == 0)
            {
                Collide(ends, chance);
            }

            ends.Run(TimeSpan.FromMinutes(54));
            Quiet(ends);
        }

        Assert.True(ends.Left.Of<IkeEvent.ChildInstalled>().Count() > 240);
        Assert.True(ends.Left.Of<IkeEvent.IkeSaRekeyed>().Count() > 40);
        Assert.Empty(ends.Left.Of<IkeEvent.IkeSaClosed>());
        Assert.Empty(ends.Right.Of<IkeEvent.IkeSaClosed>());
    }

    private static void Quiet(LinkedEndpoints ends)
    {
        var script = ends.Script;
        ends.Script = _ => LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(6));
        ends.Script = script;
        // A rekey may be just under way: what is sealed with is taken all the same, and it settles within a breath.
        Agreed.Seal(ends);
        for (var i = 0; i < 10 && (ends.Left.Inbound.Count != 1 || ends.Right.Inbound.Count != 1); i++)
        {
            ends.Run(TimeSpan.FromSeconds(1));
        }

        Agreed.Hold(ends, children: 1);
        Assert.Equal(Assert.Single(ends.Left.Endpoint.Established), Assert.Single(ends.Right.Endpoint.Established));
    }

    private static void Collide(LinkedEndpoints ends, Random chance)
    {
        foreach (var end in new[] { ends.Left, ends.Right })
        {
            if (chance.Next(2) == 0)
            {
                ends.Order(end, new IkeCommand.RekeyChild(end.Inbound.Keys.First()));
            }

            if (chance.Next(3) == 0)
            {
                ends.Order(end, new IkeCommand.RekeyIke(end.Endpoint.Established[0]));
            }

            ends.Run(TimeSpan.FromMilliseconds(chance.Next(3)));
        }
    }

    private static ConnectionModel Lively(ConnectionModel model) => model with
    {
        Liveness = TimeSpan.FromMinutes(10),
        Lifetime = new(TimeSpan.FromHours(4), 0.1, TimeSpan.FromHours(5)),
        Children = [Given.Child(model.LocalId == Given.LeftId) with { Lifetime = new(TimeSpan.FromHours(1), 0.1, TimeSpan.FromHours(2)) }],
    };
}
