using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto.Simd.Mac;

namespace IpsecDp.Crypto.Simd;

/// <summary>ESP with a cipher and a MAC beside it: sealed text is authenticated, and opened only after it was (RFC 4303 §3.3.2 and §3.4.4).</summary>
internal abstract class EncryptThenMacCipher(CipherSuite suite, TruncatedMac mac, bool extendedSequenceNumbers) : IPacketCipher
{
    private const int LongestIcv = 32;
    private const int HeaderLength = 8;

    public CipherSuite Suite => suite;

    /// <summary>Octets before the text.</summary>
    protected int TextOffset { get; } = HeaderLength + suite.IvLength;

    public abstract void WriteIv(Span<byte> iv, ulong sequence);

    public void Seal(Span<byte> packet, ulong sequence)
    {
        Encrypt(packet.Slice(HeaderLength, suite.IvLength), packet[TextOffset..^suite.IcvLength]);
        Sign(packet, sequence);
    }

    public bool TryOpen(Span<byte> packet, ulong sequence)
    {
        int textLength = packet.Length - TextOffset - suite.IcvLength;
        if (textLength < 0 || textLength % BlockLength != 0)
        {
            return false;
        }

        Span<byte> received = stackalloc byte[LongestIcv];
        received = received[..suite.IcvLength];
        packet[^suite.IcvLength..].CopyTo(received);
        Sign(packet, sequence);
        if (!CryptographicOperations.FixedTimeEquals(packet[^suite.IcvLength..], received))
        {
            // The right ICV must not stay behind where whoever forged the packet might see it.
            received.CopyTo(packet[^suite.IcvLength..]);
            return false;
        }

        Decrypt(packet.Slice(HeaderLength, suite.IvLength), packet.Slice(TextOffset, textLength));
        return true;
    }

    public void SealMany(ReadOnlySpan<PacketSlice> packets)
    {
        EncryptMany(packets);
        foreach (ref readonly PacketSlice packet in packets)
        {
            Sign(packet.Packet, packet.Sequence);
        }
    }

    public virtual void Dispose() => mac.Dispose();

    /// <summary>The text is a multiple of this many octets.</summary>
    protected abstract int BlockLength { get; }

    /// <summary>Encrypts a text in place.</summary>
    protected abstract void Encrypt(ReadOnlySpan<byte> iv, Span<byte> text);

    /// <summary>Decrypts a text in place.</summary>
    protected abstract void Decrypt(ReadOnlySpan<byte> iv, Span<byte> text);

    /// <summary>Encrypts the text of every packet of a job.</summary>
    protected virtual void EncryptMany(ReadOnlySpan<PacketSlice> packets)
    {
        foreach (ref readonly PacketSlice slice in packets)
        {
            Span<byte> packet = slice.Packet;
            Encrypt(packet.Slice(HeaderLength, suite.IvLength), packet[TextOffset..^suite.IcvLength]);
        }
    }

    // RFC 4303 §2.2.1: the high half of an extended number is hashed behind the payload and not sent; the ICV's place holds it meanwhile.
    private void Sign(Span<byte> packet, ulong sequence)
    {
        Span<byte> icv = packet[^suite.IcvLength..];
        int length = packet.Length - suite.IcvLength;
        if (extendedSequenceNumbers)
        {
            BinaryPrimitives.WriteUInt32BigEndian(icv, (uint)(sequence >> 32));
            length += sizeof(uint);
        }

        mac.Compute(packet[..length], icv);
    }
}
