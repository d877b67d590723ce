using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Macs;
using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Ike.Keys;

/// <summary>
/// One direction of an IKE SA's protection (RFC 7296 §3.14, RFC 5282, RFC 7634). It keeps keys only: the platform's cipher is made for each
/// message, because an SA that waits for hours should not hold native memory. Keys are copies, zeroed on dispose.
/// </summary>
public sealed class IkeCipher : IIkeCipher, IDisposable
{
    private const int NonceLength = 12;
    private const int WholeTag = 16;

    private readonly EncryptionTransform _encryption;
    private readonly IntegrityTransform? _integrity;
    private readonly SecretBytes _key;
    private readonly SecretBytes _macKey;
    private ulong _sealed;

    /// <summary>A cipher of the suite with the keys of the side that sends; throws <see cref="ArgumentException"/> if they have not the suite's lengths.</summary>
    public IkeCipher(IkeSuite suite, DirectionKeys keys)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Encryption.Length != suite.Encryption.KeyMaterialLength || keys.Integrity.Length != suite.IntegrityKeyLength)
        {
            throw new ArgumentException("the keys are not of this suite", nameof(keys));
        }

        (_encryption, _integrity) = (suite.Encryption, suite.Integrity);
        (_key, _macKey) = (new SecretBytes(keys.Encryption.Reveal()), new SecretBytes(keys.Integrity.Reveal()));
    }

    /// <inheritdoc/>
    public int IvLength => _encryption.IvLength;

    /// <inheritdoc/>
    public int BlockLength => _encryption.BlockLength;

    /// <inheritdoc/>
    public int IcvLength => _integrity?.IcvLength ?? _encryption.IcvLength;

    private ReadOnlySpan<byte> Key => _key.Reveal()[.._encryption.KeyLength];

    /// <inheritdoc/>
    public void Seal(ReadOnlySpan<byte> associated, Span<byte> body)
    {
        if (!HasShape(body))
        {
            throw new ArgumentException("the body is shorter than its IV and ICV, or its text is off the block length", nameof(body));
        }

        var (iv, text, icv) = Split(body);
        WriteIv(iv);
        if (_integrity is null)
        {
            SealCombined(associated, iv, text, icv);
            return;
        }

        using (var cipher = BlockCipher())
        {
            cipher.EncryptCbc(text, iv, text, PaddingMode.None);
        }

        using var mac = KeyedMac.ForIntegrity(_integrity, _macKey.Reveal());
        mac.Append(associated);
        mac.Append(body[..^IcvLength]);
        mac.Finish(icv);
    }

    /// <inheritdoc/>
    public bool TryOpen(ReadOnlySpan<byte> associated, Span<byte> body)
    {
        if (!HasShape(body))
        {
            return false;
        }

        var (iv, text, icv) = Split(body);
        if (_integrity is null)
        {
            return TryOpenCombined(associated, iv, text, icv);
        }

        using (var mac = KeyedMac.ForIntegrity(_integrity, _macKey.Reveal()))
        {
            mac.Append(associated);
            mac.Append(body[..^IcvLength]);
            if (!mac.Matches(icv))
            {
                return false;
            }
        }

        using var cipher = BlockCipher();
        cipher.DecryptCbc(text, iv, text, PaddingMode.None);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        _macKey.Dispose();
    }

    private bool HasShape(ReadOnlySpan<byte> body)
    {
        var text = body.Length - IvLength - IcvLength;
        return text > 0 && text % BlockLength == 0;
    }

    private BodyParts Split(Span<byte> body) => new(body[..IvLength], body[IvLength..^IcvLength], body[^IcvLength..]);

    /// <summary>
    /// A combined cipher's IV only must not repeat (RFC 5282 §4): it counts. A CBC IV must not be foretold either: it is the encrypted
    /// counter (NIST SP 800-38A appendix C), so that neither needs dice.
    /// </summary>
    private void WriteIv(Span<byte> iv)
    {
        iv.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(iv[^8..], checked(++_sealed));
        if (_integrity is not null)
        {
            using var cipher = BlockCipher();
            cipher.EncryptEcb(iv, iv, PaddingMode.None);
        }
    }

    private SymmetricAlgorithm BlockCipher()
    {
        SymmetricAlgorithm cipher = _encryption.Id == EncryptionId.TripleDesCbc ? TripleDES.Create() : Aes.Create();
        cipher.SetKey(Key);
        return cipher;
    }

    // RFC 5282 §4: the nonce is the salt from the key material, then the IV from the wire.
    private void WriteNonce(ReadOnlySpan<byte> iv, Span<byte> nonce)
    {
        var salt = _key.Reveal()[_encryption.KeyLength..];
        salt.CopyTo(nonce);
        iv.CopyTo(nonce[salt.Length..]);
    }

    private void SealCombined(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> iv, Span<byte> text, Span<byte> icv)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(iv, nonce);
        if (_encryption.Id == EncryptionId.ChaCha20Poly1305)
        {
            using var chacha = new ChaCha20Poly1305(Key);
            chacha.Encrypt(nonce, text, text, icv, associated);
            return;
        }

        Span<byte> tag = stackalloc byte[WholeTag];
        using var gcm = new AesGcm(Key, WholeTag);
        gcm.Encrypt(nonce, text, text, tag, associated);
        tag[..icv.Length].CopyTo(icv);
    }

    private bool TryOpenCombined(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> iv, Span<byte> text, ReadOnlySpan<byte> icv)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(iv, nonce);
        if (icv.Length < AesGcm.TagByteSizes.MinSize)
        {
            return TryOpenShortTag(associated, nonce, text, icv);
        }

        try
        {
            if (_encryption.Id == EncryptionId.ChaCha20Poly1305)
            {
                using var chacha = new ChaCha20Poly1305(Key);
                chacha.Decrypt(nonce, text, icv, text, associated);
            }
            else
            {
                using var gcm = new AesGcm(Key, icv.Length);
                gcm.Decrypt(nonce, text, icv, text, associated);
            }

            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // The platform cleared the text.
            return false;
        }
    }

    /// <summary>
    /// The platform takes no tag under 12 octets. GCM's cipher is a key stream, so encrypting the ciphertext gives the plaintext, and
    /// encrypting that again gives the ciphertext with its whole tag, of which the first octets are compared.
    /// </summary>
    private bool TryOpenShortTag(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> nonce, Span<byte> text, ReadOnlySpan<byte> icv)
    {
        Span<byte> tag = stackalloc byte[WholeTag];
        var plain = new byte[text.Length];
        using var gcm = new AesGcm(Key, WholeTag);
        gcm.Encrypt(nonce, text, plain, tag, associated);
        gcm.Encrypt(nonce, plain, text, tag, associated);
        var isRight = CryptographicOperations.FixedTimeEquals(tag[..icv.Length], icv);
        if (isRight)
        {
            plain.CopyTo(text);
        }
        else
        {
            text.Clear();
        }

        CryptographicOperations.ZeroMemory(plain);
        return isRight;
    }

    private readonly ref struct BodyParts(Span<byte> iv, Span<byte> text, Span<byte> icv)
    {
        private readonly Span<byte> _iv = iv;
        private readonly Span<byte> _text = text;
        private readonly Span<byte> _icv = icv;

        public void Deconstruct(out Span<byte> iv, out Span<byte> text, out Span<byte> icv)
        {
            iv = _iv;
            text = _text;
            icv = _icv;
        }
    }
}
