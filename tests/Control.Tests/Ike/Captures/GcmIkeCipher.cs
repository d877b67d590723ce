using System.Security.Cryptography;
using IpsecDp.Ike.Messages.Protection;

namespace Control.Tests.Ike.Captures;

/// <summary>AES-GCM-16 of the framework (RFC 5282), to open captures whose keys are known; seals nothing.</summary>
internal sealed class GcmIkeCipher(byte[] keyAndSalt) : IIkeCipher
{
    public int IvLength => 8;

    public int BlockLength => 1;

    public int IcvLength => 16;

    public void Seal(ReadOnlySpan<byte> associated, Span<byte> body) => throw new NotSupportedException();

    public bool TryOpen(ReadOnlySpan<byte> associated, Span<byte> body)
    {
        using var gcm = new AesGcm(keyAndSalt[..^4], IcvLength);
        byte[] nonce = [.. keyAndSalt[^4..], .. body[..IvLength]];
        var text = body[IvLength..^IcvLength];
        try
        {
            gcm.Decrypt(nonce, text.ToArray(), body[^IcvLength..], text, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
