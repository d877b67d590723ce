using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines.Accounting;

/// <summary>RMF's figures from the accounts, held against a published report: 178.92 general and 96.1 raw zIIP seconds with a factor of 569/256.</summary>
public class ServiceTimesTests
{
    [Fact]
    public void Times_PublishedReport_AreRmfs()
    {
        var times = new ServiceTimes(Cpu(), Normalisation.Of(569));

        Assert.Equal(178.92, times.Cp, 6);
        Assert.Equal(96.1, times.Iip, 6);
        Assert.Equal(213.6, times.IipNormalised, 1);
        // RMF printed 392.9 of CPU in all, of 4.98 % CP, 0.07 % IIPCP and 2.67 % IIP over an hour.
        Assert.InRange(times.Cpu, 392, 393.5);
        Assert.Equal((4.97, 0.07, 2.67), (Math.Round(times.ApplCp, 2), Math.Round(times.ApplIipCp, 2), Math.Round(times.ApplIip, 2)));
    }

    [Fact]
    public void Times_WithoutAFactor_RawAndNormalisedAreOne()
    {
        var times = new ServiceTimes(Cpu(), Normalisation.None);
        Assert.Equal(times.Iip, times.IipNormalised);
    }

    [Theory]
    [InlineData("569/256", 569)]
    [InlineData("569", 569)]
    [InlineData("2.22", 568)]
    [InlineData("1", 256)]
    [InlineData("256/256", 256)]
    public void Normalisation_Text_IsRead(string text, int numerator)
    {
        Assert.True(Normalisation.TryParse(text, out var factor));
        Assert.Equal(numerator, factor.Numerator);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.5")]
    [InlineData("100/256")]
    [InlineData("70000/256")]
    [InlineData("-1")]
    [InlineData("256")]
    [InlineData("two")]
    [InlineData("NaN")]
    public void Normalisation_OtherText_IsRefusedOrRaw(string text) => Assert.Equal(text == "256", Normalisation.TryParse(text, out _));

    [Fact]
    public void Disturbance_MoreStealThanTwoPercent_IsMarked()
    {
        var disturbed = new Disturbance(0.5, 0, 0, 0, 0) { Processors = 2 };
        Assert.True(disturbed.IsStolen(TimeSpan.FromSeconds(12)));
        Assert.False(disturbed.IsStolen(TimeSpan.FromSeconds(13)));
        Assert.False((disturbed with { StealSeconds = null }).IsStolen(TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData("cpu MHz\t\t: 2000.000\nflags : x\ncpu MHz\t\t: 3000.000", 2500.0)]
    [InlineData("flags : x", null)]
    [InlineData("cpu MHz : none", null)]
    public void Megahertz_LinesOfCpuinfo_AreAveraged(string text, double? megahertz) => Assert.Equal(megahertz, Disturbance.ParseMegahertz(text.Split('\n')));

    private static CpuSnapshot Cpu() => CpuSnapshot.Of(
        account => account switch { CpuAccount.General => 176.40, CpuAccount.EligibleOnGeneral => 2.52, CpuAccount.SpecialtyEligible => 90, CpuAccount.SpecialtyOther => 6.1, CpuAccount.Workload => 1000, CpuAccount.Spin => 5, _ => 0 },
        2000,
        TimeSpan.FromHours(1));
}
