using System.Security.Cryptography;
using IpsecDp.Ike.Messages.Protection;

namespace Control.Tests.Ike.Captures;

/// <summary>AES-CBC with HMAC-SHA2-256-128 of the framework, to open captures whose keys are known; seals nothing.</summary>
internal sealed class CbcIkeCipher(byte[] encryptionKey, byte[] integrityKey) : IIkeCipher
{
    public int IvLength => 16;

    public int BlockLength => 16;

    public int IcvLength => 16;

    public void Seal(ReadOnlySpan<byte> associated, Span<byte> body) => throw new NotSupportedException();

    public bool TryOpen(ReadOnlySpan<byte> associated, Span<byte> body)
    {
        byte[] covered = [.. associated, .. body[..^IcvLength]];
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(integrityKey, covered).AsSpan(0, IcvLength), body[^IcvLength..]))
        {
            return false;
        }

        using var aes = Aes.Create();
        aes.Key = encryptionKey;
        var text = body[IvLength..^IcvLength];
        aes.DecryptCbc(text.ToArray(), body[..IvLength], text, PaddingMode.None);
        return true;
    }
}
