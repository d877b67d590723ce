namespace IpsecDp.Crypto;

/// <summary>Seals and opens ESP packets of one SA in place; immutable after creation and safe on any engine at the same time.</summary>
/// <remarks>A packet here is the octets from the SPI to the end of the ICV: <c>SPI(4) | sequence(4) | IV | payload with ESP trailer | ICV</c> (RFC 4303 §2).</remarks>
public interface IPacketCipher : IDisposable
{
    /// <summary>The algorithms, and with them the lengths of IV and ICV and the alignment of the payload.</summary>
    CipherSuite Suite { get; }

    /// <summary>Whether every IV is the number itself, in network order: who writes the ESP header may then write the IV with it.</summary>
    bool IsIvTheNumber => false;

    /// <summary>Writes the IV for a number that was never used before with this key: the number itself for counter modes (RFC 4106 §3.1), its encryption for CBC (unpredictable, SP 800-38A appendix C).</summary>
    void WriteIv(Span<byte> iv, ulong sequence);

    /// <summary>Encrypts the payload and writes the ICV over the last octets; SPI, low sequence half, IV and payload are already in place.</summary>
    void Seal(Span<byte> packet, ulong sequence);

    /// <summary>Compares the ICV in constant time and decrypts the payload; on false the payload's content is undefined and must not be used.</summary>
    bool TryOpen(Span<byte> packet, ulong sequence);

    /// <summary>Seals every packet of a job; engines that interleave across packets override it.</summary>
    void SealMany(ReadOnlySpan<PacketSlice> packets)
    {
        foreach (var packet in packets)
        {
            Seal(packet.Packet, packet.Sequence);
        }
    }

    /// <summary>Opens every packet of a job and says of each whether its ICV was right; both spans have one length.</summary>
    void OpenMany(ReadOnlySpan<PacketSlice> packets, Span<bool> opened)
    {
        for (var i = 0; i < packets.Length; i++)
        {
            opened[i] = TryOpen(packets[i].Packet, packets[i].Sequence);
        }
    }
}
