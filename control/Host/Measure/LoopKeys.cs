using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>The SAs of a host that opens what it seals: each tunnel has one, under random keys, installed for both directions.</summary>
internal static class LoopKeys
{
    private const uint FirstSpi = 0x0c00_0001;
    private const int ReplayWindow = 8192;

    /// <summary>Gives a plane the SAs and the policy of so many tunnels.</summary>
    public static void Install(MeasureOptions options, int tunnels, IDataPlane plane)
    {
        for (var tunnel = 0; tunnel < tunnels; tunnel++)
        {
            var material = RandomNumberGenerator.GetBytes(options.Suite.KeyLength + options.Suite.SaltLength + options.Suite.IntegrityKeyLength);
            var (near, far) = EndsOf(options, tunnel);
            plane.Install(new TunnelModel(NameOf(tunnel), [Model(options, tunnel, material, near, far)], [Model(options, tunnel, material, far, near)]));
            CryptographicOperations.ZeroMemory(material);
        }

        plane.Publish(new SpdModel([.. Enumerable.Range(0, tunnels).Select(tunnel => RuleOf(options, tunnel))]));
    }

    /// <summary>One outbound SA with keys of no meaning, for whoever asks what fits; the caller disposes it.</summary>
    public static SaModel Sample(MeasureOptions options)
    {
        var (near, far) = EndsOf(options, 0);
        return Model(options, 0, new byte[options.Suite.KeyLength + options.Suite.SaltLength + options.Suite.IntegrityKeyLength], near, far);
    }

    private static string NameOf(int tunnel) => $"tunnel-{tunnel}";

    // In tunnel mode all tunnels run between one pair of security endpoints.
    private static (IpAddress Near, IpAddress Far) EndsOf(MeasureOptions options, int tunnel)
    {
        if (options.Mode == SaMode.Transport)
        {
            var pair = ArrivalCycle.PairOf(tunnel, options.Family);
            return (pair.A, pair.B);
        }

        var (first, second) = options.Family == IpVersion.V4 ? ("192.0.2.10", "198.51.100.20") : ("2001:db8:2::10", "2001:db8:3::20");
        return IpAddress.TryParse(first, out var near) && IpAddress.TryParse(second, out var far)
            ? (near, far)
            : throw new InvalidOperationException("the endpoints' own addresses do not parse");
    }

    // What was sealed for the far host is opened here, so the rule holds in both directions.
    private static SpdRule RuleOf(MeasureOptions options, int tunnel)
    {
        var pair = ArrivalCycle.PairOf(tunnel, options.Family);
        var (a, b) = (AddressRange.Of(pair.A), AddressRange.Of(pair.B));
        return new SpdRule
        {
            Name = NameOf(tunnel),
            Selectors = [new TrafficSelector(a, b, null, PortRange.Any, PortRange.Any), new TrafficSelector(b, a, null, PortRange.Any, PortRange.Any)],
            Action = PolicyAction.Protect,
            Tunnel = NameOf(tunnel),
        };
    }

    private static SaModel Model(MeasureOptions options, int tunnel, byte[] material, IpAddress local, IpAddress remote)
    {
        var encryption = options.Suite.KeyLength + options.Suite.SaltLength;
        return new SaModel
        {
            Tunnel = NameOf(tunnel),
            Spi = FirstSpi + (uint)tunnel,
            Protocol = SaProtocol.Esp,
            Mode = options.Mode,
            Suite = options.Suite,
            Keys = new SuiteKeys(new SecretBytes(material.AsSpan(0, encryption)), new SecretBytes(material.AsSpan(encryption))),
            Local = local,
            Remote = remote,
            Encapsulation = options.IsInUdp ? new UdpEncapsulation() : null,
            ExtendedSequenceNumbers = true,
            ReplayWindow = ReplayWindow,
        };
    }
}
