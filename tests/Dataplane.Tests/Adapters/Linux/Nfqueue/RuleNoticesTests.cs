using IpsecDp.Adapters.Linux.Nfqueue;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class RuleNoticesTests
{
    private const int Looks = 1000;

    [Fact]
    public void ReadGeneration_WithAndWithoutAChange_TellsThemApartAndMakesNothing()
    {
        using var spaces = new CaptureSpaces();
        Assert.SkipUnless(spaces.Spaces.A.Execute("iptables", "--version").Contains("nf_tables", StringComparison.Ordinal), "needs an iptables that writes to nf_tables");
        using var notices = spaces.Spaces.A.Run(() => new RuleNotices());
        var first = notices.ReadGeneration();
        Assert.NotNull(first);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isSame = true;
        for (var look = 0; look < Looks; look++)
        {
            isSame &= notices.ReadGeneration() == first;
        }

        Assert.True(isSame);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        spaces.Spaces.A.Execute("iptables", "-w", "-t", "raw", "-A", "PREROUTING", "-p", "tcp", "--dport", "9", "-j", "DROP");
        var second = notices.ReadGeneration();
        Assert.NotEqual(first, second);
        spaces.Spaces.A.Execute("ip6tables", "-t", "raw", "-A", "PREROUTING", "-p", "tcp", "--dport", "9", "-j", "DROP");
        Assert.NotEqual(second, notices.ReadGeneration());
        // The twin: other namespaces' rules are none of ours.
        var third = notices.ReadGeneration();
        spaces.Spaces.B.Execute("iptables", "-w", "-t", "raw", "-A", "PREROUTING", "-p", "tcp", "--dport", "9", "-j", "DROP");
        Assert.Equal(third, notices.ReadGeneration());
    }
}
