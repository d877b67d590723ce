using IpsecDp.Daemon;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Daemon;

/// <summary>What automation reads: an identity that stays, then the text.</summary>
public sealed class DaemonLogTests
{
    [Theory]
    [InlineData(DropReason.None, RuleDirection.Outbound, "IDP0008I packet permitted: rule EeProtected, out, 192.0.2.1:12000 > 192.0.2.2:12001 proto 17, packets 3, octets 300")]
    [InlineData(DropReason.PolicyDiscard, RuleDirection.Inbound, "IDP0009I packet denied: rule EeProtected, in, 192.0.2.1:12000 > 192.0.2.2:12001 proto 17, packets 3, octets 300, PolicyDiscard")]
    public void Write_FilterHit_PrintsOneLineWithItsIdentity(DropReason refusal, RuleDirection direction, string line)
    {
        using var output = new StringWriter();
        using (var log = new DaemonLog(output))
        {
            Assert.True(IpAddress.TryParse("192.0.2.1", out var source));
            Assert.True(IpAddress.TryParse("192.0.2.2", out var destination));
            log.Write(new FilterHit("EeProtected", PolicyAction.Protect, direction, new FlowKey(source, destination, 17, 12000, 12001, true), refusal, 3, 300));
            log.WritePlain("ready");
        }

        Assert.Equal([line, "ready"], output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Write_WarningAndInformation_AreToldApart()
    {
        using var output = new StringWriter();
        using (var log = new DaemonLog(output))
        {
            log.Write(DaemonMessage.FilterHitsSuppressed, "a");
            log.Write(DaemonMessage.SoftExpire, "b");
        }

        Assert.Equal(["IDP0010I a", "IDP0102W b"], output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }
}
