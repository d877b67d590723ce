using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Binds IpManVpnAction.</summary>
internal sealed class ManualTunnelBinder(PolicyConfig config, EndpointBinder endpoints, Findings findings)
{
    private static readonly ValueParser<SaMode> Mode = Choice.Of(("Transport", SaMode.Transport), ("Tunnel", SaMode.Tunnel));

    /// <summary>Binds a manual tunnel; the config owns its keys from here on.</summary>
    public IpManVpnAction Tunnel(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var authentication = block.Many<(SaProtocol Layer, Authentication Authentication)>("HowToAuth", CipherValues.Authenticate);
        var tunnel = new IpManVpnAction(block.Name(isInline), block.Position)
        {
            IsActive = block.One("Active", Choice.YesNo, true),
            Local = endpoints.Address(block, "LocalSecurityEndpointAddr", isRequired: true),
            Remote = endpoints.Address(block, "RemoteSecurityEndpointAddr", isRequired: true),
            PassthroughDf = block.One<DontFragmentRule>("PassthroughDF", TunnelValues.DontFragment),
            PassthroughDscp = block.One("PassthroughDSCP", Choice.YesNo),
            EcnPassthrough = block.One("EcnPassthrough", Choice.YesNo),
            Encapsulation = block.One("HowToEncap", Mode),
            Encryption = block.One<Cipher>("HowToEncrypt", CipherValues.Encryption),
            EspAuthentication = Layer(authentication, SaProtocol.Esp),
            AhAuthentication = Layer(authentication, SaProtocol.Ah),
            Esp = new LayerKeys(Keys(block, "EspInbound", hasCipher: true), Keys(block, "EspOutbound", hasCipher: true)),
            Ah = new LayerKeys(Keys(block, "AhInbound", hasCipher: false), Keys(block, "AhOutbound", hasCipher: false)),
            ReplayWindow = block.One<int>("ReplayWindow", TunnelValues.ReplayWindow),
            ExtendedSequenceNumbers = block.One("ExtendedSequenceNumbers", Choice.YesNo),
            UdpEncapsulation = block.One<UdpEncapsulation?>("UdpEncapsulation", TunnelValues.UdpEncapsulation),
            Lifetime = Lifetime(block),
            TfcPadding = block.One<int>("TfcPadding", TunnelValues.TfcPadding),
            PathMtu = block.One<int>("PathMtu", TunnelValues.PathMtu),
            Given = block.Given,
            AllowLegacy = block.One("AllowLegacy", Choice.YesNo, false),
        };
        block.Require("HowToEncap");
        block.Require("HowToEncrypt");
        block.Close();
        config.Own(tunnel);
        return tunnel;
    }

    private Placed<Authentication>? Layer(IReadOnlyList<Placed<(SaProtocol Layer, Authentication Authentication)>> all, SaProtocol layer)
    {
        var mine = all.Where(a => a.Value.Layer == layer).ToList();
        foreach (var second in mine.Skip(1))
        {
            findings.Error(second.Position, ConfigRule.Duplicate, $"HowToAuth is given twice for one layer; the first stands at {mine[0].Position}");
        }

        return mine.Count == 0 ? null : new(mine[0].Value.Authentication, mine[0].Position);
    }

    private static DirectionKeys Keys(StatementBlock block, string prefix, bool hasCipher) => new(
        block.One<uint>(prefix + "Spi", KeyValues.Spi),
        hasCipher ? block.One<KeyMaterial>(prefix + "EncryptKey", KeyValues.Key)?.Value : null,
        block.One<KeyMaterial>(prefix + "AuthKey", KeyValues.Key)?.Value);

    private static SaLifetime Lifetime(StatementBlock block)
    {
        var none = (Soft: ulong.MaxValue, Hard: ulong.MaxValue);
        var packets = block.One<(ulong Soft, ulong Hard)>("LifetimePackets", LifetimeValues.Numbers, none);
        var octets = block.One<(ulong Soft, ulong Hard)>("LifetimeBytes", LifetimeValues.Octets, none);
        var seconds = block.One<(ulong Soft, ulong Hard)>("LifetimeSeconds", LifetimeValues.Numbers, none);
        return new SaLifetime
        {
            SoftPackets = packets.Soft,
            HardPackets = packets.Hard,
            SoftBytes = octets.Soft,
            HardBytes = octets.Hard,
            SoftAge = Age(seconds.Soft),
            HardAge = Age(seconds.Hard),
        };
    }

    private static TimeSpan Age(ulong seconds) => seconds == ulong.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds((long)seconds);
}
