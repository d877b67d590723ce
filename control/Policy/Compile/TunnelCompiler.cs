using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Turns a valid manual tunnel and the selectors of its rules into SAs, innermost layer first.</summary>
internal sealed class TunnelCompiler(IpManVpnAction tunnel, TunnelAlgorithms algorithms, IReadOnlyList<TrafficSelector> selectors, IpAddress local, IpAddress remote)
{
    /// <summary>Packets the replay window spans where nothing is said.</summary>
    public const int DefaultReplayWindow = 1024;

    /// <summary>The SAs of both directions; each holds its own copy of the keys.</summary>
    public TunnelModel Compile() => new(tunnel.Name, Direction(tunnel.Esp.Outbound, tunnel.Ah.Outbound), Direction(tunnel.Esp.Inbound, tunnel.Ah.Inbound));

    private List<SaModel> Direction(DirectionKeys esp, DirectionKeys ah)
    {
        var layers = new List<SaModel>();
        if (algorithms.Esp is { } suite)
        {
            var encryption = algorithms.IsGmacByAuth ? esp.Integrity : esp.Encryption;
            var integrity = algorithms.IsGmacByAuth ? null : esp.Integrity;
            layers.Add(Layer(SaProtocol.Esp, esp.Spi!.Value, suite, new SuiteKeys(Copy(encryption), Copy(integrity)), tunnel.Encapsulation!.Value, selectors));
        }

        if (algorithms.Ah is { } mac)
        {
            // Around ESP, AH signs the packet that ESP made, whose outer header is already there: transport mode, and the selectors are ESP's to check.
            var isOuter = layers.Count > 0;
            var mode = isOuter ? SaMode.Transport : tunnel.Encapsulation!.Value;
            var ahSuite = new CipherSuite(EncryptionAlgorithm.Null, mac.GmacKeyBits, mac.Algorithm);
            layers.Add(Layer(SaProtocol.Ah, ah.Spi!.Value, ahSuite, new SuiteKeys(SecretBytes.Empty, Copy(ah.Integrity)), mode, isOuter ? [] : selectors));
        }

        return layers;
    }

    private SaModel Layer(SaProtocol protocol, uint spi, CipherSuite suite, SuiteKeys keys, SaMode mode, IReadOnlyList<TrafficSelector> selected) => new()
    {
        Tunnel = tunnel.Name,
        Spi = spi,
        Protocol = protocol,
        Mode = mode,
        Suite = suite,
        Keys = keys,
        Local = local,
        Remote = remote,
        Selectors = selected,
        Encapsulation = protocol == SaProtocol.Esp ? tunnel.UdpEncapsulation?.Value : null,
        ExtendedSequenceNumbers = tunnel.ExtendedSequenceNumbers is { Value: true },
        ReplayWindow = tunnel.ReplayWindow?.Value ?? DefaultReplayWindow,
        Lifetime = tunnel.Lifetime,
        Marking = Marking(),
        TrafficFlowPadding = protocol == SaProtocol.Esp ? tunnel.TfcPadding?.Value ?? 0 : 0,
        PathMtu = tunnel.PathMtu?.Value ?? 0,
    };

    private TunnelMarking Marking() => new(
        tunnel.PassthroughDf?.Value ?? DontFragmentRule.Copy,
        CopiesDscp: tunnel.PassthroughDscp?.Value ?? true,
        FixedDscp: 0,
        CarriesEcn: tunnel.EcnPassthrough?.Value ?? true);

    private static SecretBytes Copy(KeyMaterial? key) => key is null ? SecretBytes.Empty : new SecretBytes(key.Octets.Reveal());
}
