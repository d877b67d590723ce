using System.Buffers.Binary;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;

namespace Control.Tests.Ike.Keys;

/// <summary>Exchanges other implementations had, with the keys that were written down beside them.</summary>
public sealed class CapturedExchangeTests
{
    private const int HeaderLength = 28;
    private const int PayloadHeader = 4;
    private const int SkPayload = 46;
    private const byte InitiatorFlag = 0x08;

    private static readonly IkeSuite Cbc = new(EncryptionTransform.Of(EncryptionId.AesCbc, 256), IntegrityTransform.Of(IntegrityId.HmacSha256_128), PrfTransform.Of(PrfId.HmacSha256), KeyExchangeMethod.Of(KeyExchangeId.Modp2048));
    private static readonly IkeSuite Gcm = new(EncryptionTransform.Of(EncryptionId.AesGcm16, 256), null, PrfTransform.Of(PrfId.HmacSha256), KeyExchangeMethod.Of(KeyExchangeId.Modp2048));

    [Fact]
    public void TryOpen_CbcCapture_OpensAndHoldsTheAuthDataWiresharkFound() => Check("ikev2-decrypt-aes256cbc.pcapng", "191ccd371a7a1f7b", Cbc);

    [Fact]
    public void TryOpen_GcmCapture_OpensAndHoldsTheAuthDataWiresharkFound() => Check("ikev2-decrypt-aes256gcm16.pcap", "0158b8fb90b7623d", Gcm);

    private static void Check(string capture, string initiatorSpi, IkeSuite suite)
    {
        var file = File.ReadAllBytes(PublishedJson.PathOf($"wireshark/captures/{capture}"));
        var line = File.ReadLines(PublishedJson.PathOf("wireshark/config/ikev2_decryption_table.tmpl")).Single(line => line.StartsWith(initiatorSpi, StringComparison.Ordinal)).Split(',');
        var authentication = Convert.FromHexString(PublishedJson.Read("wireshark/expected.json").GetProperty("expected").GetProperty(capture).GetProperty("auth_data").GetString()!);
        using var initiator = Keys(line[5], line[2]);
        using var responder = Keys(line[6], line[3]);
        var (opened, holdsAuthentication) = (0, false);
        foreach (var message in Messages(file, Convert.FromHexString(line[0] + line[1])))
        {
            var isInitiator = (message[19] & InitiatorFlag) != 0;
            using var cipher = new IkeCipher(suite, isInitiator ? initiator : responder);
            using var wrong = new IkeCipher(suite, isInitiator ? responder : initiator);
            var associated = message[..(HeaderLength + PayloadHeader)];
            var body = message[(HeaderLength + PayloadHeader)..];
            Assert.False(wrong.TryOpen(associated, [.. body]));
            Assert.False(cipher.TryOpen([.. associated[..^1], (byte)(associated[^1] ^ 1)], [.. body]));
            Assert.True(cipher.TryOpen(associated, body));
            holdsAuthentication |= body.AsSpan().IndexOf(authentication) >= 0;
            Assert.InRange(body[body.Length - cipher.IcvLength - 1], 0, body.Length - cipher.IvLength - cipher.IcvLength - 1);
            opened++;
        }

        Assert.InRange(opened, 2, int.MaxValue);
        Assert.True(holdsAuthentication);
    }

    // A message begins with both SPIs and says its own length, whatever the capture puts around it.
    private static IEnumerable<byte[]> Messages(byte[] file, byte[] spis)
    {
        for (var at = file.AsSpan().IndexOf(spis); at >= 0;)
        {
            var message = file[at..];
            if (message[16] == SkPayload)
            {
                yield return message[..BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(24))];
            }

            var next = file.AsSpan(at + spis.Length).IndexOf(spis);
            at = next < 0 ? -1 : at + spis.Length + next;
        }
    }

    // The table quotes its algorithm names, which hold no commas here.
    private static DirectionKeys Keys(string integrity, string encryption) => new(new SecretBytes(Convert.FromHexString(integrity)), new SecretBytes(Convert.FromHexString(encryption)), SecretBytes.Empty);
}
