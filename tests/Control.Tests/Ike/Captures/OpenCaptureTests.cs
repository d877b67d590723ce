using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Vectors;

namespace Control.Tests.Ike.Captures;

/// <summary>Sealed messages of real peers, opened with the keys that were published with them.</summary>
public sealed class OpenCaptureTests
{
    [Theory]
    [InlineData("wireshark/captures/ikev2-decrypt-aes256gcm16.pcap", "AES-GCM-256 with 16 octet ICV", 4)]
    [InlineData("wireshark/captures/ikev2-decrypt-aes256cbc.pcapng", "AES-CBC-256", 2)]
    public void Message_SealedByARealPeer_IsOpenedAndWhole(string file, string algorithm, int sealedCount)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var keys = Keys(algorithm);
        var opened = 0;
        foreach (var datagram in IkeCapture.ReadVersion2(file))
        {
            Assert.True(IkeHeader.TryRead(datagram, out var header, out _));
            if (header.NextPayload != PayloadType.Encrypted)
            {
                continue;
            }

            var cipher = Cipher(keys, header.IsFromInitiator);
            foreach (var changed in Damage.BitChanges(datagram).Where((_, bit) => bit % 13 == 0))
            {
                Assert.False(TryOpen(changed, cipher, out _, out _));
            }

            Assert.False(TryOpen((byte[])datagram.Clone(), Cipher(keys, !header.IsFromInitiator), out _, out var forged));
            Assert.Equal(IkeFault.IntegrityFailed, forged.Fault);
            Assert.True(TryOpen(datagram, cipher, out var message, out var failure), failure.ToString());
            Assert.True(MandatoryPayloads.TryCheck(message!.Value, out failure) || header.Exchange != ExchangeType.IkeAuth, failure.ToString());
            if (header.Exchange == ExchangeType.IkeAuth)
            {
                Assert.NotNull(message.Value.FindIdentification(isInitiator: !header.IsResponse));
                Assert.NotNull(message.Value.Find<AuthenticationPayload>());
            }

            opened++;
        }

        Assert.Equal(sealedCount, opened);
    }

    private static bool TryOpen(byte[] datagram, IIkeCipher cipher, out Authenticated<IkeMessage>? message, out IkeFailure failure)
    {
        message = null;
        return IkeHeader.TryRead(datagram, out var header, out failure) && EncryptedFrame.TryFind(header, datagram, out var frame, out failure)
            && MessageOpener.TryOpen(datagram, header, frame, cipher, out message, out failure);
    }

    // The columns of Wireshark's table: SPIs, SK_ei, SK_er, algorithm, SK_ai, SK_ar, algorithm.
    private static string[] Keys(string algorithm) =>
        File.ReadLines(VectorFolder.Published("wireshark/config/ikev2_decryption_table.tmpl")).Single(line => line.Contains($"\"{algorithm}", StringComparison.Ordinal)).Split(',');

    private static IIkeCipher Cipher(string[] keys, bool isInitiator)
    {
        var encryption = Convert.FromHexString(keys[isInitiator ? 2 : 3]);
        var integrity = Convert.FromHexString(keys[isInitiator ? 5 : 6]);
        return integrity.Length == 0 ? new GcmIkeCipher(encryption) : new CbcIkeCipher(encryption, integrity);
    }
}
