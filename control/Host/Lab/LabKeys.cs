using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Host.Lab;

/// <summary>The manual SAs of a lab: fresh random keys a run, known to both hosts of the process and to nobody else.</summary>
internal sealed class LabKeys(LabOptions options, IpAddress a, IpAddress b) : IDisposable
{
    /// <summary>The name of the one tunnel.</summary>
    public const string Tunnel = "lab";

    private const uint SpiToB = 0x0a000001;
    private const uint SpiToA = 0x0b000001;

    private readonly byte[] _toB = RandomNumberGenerator.GetBytes(options.Suite.KeyLength + options.Suite.SaltLength + options.Suite.IntegrityKeyLength);
    private readonly byte[] _toA = RandomNumberGenerator.GetBytes(options.Suite.KeyLength + options.Suite.SaltLength + options.Suite.IntegrityKeyLength);

    /// <summary>Both SAs as host A, or host B, installs them.</summary>
    public TunnelModel TunnelOf(bool isA) => isA
        ? new TunnelModel(Tunnel, [Model(SpiToB, _toB, a, b)], [Model(SpiToA, _toA, a, b)])
        : new TunnelModel(Tunnel, [Model(SpiToA, _toA, b, a)], [Model(SpiToB, _toB, b, a)]);

    /// <summary>Everything between the two hosts is protected; nothing else passes.</summary>
    public SpdModel PolicyOf(bool isA)
    {
        var (local, remote) = isA ? (a, b) : (b, a);
        var selector = new TrafficSelector(AddressRange.Of(local), AddressRange.Of(remote), null, PortRange.Any, PortRange.Any);
        return new SpdModel([new SpdRule { Name = "between-the-hosts", Selectors = [selector], Action = PolicyAction.Protect, Tunnel = Tunnel }]);
    }

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_toB);
        CryptographicOperations.ZeroMemory(_toA);
    }

    private SaModel Model(uint spi, byte[] material, IpAddress local, IpAddress remote)
    {
        var encryption = options.Suite.KeyLength + options.Suite.SaltLength;
        return new SaModel
        {
            Tunnel = Tunnel,
            Spi = spi,
            Protocol = SaProtocol.Esp,
            Mode = options.Mode,
            Suite = options.Suite,
            Keys = new SuiteKeys(new SecretBytes(material.AsSpan(0, encryption)), new SecretBytes(material.AsSpan(encryption))),
            Local = local,
            Remote = remote,
            ExtendedSequenceNumbers = true,
            ReplayWindow = ReplayWindowSize,
        };
    }

    // As wide as the link's queue is long, so that no fault of order makes a late packet look replayed.
    private const int ReplayWindowSize = 8192;
}
