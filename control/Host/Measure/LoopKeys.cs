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

/// <summary>The SAs of a host that opens what it seals: each tunnel, a pair of hosts, has one for each importance of its traffic (RFC 4301 §4.1), under random keys, installed for both directions. In an SA of its own a packet waits for none that matters less.</summary>
internal static class LoopKeys
{
    private const uint FirstSpi = 0x0c00_0001;
    private const int ReplayWindow = 8192;

    /// <summary>Gives a plane the SAs and the policy of so many tunnels.</summary>
    public static void Install(MeasureOptions options, int tunnels, IReadOnlyList<LoopTraffic> kinds, IDataPlane plane)
    {
        List<SpdRule> rules = [];
        for (var tunnel = 0; tunnel < tunnels; tunnel++)
        {
            foreach (var kind in kinds)
            {
                var (name, spi) = ($"tunnel-{tunnel}-{kind.Name}", FirstSpi + (uint)rules.Count);
                var material = RandomNumberGenerator.GetBytes(options.Suite.KeyLength + options.Suite.SaltLength + options.Suite.IntegrityKeyLength);
                var (near, far) = EndsOf(options, tunnel);
                plane.Install(new TunnelModel(name, [Model(options, name, spi, material, near, far)], [Model(options, name, spi, material, far, near)]));
                CryptographicOperations.ZeroMemory(material);
                rules.Add(RuleOf(options, tunnel, name, kind));
            }
        }

        plane.Publish(new SpdModel(rules));
    }

    /// <summary>One outbound SA with keys of no meaning, for whoever asks what fits; the caller disposes it.</summary>
    public static SaModel Sample(MeasureOptions options)
    {
        var (near, far) = EndsOf(options, 0);
        return Model(options, "sample", FirstSpi, new byte[options.Suite.KeyLength + options.Suite.SaltLength + options.Suite.IntegrityKeyLength], near, far);
    }

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
    private static SpdRule RuleOf(MeasureOptions options, int tunnel, string name, LoopTraffic kind)
    {
        var pair = ArrivalCycle.PairOf(tunnel, options.Family);
        var (a, b) = (AddressRange.Of(pair.A), AddressRange.Of(pair.B));
        return new SpdRule
        {
            Name = name,
            Selectors = [.. kind.Between(a, b), .. kind.Between(b, a)],
            Action = PolicyAction.Protect,
            Tunnel = name,
        };
    }

    private static SaModel Model(MeasureOptions options, string name, uint spi, byte[] material, IpAddress local, IpAddress remote)
    {
        var encryption = options.Suite.KeyLength + options.Suite.SaltLength;
        return new SaModel
        {
            Tunnel = name,
            Spi = spi,
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
