using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;

namespace Control.Tests.Policy.Compile;

public sealed class DocumentationTests
{
    [Fact]
    public void Documentation_EveryExample_Compiles()
    {
        var examples = Examples();
        Assert.Equal(2, examples.Count);
        foreach (var example in examples)
        {
            using var model = PolicyTexts.Compile(example);
            Assert.NotEmpty(model.Tunnels);
        }
    }

    [Fact]
    public void Documentation_EnterpriseExtenderExample_IsTransportGcm()
    {
        using var model = PolicyTexts.Compile(Examples()[0]);
        var sa = Assert.Single(Assert.Single(model.Tunnels).Outbound);
        Assert.Equal((SaMode.Transport, "aes-128-gcm-16", true, 64UL << 30), (sa.Mode, sa.Suite.Name, sa.ExtendedSequenceNumbers, sa.Lifetime.HardBytes));
    }

    [Fact]
    public void Documentation_BundleExample_IsEspInsideAh()
    {
        using var model = PolicyTexts.Compile(Examples()[1]);
        var tunnel = Assert.Single(model.Tunnels);
        foreach (var (layers, esp, ah) in new[] { (tunnel.Outbound, 4097u, 4099u), (tunnel.Inbound, 4098u, 4100u) })
        {
            Assert.Equal([SaProtocol.Esp, SaProtocol.Ah], layers.Select(l => l.Protocol));
            Assert.Equal([SaMode.Tunnel, SaMode.Transport], layers.Select(l => l.Mode));
            Assert.Equal([esp, ah], layers.Select(l => l.Spi));
            Assert.Equal("aes-256-cbc+hmac-sha2-256-128", layers[0].Suite.Name);
            Assert.Equal(IntegrityAlgorithm.HmacSha512_256, layers[1].Suite.Integrity);
            Assert.Equal("10.1.0.0/16", Assert.Single(layers[0].Selectors).Local.ToString());
            Assert.Empty(layers[1].Selectors);
            Assert.Equal([512, 0], layers.Select(l => l.TrafficFlowPadding));
        }
    }

    [Fact]
    public void Documentation_NamesEveryExtension()
    {
        var text = File.ReadAllText(PolicyTexts.Checkout("docs", "policy.md"));
        string[] extensions =
        [
            "ReplayWindow", "ExtendedSequenceNumbers", "UdpEncapsulation", "LifetimePackets", "LifetimeBytes", "LifetimeSeconds", "TfcPadding", "PathMtu", "EcnPassthrough", "AllowLegacy", "LogImplicit",
            "IkeInitWait", "IkeRetries", "PeerSessionLimit", "AddressSessionLimit", "ChildLimit", "CertificateFile", "PrivateKeyFile", "CaFile", "HowToAuthPeer", "Mobike", "RedirectName", "OtherLocation", "AdditionalKeyExchange",
            "EspInboundSpi", "EspOutboundSpi", "AhInboundSpi", "AhOutboundSpi", "EspInboundEncryptKey", "EspOutboundEncryptKey", "EspInboundAuthKey", "EspOutboundAuthKey", "AhInboundAuthKey", "AhOutboundAuthKey",
        ];
        var marked = string.Join('\n', text.Split('\n').Where(line => line.Contains("**E**", StringComparison.Ordinal)));
        Assert.All(extensions, keyword => Assert.Contains($"`{keyword}`", marked, StringComparison.Ordinal));
    }

    [Fact]
    public void Documentation_ExampleByIke_CompilesWithItsKey()
    {
        var text = Assert.Single(Blocks("text\n")).Replace("File sites.psk", "Ascii only-two-sites-of-example-know-it", StringComparison.Ordinal);
        using var model = PolicyTexts.Compile(text);
        Assert.Empty(model.Warnings.Shown);
        Assert.Equal("Sites", Assert.Single(model.DynamicTunnels).Name);
        Assert.Equal(IpsecDp.Ike.Models.ChildStart.Automatic, Assert.Single(Assert.Single(model.Ike.Connections).Children).Start);
    }

    private static List<string> Examples() => Blocks("policy\n");

    private static List<string> Blocks(string kind)
    {
        var blocks = File.ReadAllText(PolicyTexts.Checkout("docs", "policy.md")).Split("```");
        return [.. blocks.Where(b => b.StartsWith(kind, StringComparison.Ordinal)).Select(b => b[kind.Length..])];
    }
}
