using IpsecDp.Crypto.Simd.Mac;

namespace IpsecDp.Crypto.Simd;

/// <summary>ESP with a cipher and a MAC beside it: sealed text is authenticated, and opened only after it was (RFC 4303 §3.3.2 and §3.4.4).</summary>
internal abstract class EncryptThenMacCipher(CipherSuite suite, TruncatedMac mac, bool extendedSequenceNumbers) : IPacketCipher
{
    private const int HeaderLength = 8;

    // ICVs of this many packets are kept on the stack.
    private const int LongestRun = 64;

    public CipherSuite Suite => suite;

    /// <summary>Octets before the text.</summary>
    protected int TextOffset { get; } = HeaderLength + suite.IvLength;

    public abstract void WriteIv(Span<byte> iv, ulong sequence);

    public void Seal(Span<byte> packet, ulong sequence)
    {
        Encrypt(packet.Slice(HeaderLength, suite.IvLength), packet[TextOffset..^suite.IcvLength]);
        mac.Compute(packet, sequence, extendedSequenceNumbers, packet[^suite.IcvLength..]);
    }

    public bool TryOpen(Span<byte> packet, ulong sequence)
    {
        if (!IsWhole(packet.Length))
        {
            return false;
        }

        Span<byte> computed = stackalloc byte[TruncatedMac.LongestIcv];
        computed = computed[..suite.IcvLength];
        mac.Compute(packet, sequence, extendedSequenceNumbers, computed);
        return TryDecrypt(packet, computed);
    }

    public void SealMany(ReadOnlySpan<PacketSlice> packets)
    {
        EncryptMany(packets);
        Span<byte> icvs = stackalloc byte[LongestRun * TruncatedMac.LongestIcv];
        for (; !packets.IsEmpty; packets = packets[Math.Min(LongestRun, packets.Length)..])
        {
            ReadOnlySpan<PacketSlice> run = packets[..Math.Min(LongestRun, packets.Length)];
            mac.ComputeMany(run, extendedSequenceNumbers, icvs);
            for (var i = 0; i < run.Length; i++)
            {
                Icv(icvs, i).CopyTo(run[i].Packet[^suite.IcvLength..]);
            }
        }
    }

    public void OpenMany(ReadOnlySpan<PacketSlice> packets, Span<bool> opened)
    {
        Span<byte> icvs = stackalloc byte[LongestRun * TruncatedMac.LongestIcv];
        while (!packets.IsEmpty)
        {
            int whole = CountWhole(packets);
            mac.ComputeMany(packets[..whole], extendedSequenceNumbers, icvs);
            for (var i = 0; i < whole; i++)
            {
                opened[i] = TryDecrypt(packets[i].Packet, Icv(icvs, i));
            }

            // What ended the run, if it was not the run's length, is a packet without whole blocks.
            int done = whole;
            if (whole < packets.Length && !IsWhole(packets[whole].Length))
            {
                opened[done++] = false;
            }

            packets = packets[done..];
            opened = opened[done..];
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

    private bool IsWhole(int packetLength)
    {
        int textLength = packetLength - TextOffset - suite.IcvLength;
        return textLength >= 0 && textLength % BlockLength == 0;
    }

    private int CountWhole(ReadOnlySpan<PacketSlice> packets)
    {
        var count = 0;
        while (count < Math.Min(packets.Length, LongestRun) && IsWhole(packets[count].Length))
        {
            count++;
        }

        return count;
    }

    private Span<byte> Icv(Span<byte> icvs, int packet) => icvs.Slice(suite.IcvLength * packet, suite.IcvLength);

    private bool TryDecrypt(Span<byte> packet, ReadOnlySpan<byte> computed)
    {
        if (!TruncatedMac.AreEqual(computed, packet[^suite.IcvLength..]))
        {
            return false;
        }

        Decrypt(packet.Slice(HeaderLength, suite.IvLength), packet[TextOffset..^suite.IcvLength]);
        return true;
    }
}
