using IpsecDp.Workloads;
using IpsecDp.Workloads.Mix;
using IpsecDp.Workloads.OpenLoop;

namespace Offload.Tests.Workloads.OpenLoop;

/// <summary>The packets of a cycle by their IP precedence.</summary>
public sealed class ArrivalShareTests
{
    private const int MoreThanARound = 20_000;

    [Fact]
    public void Shares_OfAMix_HoldEveryPacketOnceInItsOrder()
    {
        var cycle = Cycle("ee:10,bulk:90");
        var all = new List<long>();
        foreach (var share in cycle.Shares)
        {
            var among = share.Among(MoreThanARound);
            long[] numbers = [.. Enumerable.Range(0, (int)among).Select(own => share.NumberOf(own))];
            Assert.Equal(numbers.Order(), numbers);
            Assert.All(numbers, number => Assert.Equal(share.Precedence, PrecedenceOf(cycle.FlowOf(number).Class)));
            Assert.True(share.NumberOf(among) >= MoreThanARound);
            all.AddRange(numbers);
        }

        Assert.Equal([6, 4, 2, 1, 0], cycle.Shares.Select(share => share.Precedence));
        Assert.Equal(Enumerable.Range(0, MoreThanARound).Select(number => (long)number), all.Order());
    }

    [Fact]
    public void Shares_OfBulk_AreOneThatCountsAsTheLoadDoes()
    {
        var share = Assert.Single(Cycle("bulk").Shares);

        Assert.Equal(0, share.Precedence);
        Assert.Equal(MoreThanARound, share.Among(MoreThanARound));
        Assert.Equal(MoreThanARound, share.NumberOf(MoreThanARound));
    }

    private static ArrivalCycle Cycle(string load) =>
        ArrivalCycle.Draw(new ArrivalModel { PathMtu = 1400, Mix = TrafficMix.TryParse(load, out var mix) ? mix : throw new ArgumentException(load) });

    private static int PrecedenceOf(TrafficClass trafficClass) => trafficClass switch
    {
        TrafficClass.EeSignalling or TrafficClass.EeNetwork => 6,
        TrafficClass.EeHigh => 4,
        TrafficClass.EeMedium => 2,
        TrafficClass.EeLow => 1,
        _ => 0,
    };
}
