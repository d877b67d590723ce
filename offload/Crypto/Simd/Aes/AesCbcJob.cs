using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Aes;

/// <summary>CBC encryption of a job: serial inside a packet, but eight packets side by side, one in each lane.</summary>
internal static class AesCbcJob<TRound>
    where TRound : struct, IAesRound
{
    private const int Lanes = AesLanes<TRound>.Count;
    private const int BlockLength = 16;

    /// <summary>Encrypts the text of every packet, which begins behind header and IV and ends before the ICV.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encrypt(ReadOnlySpan<Vector128<byte>> keys, ReadOnlySpan<PacketSlice> packets, int textOffset, int icvLength)
    {
        LaneArray storage = default;
        Span<Lane> lanes = storage;
        var next = 0;
        while (true)
        {
            var shortest = int.MaxValue;
            var active = -1;
            for (var i = 0; i < Lanes; i++)
            {
                while (lanes[i].Blocks == 0 && next < packets.Length)
                {
                    lanes[i] = Begin(packets[next++], textOffset, icvLength);
                }

                if (lanes[i].Blocks > 0)
                {
                    active = i;
                    shortest = Math.Min(shortest, lanes[i].Blocks);
                }
            }

            if (active < 0)
            {
                return;
            }

            Shadow(lanes, lanes[active]);
            EncryptLanes(keys, lanes, shortest);
        }
    }

    private static Lane Begin(in PacketSlice packet, int textOffset, int icvLength)
    {
        Span<byte> octets = packet.Packet;
        return new Lane
        {
            Memory = packet.Memory,
            Offset = packet.Offset + textOffset,
            Blocks = (octets.Length - textOffset - icvLength) / BlockLength,
            Chain = Vector128.Create<byte>(octets.Slice(textOffset - BlockLength, BlockLength)),
        };
    }

    // A lane without a packet does the work of another once more: all lanes read before any writes, so both write the same octets.
    private static void Shadow(Span<Lane> lanes, in Lane active)
    {
        Lane copy = active with { IsShadow = true };
        foreach (ref Lane lane in lanes)
        {
            if (lane.Blocks == 0)
            {
                lane = copy;
            }
        }
    }

    private static void EncryptLanes(ReadOnlySpan<Vector128<byte>> keys, Span<Lane> lanes, int blocks)
    {
        ref byte t0 = ref lanes[0].Text, t1 = ref lanes[1].Text, t2 = ref lanes[2].Text, t3 = ref lanes[3].Text;
        ref byte t4 = ref lanes[4].Text, t5 = ref lanes[5].Text, t6 = ref lanes[6].Text, t7 = ref lanes[7].Text;
        Vector128<byte> b0 = lanes[0].Chain, b1 = lanes[1].Chain, b2 = lanes[2].Chain, b3 = lanes[3].Chain;
        Vector128<byte> b4 = lanes[4].Chain, b5 = lanes[5].Chain, b6 = lanes[6].Chain, b7 = lanes[7].Chain;
        for (nuint at = 0; at < (nuint)blocks * BlockLength; at += BlockLength)
        {
            b0 ^= Vector128.LoadUnsafe(ref t0, at);
            b1 ^= Vector128.LoadUnsafe(ref t1, at);
            b2 ^= Vector128.LoadUnsafe(ref t2, at);
            b3 ^= Vector128.LoadUnsafe(ref t3, at);
            b4 ^= Vector128.LoadUnsafe(ref t4, at);
            b5 ^= Vector128.LoadUnsafe(ref t5, at);
            b6 ^= Vector128.LoadUnsafe(ref t6, at);
            b7 ^= Vector128.LoadUnsafe(ref t7, at);
            AesLanes<TRound>.Encrypt(keys, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
            b0.StoreUnsafe(ref t0, at);
            b1.StoreUnsafe(ref t1, at);
            b2.StoreUnsafe(ref t2, at);
            b3.StoreUnsafe(ref t3, at);
            b4.StoreUnsafe(ref t4, at);
            b5.StoreUnsafe(ref t5, at);
            b6.StoreUnsafe(ref t6, at);
            b7.StoreUnsafe(ref t7, at);
        }

        lanes[0].Advance(blocks, b0);
        lanes[1].Advance(blocks, b1);
        lanes[2].Advance(blocks, b2);
        lanes[3].Advance(blocks, b3);
        lanes[4].Advance(blocks, b4);
        lanes[5].Advance(blocks, b5);
        lanes[6].Advance(blocks, b6);
        lanes[7].Advance(blocks, b7);
    }

    // Where one packet's encryption stands.
    private record struct Lane
    {
        public byte[] Memory;
        public int Offset;
        public int Blocks;
        public bool IsShadow;
        public Vector128<byte> Chain;

        // Inside the packet, as long as Blocks is not zero: both come from a span of it.
        public readonly ref byte Text => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Memory), Offset);

        public void Advance(int blocks, Vector128<byte> chain)
        {
            Offset += blocks * BlockLength;
            Blocks = IsShadow ? 0 : Blocks - blocks;
            Chain = chain;
        }
    }

    [InlineArray(Lanes)]
    private struct LaneArray
    {
        private Lane _first;
    }
}
