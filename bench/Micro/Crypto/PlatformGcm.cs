using System.Security.Cryptography;
using IpsecDp.Crypto;

namespace IpsecDp.Bench.Crypto;

/// <summary>The baseline: ESP packets through <see cref="AesGcm"/>, in place, with no more around it than ESP needs.</summary>
internal sealed class PlatformGcm(byte[] material) : IDisposable
{
    private const int TagLength = 16;
    private readonly AesGcm _gcm = new(material.AsSpan(..^4), TagLength);

    /// <summary>Seals each packet.</summary>
    public void Seal(ReadOnlySpan<PacketSlice> packets)
    {
        Span<byte> nonce = stackalloc byte[12];
        material.AsSpan(^4..).CopyTo(nonce);
        foreach (ref readonly PacketSlice slice in packets)
        {
            Span<byte> packet = slice.Packet;
            packet.Slice(8, 8).CopyTo(nonce[4..]);
            Span<byte> text = packet[16..^TagLength];
            _gcm.Encrypt(nonce, text, text, packet[^TagLength..], packet[..8]);
        }
    }

    /// <summary>Opens each packet; throws for a wrong tag.</summary>
    public void Open(ReadOnlySpan<PacketSlice> packets)
    {
        Span<byte> nonce = stackalloc byte[12];
        material.AsSpan(^4..).CopyTo(nonce);
        foreach (ref readonly PacketSlice slice in packets)
        {
            Span<byte> packet = slice.Packet;
            packet.Slice(8, 8).CopyTo(nonce[4..]);
            Span<byte> text = packet[16..^TagLength];
            _gcm.Decrypt(nonce, text, packet[^TagLength..], text, packet[..8]);
        }
    }

    /// <summary>Frees the platform's key.</summary>
    public void Dispose() => _gcm.Dispose();
}
