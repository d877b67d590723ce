using IpsecDp.Crypto;

namespace Offload.Tests.Crypto.Simd;

/// <summary>A job in one pinned array: packet, slack, guard octets, and so on.</summary>
internal sealed class PinnedJob
{
    private const int GuardLength = 48;
    private const byte Guard = 0xA5;

    private readonly byte[] _memory;
    private readonly byte[][] _clear;

    public PinnedJob(IPacketCipher cipher, IEnumerable<int> payloadLengths, ulong firstSequence = 0x1_FFFF_FFF0)
    {
        _clear = [.. payloadLengths.Select((length, i) => EspPacket.Clear(cipher, length, firstSequence + (ulong)i))];
        _memory = GC.AllocateArray<byte>(GuardLength + _clear.Sum(packet => packet.Length + PacketSlice.Slack + GuardLength), pinned: true);
        _memory.AsSpan().Fill(Guard);
        Slices = new PacketSlice[_clear.Length];
        int offset = GuardLength;
        for (var i = 0; i < _clear.Length; i++)
        {
            _clear[i].CopyTo(_memory, offset);
            Slices[i] = new PacketSlice(_memory, offset, _clear[i].Length, firstSequence + (ulong)i);
            offset += _clear[i].Length + PacketSlice.Slack + GuardLength;
        }

        IcvLength = cipher.Suite.IcvLength;
    }

    public PacketSlice[] Slices { get; }

    private int IcvLength { get; }

    public void AssertGuardsUntouched()
    {
        Assert.False(_memory.AsSpan(0, GuardLength).ContainsAnyExcept(Guard), "octets before the first packet changed");
        foreach (PacketSlice slice in Slices)
        {
            Span<byte> guard = _memory.AsSpan(slice.Offset + slice.Length + PacketSlice.Slack, GuardLength);
            Assert.False(guard.ContainsAnyExcept(Guard), $"octets behind the slack of a packet of {slice.Length} changed");
        }
    }

    public void AssertClearAgainExcept(int spoiled) => AssertClearAgain([.. Slices.Select((_, i) => i != spoiled)]);

    public void AssertClearAgain(bool[] isWhole)
    {
        for (var i = 0; i < Slices.Length; i++)
        {
            if (isWhole[i])
            {
                Assert.Equal(_clear[i][..^IcvLength], Slices[i].Packet[..^IcvLength].ToArray());
            }
        }
    }

    /// <summary>Texts of a block and more, so that chance cannot make them equal.</summary>
    public void AssertSpoiledStayHidden(bool[] isWhole)
    {
        const int textOffset = 16;
        const int block = 16;
        for (var i = 0; i < Slices.Length; i++)
        {
            int length = Slices[i].Length - textOffset - IcvLength;
            if (!isWhole[i] && length >= block)
            {
                Assert.False(_clear[i].AsSpan(textOffset, length).SequenceEqual(Slices[i].Packet.Slice(textOffset, length)), $"packet {i} was spoiled and its text is clear");
            }
        }
    }
}
