using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Gcm;

namespace IpsecDp.Crypto.Simd;

/// <summary>ESP with AES-GCM (RFC 4106).</summary>
/// <remarks>A payload whose ICV was wrong is zeroed, or stays encrypted where the ICV could be checked first.</remarks>
internal sealed class GcmCipher(CipherSuite suite, GcmTransform gcm, uint salt, bool extendedSequenceNumbers) : IPacketCipher
{
    private readonly EspNonce _nonce = new(salt, extendedSequenceNumbers);
    private readonly int _icvLength = suite.IcvLength;

    public CipherSuite Suite => suite;

    public void WriteIv(Span<byte> iv, ulong sequence) => BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);

    public void Seal(Span<byte> packet, ulong sequence) => Seal(packet, sequence, slack: 0);

    public bool TryOpen(Span<byte> packet, ulong sequence) => TryOpen(packet, sequence, slack: 0);

    public void SealMany(ReadOnlySpan<PacketSlice> packets)
    {
        foreach (ref readonly PacketSlice packet in packets)
        {
            Seal(packet.Packet, packet.Sequence, packet.Room);
        }
    }

    public void OpenMany(ReadOnlySpan<PacketSlice> packets, Span<bool> opened)
    {
        for (var i = 0; i < packets.Length; i++)
        {
            opened[i] = TryOpen(packets[i].Packet, packets[i].Sequence, packets[i].Room);
        }
    }

    public void Dispose() => gcm.Dispose();

    private void Seal(Span<byte> packet, ulong sequence, int slack)
    {
        int textLength = packet.Length - EspNonce.TextOffset - _icvLength;
        Vector128<byte> tag = gcm.Seal(Header(packet, sequence), packet.Slice(EspNonce.TextOffset, textLength), _icvLength + slack);
        Icv.Write(tag, packet[^_icvLength..]);
    }

    private bool TryOpen(Span<byte> packet, ulong sequence, int slack)
    {
        int textLength = packet.Length - EspNonce.TextOffset - _icvLength;
        if (textLength < 0)
        {
            return false;
        }

        return gcm.TryOpen(Header(packet, sequence), packet.Slice(EspNonce.TextOffset, textLength), _icvLength + slack, new Icv(packet[^_icvLength..]));
    }

    private GcmHeader Header(ReadOnlySpan<byte> packet, ulong sequence) =>
        new(_nonce.Nonce(packet[EspNonce.HeaderLength..]), _nonce.Aad(packet, sequence), _nonce.AadLength);
}
