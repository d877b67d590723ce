using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.TestKit.Line;

/// <summary>Models for tests: keys follow from the SPI, so that both ends have the same.</summary>
public static class TestSa
{
    /// <summary>The name of the one tunnel most tests use.</summary>
    public const string Tunnel = "pair";

    /// <summary>An ESP or AH model from one endpoint to another; <paramref name="isOutbound"/> says whose side it is installed on.</summary>
    public static SaModel Model(uint spi, string source, string destination, bool isOutbound, SaMode mode = SaMode.Transport, CipherSuite? suite = null, SaProtocol protocol = SaProtocol.Esp)
    {
        suite ??= CipherSuite.Default;
        return new SaModel
        {
            Tunnel = Tunnel,
            Spi = spi,
            Protocol = protocol,
            Mode = mode,
            Suite = suite,
            Keys = new SuiteKeys(Key(spi, 'e', protocol == SaProtocol.Ah ? 0 : suite.KeyLength + suite.SaltLength), Key(spi, 'a', IntegrityLength(suite, protocol))),
            Local = Address(isOutbound ? source : destination),
            Remote = Address(isOutbound ? destination : source),
        };
    }

    /// <summary>Parses an address of the test's own.</summary>
    public static IpAddress Address(string text) =>
        IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException($"'{text}' is no address");

    /// <summary>A policy that protects everything in the one tunnel.</summary>
    public static SpdModel ProtectAll(string tunnel = Tunnel) => new(
    [
        new SpdRule { Name = "all", Selectors = [Any(AddressRange.AnyV4), Any(AddressRange.AnyV6)], Action = PolicyAction.Protect, Tunnel = tunnel },
    ]);

    /// <summary>A selector for everything within two ranges of one version.</summary>
    public static TrafficSelector Any(AddressRange range) => new(range, range, null, PortRange.Any, PortRange.Any);

    private static int IntegrityLength(CipherSuite suite, SaProtocol protocol) =>
        protocol == SaProtocol.Ah && suite.Integrity == IntegrityAlgorithm.AesGmac ? 20 : suite.IntegrityKeyLength;

    private static SecretBytes Key(uint spi, char kind, int length)
    {
        if (length == 0)
        {
            return SecretBytes.Empty;
        }

        return new SecretBytes(HKDF.Expand(HashAlgorithmName.SHA256, SHA256.HashData([(byte)kind, (byte)spi, (byte)(spi >> 8), (byte)(spi >> 16)]), length));
    }
}
