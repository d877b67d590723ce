using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class CaptureRulesTests
{
    private const string Foreign = "-A PREROUTING -p tcp -m tcp --dport 9999 -j DROP";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_ThenDispose_LeavesTheRulesOfOthersAndNothingElse(bool isV4)
    {
        using var spaces = new CaptureSpaces();
        spaces.Spaces.A.Execute(isV4 ? "iptables" : "ip6tables", "-w", "-t", "raw", "-A", "PREROUTING", "-p", "tcp", "-m", "tcp", "--dport", "9999", "-j", "DROP");
        using (spaces.Open(CaptureSpaces.Everything))
        {
            var rules = spaces.Rules(isV4);
            Assert.Contains(Foreign, rules, StringComparison.Ordinal);
            Assert.Equal(3, Count(rules, "-j IPSECDP-"));
        }

        var after = spaces.Rules(isV4);
        Assert.Contains(Foreign, after, StringComparison.Ordinal);
        Assert.DoesNotContain("IPSECDP", after, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WhileAnotherLives_IsRefusedAndTheFirstGoesOn()
    {
        using var spaces = new CaptureSpaces();
        using var first = spaces.Open(CaptureSpaces.Everything);
        var before = Own(spaces.Rules());
        var refusal = Assert.Throws<AdapterException>(() => spaces.Open(CaptureSpaces.Everything));
        Assert.Contains("another ipsecdp captures packets in this network namespace", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("captures packets", Assert.Throws<AdapterException>(() => spaces.Spaces.A.Run(NfqueueCapture.Clean)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Own(spaces.Rules()));
    }

    [Fact]
    public void Open_AfterACrash_ReplacesWhatWasLeft()
    {
        using var spaces = new CaptureSpaces();
        var dead = spaces.Open(CaptureSpaces.Everything);
        var rules = Own(spaces.Rules());
        dead.Abandon();
        Assert.Equal(rules, Own(spaces.Rules()));
        using (spaces.Open(CaptureSpaces.Everything))
        {
            Assert.Equal(rules, Own(spaces.Rules()));
        }

        Assert.Empty(Own(spaces.Rules()));
    }

    [Fact]
    public void Open_RefusedAfterACrash_LeavesWhatHoldsPacketsBack()
    {
        using var spaces = new CaptureSpaces();
        spaces.Open(CaptureSpaces.Everything).Abandon();
        var left = Own(spaces.Rules());
        using var sleeper = spaces.Spaces.A.Run(() => QueueSocket.Open(new NfqueueOptions { Plan = CaptureSpaces.Everything }, takesSuperframes: false, NfqueueOptions.DefaultFirstQueue));
        Assert.Throws<AdapterException>(() => spaces.Open(CaptureSpaces.Everything));
        Assert.Equal(left, Own(spaces.Rules()));
    }

    [Fact]
    public void Clean_AfterACrash_RemovesAllOfOurs()
    {
        using var spaces = new CaptureSpaces();
        spaces.Open(CaptureSpaces.Everything).Abandon();
        Assert.True(spaces.Spaces.A.Run(NfqueueCapture.Clean) >= 3);
        Assert.Empty(Own(spaces.Rules()) + Own(spaces.Rules(isV4: false)));
        Assert.Equal(0, spaces.Spaces.A.Run(NfqueueCapture.Clean));
    }

    [Theory]
    [InlineData("-F IPSECDP-OUT")]
    [InlineData("-F POSTROUTING")]
    public void Rules_RemovedBySomebodyElse_AreSaidAndPutBack(string removal)
    {
        using var spaces = new CaptureSpaces();
        var told = new List<string>();
        using var capture = spaces.Open(CaptureSpaces.Everything, report: told.Add);
        var before = Own(spaces.Rules());
        spaces.Spaces.A.Execute("iptables", ["-w", "-t", "mangle", .. removal.Split(' ')]);
        Assert.True(SpinWait.SpinUntil(() => capture.RulesRestored > 0, TestThread.Patience), "nobody noticed");
        capture.LookAtRules();
        Assert.Equal(before, Own(spaces.Rules()));
        Assert.Contains(told, sentence => sentence.Contains("put back", StringComparison.Ordinal));
    }

    [Fact]
    public void Replace_ByAnotherPlan_ChangesTheRulesAndDoublesNone()
    {
        using var spaces = new CaptureSpaces();
        using var capture = spaces.Open(CaptureSpaces.Everything);
        capture.Replace(CaptureSpaces.Plan([CaptureSpaces.Any(CaptureSpaces.A, CaptureSpaces.B, IpProtocol.Udp)]));
        var rules = spaces.Rules();
        Assert.Equal(3, Count(rules, "-j IPSECDP-"));
        Assert.Equal(1, Count(rules, "-p udp -j NFQUEUE --queue-num 4951"));
        Assert.Equal(0, Count(rules, "-p tcp -j NFQUEUE"));
    }

    private static int Count(string rules, string text) => rules.Split(text).Length - 1;

    private static string Own(string rules) => string.Join('\n', rules.Split('\n').Where(rule => rule.Contains("IPSECDP-", StringComparison.Ordinal) && rule.StartsWith("-A", StringComparison.Ordinal)));
}
