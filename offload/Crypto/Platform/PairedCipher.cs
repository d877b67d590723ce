using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto.Platform;

/// <summary>ESP with a cipher and a separate MAC: encrypt, then authenticate from the SPI to the trailer and the high half behind it (RFC 4303 §3.3.2, §2.2.1).</summary>
internal sealed class PairedCipher : IPacketCipher
{
    private const int LongestIcv = 32;

    private readonly PacketGeometry _geometry;
    private readonly bool _isExtended;
    private readonly SecretBytes _encryptionKey;
    private readonly SecretBytes _integrityKey;
    private readonly ContextPool<PairedContext> _contexts;

    public PairedCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers)
    {
        Suite = suite;
        _geometry = PacketGeometry.Of(suite);
        _isExtended = extendedSequenceNumbers;
        _encryptionKey = new SecretBytes(keys.Encryption.Reveal());
        _integrityKey = new SecretBytes(keys.Integrity.Reveal());
        _contexts = new ContextPool<PairedContext>(() => new PairedContext(CreatePayloadCipher(), KeyedMacs.Create(suite.Integrity, _integrityKey.Reveal())));
    }

    public CipherSuite Suite { get; }

    public void WriteIv(Span<byte> iv, ulong sequence)
    {
        var context = _contexts.Rent();
        context.Cipher.WriteIv(iv, sequence);
        _contexts.Return(context);
    }

    public void Seal(Span<byte> packet, ulong sequence)
    {
        _geometry.Require(packet.Length);
        var context = _contexts.Rent();
        context.Cipher.Encrypt(_geometry.Iv(packet), _geometry.Payload(packet));
        Authenticate(context.Mac, packet, sequence, _geometry.Icv(packet));
        _contexts.Return(context);
    }

    public bool TryOpen(Span<byte> packet, ulong sequence)
    {
        if (!_geometry.Fits(packet.Length))
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[LongestIcv];
        expected = expected[.._geometry.IcvLength];
        var context = _contexts.Rent();
        Authenticate(context.Mac, packet, sequence, expected);
        var isProven = CryptographicOperations.FixedTimeEquals(expected, _geometry.Icv(packet));
        if (isProven)
        {
            context.Cipher.Decrypt(_geometry.Iv(packet), _geometry.Payload(packet));
        }

        _contexts.Return(context);
        return isProven;
    }

    public void Dispose()
    {
        _contexts.Dispose();
        _encryptionKey.Dispose();
        _integrityKey.Dispose();
    }

    private void Authenticate(IKeyedMac mac, Span<byte> packet, ulong sequence, Span<byte> icv)
    {
        Span<byte> highHalf = stackalloc byte[4];
        AssociatedData.WriteHighHalf(highHalf, sequence);
        mac.Compute(_geometry.Authenticated(packet), _isExtended ? highHalf : default, icv);
    }

    private IPayloadCipher CreatePayloadCipher()
    {
        var key = _encryptionKey.Reveal();
        switch (Suite.Encryption)
        {
            case EncryptionAlgorithm.AesCbc:
                using (var aes = Aes.Create())
                {
                    aes.SetKey(key);
                    return new CbcPayload(aes);
                }

            case EncryptionAlgorithm.AesCtr:
                using (var aes = Aes.Create())
                {
                    aes.SetKey(key[..Suite.KeyLength]);
                    return new CtrPayload(aes, key[Suite.KeyLength..]);
                }

            case EncryptionAlgorithm.TripleDesCbc:
                using (var tripleDes = TripleDES.Create())
                {
                    tripleDes.SetKey(key);
                    return new CbcPayload(tripleDes);
                }

            default:
                return new NullPayload();
        }
    }
}
