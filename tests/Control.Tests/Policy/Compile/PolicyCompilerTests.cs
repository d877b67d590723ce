using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Compile;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Policy.Compile;

public sealed class PolicyCompilerTests
{
    private static readonly AddressRange Host = AddressRange.Of(Address("192.0.2.10"));
    private static readonly AddressRange Peer = AddressRange.Of(Address("198.51.100.20"));

    [Fact]
    public void TryCompile_TransportExample_GivesTheseRules()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Transport);
        Assert.Collection(
            model.Spd.Rules,
            rule =>
            {
                Assert.Equal(("KeyTraffic", PolicyAction.Bypass, RuleDirection.Both, null, false), (rule.Name, rule.Action, rule.Direction, rule.Tunnel, rule.IsLogged));
                Assert.Equal([new TrafficSelector(Host, AddressRange.AnyV4, 17, PortRange.Of(500), PortRange.Of(500))], rule.Selectors);
            },
            rule =>
            {
                Assert.Equal(("EeProtected", PolicyAction.Protect, RuleDirection.Both, "EeTunnel", true), (rule.Name, rule.Action, rule.Direction, rule.Tunnel, rule.IsLogged));
                Assert.Equal([new TrafficSelector(Host, Peer, 17, new PortRange(12000, 12004), new PortRange(12000, 12004))], rule.Selectors);
            });
    }

    [Fact]
    public void TryCompile_TransportExample_GivesTheseSas()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Transport);
        var tunnel = Assert.Single(model.Tunnels);
        Assert.Equal("EeTunnel", tunnel.Name);
        Check(Assert.Single(tunnel.Outbound), 0x1001, PolicyTexts.OutboundKey);
        Check(Assert.Single(tunnel.Inbound), 4098, PolicyTexts.InboundKey);

        void Check(SaModel sa, uint spi, string key)
        {
            Assert.Equal(("EeTunnel", spi, SaProtocol.Esp, SaMode.Transport), (sa.Tunnel, sa.Spi, sa.Protocol, sa.Mode));
            Assert.Equal(new CipherSuite(EncryptionAlgorithm.AesGcm16, 128), sa.Suite);
            Assert.Equal(Convert.FromHexString(key), sa.Keys.Encryption.Reveal().ToArray());
            Assert.Equal(0, sa.Keys.Integrity.Length);
            Assert.Equal((Host.First, Peer.First), (sa.Local, sa.Remote));
            Assert.Equal(model.Spd.Rules[1].Selectors, sa.Selectors);
            Assert.Equal((1024, false, 0, 0), (sa.ReplayWindow, sa.ExtendedSequenceNumbers, sa.TrafficFlowPadding, sa.PathMtu));
            Assert.Null(sa.Encapsulation);
            Assert.Equal(SaLifetime.Unlimited, sa.Lifetime);
        }
    }

    [Fact]
    public void TryCompile_EveryOption_ReachesTheSas()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change("HowToEncap Transport", """
            HowToEncap Tunnel
               PassthroughDF No Set
               PassthroughDSCP No
               EcnPassthrough No
               ReplayWindow 64
               ExtendedSequenceNumbers Yes
               UdpEncapsulation Yes 4500 34500
               LifetimePackets 1000 2000
               LifetimeBytes 1K 3G
               LifetimeSeconds 3600
               TfcPadding 512
               PathMtu 1400
            """));
        foreach (var sa in model.Tunnels[0].Outbound.Concat(model.Tunnels[0].Inbound))
        {
            Assert.Equal(SaMode.Tunnel, sa.Mode);
            Assert.Equal(new TunnelMarking(DontFragmentRule.Set, CopiesDscp: false, FixedDscp: 0, CarriesEcn: false), sa.Marking);
            Assert.Equal((64, true, 512, 1400), (sa.ReplayWindow, sa.ExtendedSequenceNumbers, sa.TrafficFlowPadding, sa.PathMtu));
            Assert.Equal(new UdpEncapsulation(4500, 34500), sa.Encapsulation);
            Assert.Equal(
                new SaLifetime { SoftPackets = 1000, HardPackets = 2000, SoftBytes = 1024, HardBytes = 3UL << 30, HardAge = TimeSpan.FromHours(1) },
                sa.Lifetime);
        }
    }

    [Theory]
    [InlineData("DoNot\n   HowToAuth ESP AES_GMAC_128", "EspInboundAuthKey", "EspOutboundAuthKey", EncryptionAlgorithm.AesGmac)]
    [InlineData("AES_GMAC KeyLength 128", "EspInboundEncryptKey", "EspOutboundEncryptKey", EncryptionAlgorithm.AesGmac)]
    [InlineData("AES_CTR\n   HowToAuth ESP HMAC_SHA1\n   EspInboundAuthKey Ascii twenty-characters-in\n   EspOutboundAuthKey Ascii twenty-characters-ou", "EspInboundEncryptKey", "EspOutboundEncryptKey", EncryptionAlgorithm.AesCtr)]
    public void TryCompile_KeyWithSalt_StandsInTheCiphersPlace(string encryption, string inboundKey, string outboundKey, EncryptionAlgorithm algorithm)
    {
        var text = PolicyTexts.Change("AES_GCM_16 KeyLength 128", encryption).Replace("EspInboundEncryptKey", inboundKey, StringComparison.Ordinal).Replace("EspOutboundEncryptKey", outboundKey, StringComparison.Ordinal);
        using var model = PolicyTexts.Compile(text);
        var sa = model.Tunnels[0].Inbound[0];
        Assert.Equal(algorithm, sa.Suite.Encryption);
        Assert.Equal(Convert.FromHexString(PolicyTexts.InboundKey), sa.Keys.Encryption.Reveal().ToArray());
        Assert.Equal(sa.Suite.IntegrityKeyLength, sa.Keys.Integrity.Length);
    }

    [Fact]
    public void TryCompile_ServicesOfSeveralDirections_BecomeNumberedRules()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change("IpServiceRef UdpIke", "IpServiceGroupRef Several") + """
            IpServiceGroup Several
            {
               IpServiceRef UdpIke
               IpService
               {
                  Protocol tcp
                  DestinationPortRange 22
                  Direction Outbound
               }
               IpServiceGroupRef Inner
            }
            IpServiceGroup Inner
            {
               IpService
               {
                  Protocol icmp
                  Type 3
                  Code 4
               }
            }
            """);
        Assert.Equal(["KeyTraffic.1", "KeyTraffic.2", "EeProtected"], model.Spd.Rules.Select(r => r.Name));
        Assert.Equal([RuleDirection.Both, RuleDirection.Outbound, RuleDirection.Both], model.Spd.Rules.Select(r => r.Direction));
        Assert.Equal(PortRange.OfIcmp(3, 4), model.Spd.Rules[0].Selectors[1].LocalPorts);
        Assert.Equal(PortRange.OfIcmp(3, 4), model.Spd.Rules[0].Selectors[1].RemotePorts);
        Assert.Equal([new TrafficSelector(Host, AddressRange.AnyV4, 6, PortRange.Any, PortRange.Of(22))], model.Spd.Rules[1].Selectors);
    }

    [Fact]
    public void TryCompile_AddressesByEveryName_KeepTheirOrder()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change("IpDestAddr All4", "IpDestAddrGroupRef Peers") + """
            IpAddr One
            {
               Addr ::ffff:10.0.0.1
            }
            IpAddrSet Net
            {
               Prefix 10.1.0.0/16
            }
            IpAddrGroup Peers
            {
               IpAddrSetRef Net
               IpAddrGroupRef More
               IpAddrRef One
            }
            IpAddrGroup More
            {
               IpAddrSet
               {
                  Range 10.9.0.1-10.9.0.7
               }
            }
            """);
        Assert.Equal(["10.1.0.0/16", "10.9.0.1-10.9.0.7", "10.0.0.1"], model.Spd.Rules[0].Selectors.Select(s => s.Remote.ToString()));
    }

    [Fact]
    public void TryCompile_GroupsOfRules_KeepTheirOrder()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change("   IpFilterRuleRef KeyTraffic\n   IpFilterRuleRef EeProtected\n", """
               IpFilterGroupRef Outer
               IpFilterRule
               {
                  IpGenericFilterAction
                  {
                     IpFilterAction Deny
                     DiscardAction ICMP
                  }
               }
               ImplicitDiscardAction ICMP

            """) + """
            IpFilterGroup Outer
            {
               IpFilterGroupRef Inner
               IpFilterRuleRef KeyTraffic
            }
            IpFilterGroup Inner
            {
               IpFilterRuleRef EeProtected
            }
            """);
        Assert.Equal(["EeProtected", "KeyTraffic", "IpFilterRule@6", "ImplicitDiscard"], model.Spd.Rules.Select(r => r.Name));
        Assert.Equal([false, false, true, true], model.Spd.Rules.Select(r => r.DiscardsWithIcmp));
        Assert.Equal([AddressRange.AnyV4, AddressRange.AnyV6], model.Spd.Rules[2].Selectors.Select(s => s.Local));
    }

    [Fact]
    public void TryCompile_FilterLoggingOff_SilencesEveryRule()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change("FilterLogging on", "FilterLogging off"));
        Assert.All(model.Spd.Rules, r => Assert.False(r.IsLogged));
    }

    [Theory]
    [InlineData("No", RuleLogging.None)]
    [InlineData("Yes", RuleLogging.All)]
    [InlineData("LogPermit", RuleLogging.Permitted)]
    [InlineData("LogDeny", RuleLogging.Denied)]
    public void TryCompile_IpFilterLogging_SaysWhichHitsAreReported(string written, RuleLogging logging)
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change("IpFilterLogging Yes", $"IpFilterLogging {written}"));
        Assert.Equal(logging, model.Spd.Rules.Single(rule => rule.Name == "EeProtected").Logging);
    }

    [Theory]
    [InlineData("on", "no", false)]
    [InlineData("on", "yes", true)]
    [InlineData("off", "yes", false)]
    public void TryCompile_LogImplicit_ReportsWhatFitsNoRule(string logging, string isImplicit, bool isReported)
    {
        using var silent = PolicyTexts.Compile(PolicyTexts.Change("FilterLogging on", $"FilterLogging {logging}\n   LogImplicit {isImplicit}"));
        Assert.Equal(isReported, silent.Spd.LogsImplicitDiscard);
        using var told = PolicyTexts.Compile(PolicyTexts.Change("FilterLogging on", $"FilterLogging {logging}\n   LogImplicit {isImplicit}\n   ImplicitDiscardAction ICMP"));
        Assert.Equal(isReported, told.Spd.Rules[^1].IsLogged);
        Assert.Equal(SpdModel.ImplicitDiscardName, told.Spd.Rules[^1].Name);
    }

    [Fact]
    public void TryCompile_IcmpForAll_TakesIpv4Only()
    {
        using var model = PolicyTexts.Compile(PolicyTexts.Change("   IpSourceAddr 192.0.2.10\n   IpDestAddr All4\n   IpServiceRef UdpIke\n", "   IpService\n   {\n      Protocol icmp\n   }\n")
            .Replace("IpService UdpIke", "IpService UdpUnused", StringComparison.Ordinal));
        Assert.Equal([new TrafficSelector(AddressRange.AnyV4, AddressRange.AnyV4, 1, PortRange.Any, PortRange.Any)], model.Spd.Rules[0].Selectors);
    }

    [Fact]
    public void Dispose_OfTheModel_ZeroesItsKeys()
    {
        var model = PolicyTexts.Compile(PolicyTexts.Transport);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Tunnels[0].Outbound[0].Keys.Encryption.Reveal().Length);
    }

    private static IpAddress Address(string text)
    {
        Assert.True(IpAddress.TryParse(text, out var address));
        return address;
    }
}
