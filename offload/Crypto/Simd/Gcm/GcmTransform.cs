using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>AES-GCM under one key (SP 800-38D §7), text in place.</summary>
internal abstract class GcmTransform : IDisposable
{
    /// <summary>Encrypts the text and gives the whole tag; <paramref name="room"/> octets behind the text may be overwritten.</summary>
    public abstract Vector128<byte> Seal(in GcmHeader header, Span<byte> text, int room);

    /// <summary>Decrypts the text if the tag, perhaps truncated, is right; otherwise the text is zeroed or still encrypted.</summary>
    public abstract bool TryOpen(in GcmHeader header, Span<byte> text, int room, Icv tag);

    /// <summary>Seals the ESP packets of a job, each with its room behind it.</summary>
    public virtual void SealMany(in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets)
    {
        foreach (ref readonly PacketSlice slice in packets)
        {
            Seal(nonce, icvLength, slice.Packet, slice.Sequence, slice.Room);
        }
    }

    /// <summary>Opens the ESP packets of a job, each with its room behind it.</summary>
    public virtual void OpenMany(in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets, Span<bool> opened)
    {
        for (var i = 0; i < packets.Length; i++)
        {
            opened[i] = TryOpen(nonce, icvLength, packets[i].Packet, packets[i].Sequence, packets[i].Room);
        }
    }

    /// <summary>Seals an ESP packet; <paramref name="slack"/> octets behind it may be overwritten.</summary>
    public void Seal(in EspNonce nonce, int icvLength, Span<byte> packet, ulong sequence, int slack)
    {
        int textLength = packet.Length - EspNonce.TextOffset - icvLength;
        Vector128<byte> tag = Seal(nonce.Header(packet, sequence), packet.Slice(EspNonce.TextOffset, textLength), icvLength + slack);
        Icv.Write(tag, packet[^icvLength..]);
    }

    /// <summary>Opens an ESP packet; false also for one too short to be one.</summary>
    public bool TryOpen(in EspNonce nonce, int icvLength, Span<byte> packet, ulong sequence, int slack)
    {
        int textLength = packet.Length - EspNonce.TextOffset - icvLength;
        return textLength >= 0
            && TryOpen(nonce.Header(packet, sequence), packet.Slice(EspNonce.TextOffset, textLength), icvLength + slack, new Icv(packet[^icvLength..]));
    }

    /// <summary>Zeroes everything that follows from the key.</summary>
    public abstract void Dispose();
}
