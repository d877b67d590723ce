using System.Text;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;

namespace Dataplane.Tests.Ipsec.Outside;

/// <summary>Wireshark's table of ESP SAs: version, source, destination, SPI, cipher, key, MAC, key; of algorithms the product has.</summary>
internal static class WiresharkSaFile
{
    /// <summary>The SAs as inbound models; <paramref name="spi"/> stands where the file says any.</summary>
    public static IReadOnlyList<SaModel> Read(string path, SaMode mode, uint spi = 0) =>
        [.. File.ReadLines(path).Where(line => line.StartsWith('"')).Select(line => line.Trim('"').Split("\",\"")).Select(fields => Model(fields, mode, spi)).OfType<SaModel>()];

    private static SaModel? Model(string[] fields, SaMode mode, uint spi)
    {
        EncryptionAlgorithm? cipher = fields[4].Split(' ')[0] switch
        {
            "AES-CBC" => EncryptionAlgorithm.AesCbc,
            "TripleDES-CBC" => EncryptionAlgorithm.TripleDesCbc,
            "NULL" => EncryptionAlgorithm.Null,
            _ => null,
        };
        var mac = fields[6].Split(' ')[0] switch
        {
            "HMAC-SHA-1-96" => IntegrityAlgorithm.HmacSha1_96,
            "HMAC-MD5-96" => IntegrityAlgorithm.HmacMd5_96,
            _ => IntegrityAlgorithm.None,
        };
        if (cipher is null || mac == IntegrityAlgorithm.None)
        {
            return null;
        }

        var key = Octets(fields[5]);
        return new SaModel
        {
            Tunnel = "capture",
            Spi = fields[3] switch { "*" => spi, ['0', 'x', ..] hex => Convert.ToUInt32(hex, 16), var number => uint.Parse(number, System.Globalization.CultureInfo.InvariantCulture) },
            Protocol = SaProtocol.Esp,
            Mode = mode,
            Suite = new CipherSuite(cipher.Value, key.Length * 8, mac),
            Keys = new SuiteKeys(new SecretBytes(key), new SecretBytes(Octets(fields[7]))),
            Remote = TestSa.Address(fields[1]),
            Local = TestSa.Address(fields[2]),
        };
    }

    private static byte[] Octets(string text) => text.StartsWith("0x", StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(2)) : Encoding.ASCII.GetBytes(text);
}
