using IpsecDp.Engines.Overload;

namespace Offload.Tests.Engines.Overload;

/// <summary>The verdict against machines whose rates are known.</summary>
public sealed class HandOverVerdictTests
{
    [Fact]
    public void Add_KeepingCarriesMore_KeepingCounts_AndTheOtherIsTriedRarely()
    {
        var verdict = new HandOverVerdict();
        Play(verdict, 100, keeping: _ => 1.1, handingOver: _ => 1);

        Assert.True(verdict.Keeps);
        Assert.InRange(330 - Play(verdict, 330, keeping: _ => 1.1, handingOver: _ => 1), 1, 20);
    }

    [Fact]
    public void Add_HandingOverCarriesMore_ItCounts_AndKeepingIsTriedRarely()
    {
        var verdict = new HandOverVerdict();
        Play(verdict, 100, keeping: _ => 1, handingOver: _ => 1.1);

        Assert.False(verdict.Keeps);
        Assert.InRange(Play(verdict, 330, keeping: _ => 1, handingOver: _ => 1.1), 1, 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Add_NoiseOfATenth_FindsWhatIsBetterByAFifth(int seed)
    {
        var random = new Random(seed);
        double Noisy(double rate) => rate * Math.Exp((random.NextDouble() - 0.5) / 5);
        var verdict = new HandOverVerdict();
        Play(verdict, 200, _ => Noisy(1.2), _ => Noisy(1));
        Assert.True(Play(verdict, 1000, _ => Noisy(1.2), _ => Noisy(1)) > 900);

        // The machine moves its processors together.
        Play(verdict, 200, _ => Noisy(1), _ => Noisy(1.2));
        Assert.True(Play(verdict, 1000, _ => Noisy(1), _ => Noisy(1.2)) < 100);
    }

    [Theory]
    [InlineData(0.7, true)]
    [InlineData(0.9, false)]
    public void IsHopeless_OfATryAlone_WhereItCarriesMuchLess(double rate, bool expected)
    {
        var verdict = new HandOverVerdict();
        Assert.False(verdict.IsHopeless(0));
        verdict.Add(1);
        Assert.True(verdict.NextKeeps);
        Assert.Equal(expected, verdict.IsHopeless(rate));
        verdict.Add(rate);
        Assert.False(verdict.IsHopeless(0));
    }

    // A try lies between two turns of the other way, so a machine that speeds up speaks for neither.
    [Fact]
    public void Add_BothAlikeOnAMachineThatSpeedsUp_ChangesNothing()
    {
        var verdict = new HandOverVerdict();
        for (var turn = 0; turn < 200; turn++)
        {
            verdict.Add(1 + (turn * 0.1));
            Assert.False(verdict.Keeps);
        }
    }

    [Fact]
    public void Add_OneTryThatSaysAnything_IsNotEnough()
    {
        var verdict = new HandOverVerdict();
        verdict.Add(1);
        Assert.True(verdict.NextKeeps);
        verdict.Add(1000);
        verdict.Add(1);
        Assert.False(verdict.Keeps);
    }

    [Fact]
    public void Rest_KeepsTheVerdict_AndTheNextTurnIsOfIt()
    {
        var verdict = new HandOverVerdict();
        Play(verdict, 100, keeping: _ => 1.1, handingOver: _ => 1);
        verdict.Rest();
        Assert.True(verdict.Keeps);
        Assert.True(verdict.NextKeeps);
    }

    // How many of the turns kept.
    private static int Play(HandOverVerdict verdict, int turns, Func<int, double> keeping, Func<int, double> handingOver)
    {
        var kept = 0;
        for (var turn = 0; turn < turns; turn++)
        {
            kept += verdict.NextKeeps ? 1 : 0;
            verdict.Add(verdict.NextKeeps ? keeping(turn) : handingOver(turn));
        }

        return kept;
    }
}
