using IpsecDp.Ports.Memory;

namespace Dataplane.Tests.Ports.Memory;

public sealed class AdaptiveSpinTests
{
    [Fact]
    public void Looks_PaidAgainAndAgain_DoubleUpToTheMost()
    {
        AdaptiveSpin spin = default;
        Assert.Equal([1, 2, 4, 8, 16, 16], Enumerable.Range(0, 6).Select(_ => Then(ref spin, true)));
    }

    [Fact]
    public void Looks_WastedAgainAndAgain_HalveDownToOne()
    {
        AdaptiveSpin spin = default;
        for (var i = 0; i < 10; i++)
        {
            spin.Paid();
        }

        Assert.Equal([16, 8, 4, 2, 1, 1], Enumerable.Range(0, 6).Select(_ => Then(ref spin, false)));
    }

    private static int Then(ref AdaptiveSpin spin, bool paid)
    {
        var looks = spin.Looks;
        if (paid)
        {
            spin.Paid();
        }
        else
        {
            spin.Wasted();
        }

        return looks;
    }
}
