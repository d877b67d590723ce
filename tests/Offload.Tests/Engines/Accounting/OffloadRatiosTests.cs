using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines.Accounting;

public class OffloadRatiosTests
{
    [Fact]
    public void Ratios_GivenSeconds_FollowTheirFormulas()
    {
        var ratios = new OffloadRatios(Seconds(general: 30, eligible: 10, specialty: 40, other: 5, handOver: 10, idle: 5, workload: 900));

        Assert.Equal(0.5, ratios.EligibleShare, 12);
        Assert.Equal(0.8, ratios.OffloadRatio, 12);
        Assert.Equal(0.2, ratios.Spill, 12);
        Assert.Equal(0.4, ratios.AchievedOffload, 12);
        Assert.Equal(0.1, ratios.HandOverShare, 12);
        Assert.Equal(0.05, ratios.IdleShare, 12);
        Assert.Equal(0, ratios.NotAttributedShare, 12);
    }

    // The RMF sample of the dossier: CP 178.9 s of which 2.52 eligible, IIP 96.1 s raw, factor 569/256; O = 54.4 %, S = 1.2 %.
    [Fact]
    public void Ratios_RmfSample_AreNormalised()
    {
        var ratios = new OffloadRatios(Seconds(general: 176.38, eligible: 2.52, specialty: 96.1), normalisation: 569 / 256.0);

        Assert.Equal(0.544, ratios.AchievedOffload, 3);
        Assert.Equal(0.012, ratios.Spill, 3);
    }

    [Fact]
    public void Ratios_NothingEligible_AreNoNumber()
    {
        Assert.True(double.IsNaN(new OffloadRatios(Seconds(general: 1)).OffloadRatio));
    }

    [Fact]
    public void Accounts_AllOfThem_AreCounted()
    {
        Assert.Equal(CpuAccounts.Count, CpuAccounts.All.Count);
        Assert.Equal([CpuAccount.Workload], CpuAccounts.All.Where(account => !account.IsProduct()));
    }

    [Theory]
    [InlineData("cpu  10 20 30 40 50 60 70 250 0 0", 2.5)]
    [InlineData("cpu0 10 20 30 40 50 60 70 250 0 0", null)]
    [InlineData("cpu  10 20 30", null)]
    [InlineData("", null)]
    public void Steal_LineOfProcStat_IsRead(string line, double? seconds)
    {
        Assert.Equal(seconds, Disturbance.ParseSteal(line));
    }

    private static CpuSnapshot Seconds(double general = 0, double eligible = 0, double specialty = 0, double other = 0, double handOver = 0, double idle = 0, double workload = 0)
    {
        var seconds = new Dictionary<CpuAccount, double>
        {
            [CpuAccount.General] = general,
            [CpuAccount.EligibleOnGeneral] = eligible,
            [CpuAccount.SpecialtyEligible] = specialty,
            [CpuAccount.SpecialtyOther] = other,
            [CpuAccount.HandOver] = handOver,
            [CpuAccount.Spin] = 0,
            [CpuAccount.Idle] = idle,
            [CpuAccount.Workload] = workload,
        };
        return CpuSnapshot.Of(account => seconds[account], seconds.Values.Sum(), TimeSpan.FromSeconds(1));
    }
}
