using IpsecDp.Engines.Pinning;

namespace Offload.Tests.Engines.Pinning;

public class DeferenceTests
{
    private static readonly TimeSpan Prompt = TimeSpan.FromMicroseconds(80);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(3);

    private readonly Deference _deference = new();

    [Fact]
    public void Count_LatePacketsNowAndThen_ChangeNothing()
    {
        for (var packet = 0; packet < 1000; packet++)
        {
            _deference.Count(packet % 10 == 0 ? Late : Prompt, now: 0);
        }

        Assert.True(_deference.IsOn(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Count_ThreeLatePacketsAmongFew_EndsItForTenSecondsAndThenItIsTriedAgain(int promptOnesBetween)
    {
        const long Now = 7_000;
        for (var late = 0; late < 3; late++)
        {
            Assert.True(_deference.IsOn(Now));
            _deference.Count(Late, Now);
            for (var prompt = 0; prompt < promptOnesBetween; prompt++)
            {
                _deference.Count(Prompt, Now);
            }
        }

        Assert.False(_deference.IsOn(Now) || _deference.IsOn(Now + 9_999));
        Assert.True(_deference.IsOn(Now + 10_000));
        _deference.Count(Late, Now + 10_000);
        Assert.True(_deference.IsOn(Now + 10_000));
    }

    /// <summary>Who interrupts again is as late as others make him, which says nothing of deferring.</summary>
    [Fact]
    public void Count_WhileItIsOff_IsHeldAgainstNobody()
    {
        for (var late = 0; late < 50; late++)
        {
            _deference.Count(Late, now: late);
        }

        Assert.False(_deference.IsOn(9_000));
        Assert.True(_deference.IsOn(10_002));
    }
}
