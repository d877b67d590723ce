using IpsecDp.Policy.Compile;

namespace Control.Tests.Policy.Compile;

public sealed class PolicySummaryTests
{
    [Fact]
    public void Write_TransportExample_SaysWhatItWouldDo()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Transport);
        const string Expected = """
            Rules, the first that fits decides (2):
              1. KeyTraffic: permit in clear, both ways
                 192.0.2.10 <-> any IPv4 udp port 500 <-> 500
              2. EeProtected: protect in EeTunnel, both ways, logged
                 192.0.2.10 <-> 198.51.100.20 udp port 12000-12004 <-> 12000-12004
              and what fits none is discarded
            Tunnels (1):
              EeTunnel: 192.0.2.10 to 198.51.100.20, transport mode
                 ESP aes-128-gcm-16, SPI out 0x00001001, in 0x00001002, replay window 1024
            Warnings (1):
              test.policy:51:17: a counter mode with keys set by hand repeats its nonces when either host starts again with the same keys and without the numbers it has used (RFC 4106 §2): keep them with --state, and give fresh keys where they are lost [Algorithm]

            """;
        Assert.Equal(Expected, PolicySummary.Write(model));
    }

    [Fact]
    public void Write_IcmpAndInactiveTunnel_AreNamed()
    {
        var text = PolicyTexts.Change("   Protocol UDP\n   SourcePortRange 500\n   DestinationPortRange 500\n", "   Protocol icmp\n   Type 8\n");
        using var model = PolicyTexts.Compile(PolicyTexts.Change(text, "HowToEncap Transport", "HowToEncap Transport\n   Active No"));
        var summary = PolicySummary.Write(model);
        Assert.Contains("any IPv4 icmp type 8\n", summary, StringComparison.Ordinal);
        Assert.Contains("EeTunnel: not active\n", summary, StringComparison.Ordinal);
    }
}
