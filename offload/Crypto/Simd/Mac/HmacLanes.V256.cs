using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>HMAC (RFC 2104) of a job: packets of any lengths, one in each lane; a lane whose packet is done takes the next.</summary>
/// <remarks>
/// A lane goes through three stretches of whole blocks: those of the packet where it lies, the one or two of its padded end, and the
/// outer hash's one. All lanes are compressed until the shortest stretch ends. The key's blocks were compressed when the key came.
/// </remarks>
internal static unsafe class HmacLanes<THash, TWords, TVector>
    where THash : struct, ILaneHash
    where TWords : struct, IWords<TVector>
    where TVector : unmanaged
{
    private const int BlockLength = 64;
    private const int EndLength = 2 * BlockLength;
    private const int LongestState = 8;
    private const int Alignment = 64;
    private const byte PaddingMark = 0x80;

    private static int Lanes => TWords.Lanes;

    private static int StateWords => THash.Initial.Length;

    // The state and the words of all lanes, the lanes' ends, and the addresses of their blocks.
    private static int RoomLength => (LongestState + THash.Schedule) * sizeof(TVector) + Lanes * (EndLength + sizeof(byte*) + sizeof(Lane)) + Alignment;

    /// <summary>Compresses a key's block, already combined with a pad, into the state from which every packet's hash begins.</summary>
    [SkipLocalsInit]
    public static void Prepare(ReadOnlySpan<byte> block, Span<uint> state)
    {
        byte* room = stackalloc byte[RoomLength];
        var job = new Room(room);
        block.CopyTo(new Span<byte>(job.Ends, BlockLength));
        for (var lane = 0; lane < Lanes; lane++)
        {
            job.Blocks[lane] = job.Ends;
        }

        job.SetState(0, THash.Initial);
        Compress(job, 1);
        for (var i = 0; i < StateWords; i++)
        {
            state[i] = job.State[Lanes * i];
        }

        new Span<byte>(room, RoomLength).Clear();
    }

    /// <summary>Writes the first octets of each packet's code, <paramref name="icvLength"/> of them; all of a packet before its ICV is authenticated, and behind it, if numbers are extended, the high half (RFC 4303 §2.2.1).</summary>
    [SkipLocalsInit]
    public static void Compute(HmacStates key, ReadOnlySpan<PacketSlice> packets, bool isExtended, int icvLength, Span<byte> icvs)
    {
        byte* room = stackalloc byte[RoomLength];
        var job = new Room(room);
        new Span<Lane>(job.LaneStates, Lanes).Clear();
        var next = 0;
        while (true)
        {
            var shortest = int.MaxValue;
            var active = -1;
            for (var i = 0; i < Lanes; i++)
            {
                Lane* lane = job.LaneStates + i;
                while (lane->Blocks == 0 && (lane->Stretch != Stretch.Idle || next < packets.Length))
                {
                    Advance(key, packets, isExtended, icvLength, icvs, job, i, ref next);
                }

                if (lane->Blocks > 0)
                {
                    active = i;
                    shortest = Math.Min(shortest, lane->Blocks);
                }
            }

            if (active < 0)
            {
                // What follows from the key does not stay on the stack.
                new Span<byte>(job.State, StateWords * sizeof(TVector)).Clear();
                return;
            }

            CompressActive(job, active, shortest);
        }
    }

    private static void Advance(
        HmacStates key, ReadOnlySpan<PacketSlice> packets, bool isExtended, int icvLength, Span<byte> icvs, in Room job, int at, ref int next)
    {
        Lane* lane = job.LaneStates + at;
        byte* end = job.Ends + EndLength * at;
        switch (lane->Stretch)
        {
            case Stretch.Packet:
                job.Blocks[at] = end;
                lane->Blocks = End(packets[lane->Packet], isExtended, icvLength, end);
                lane->Stretch = Stretch.End;
                break;

            case Stretch.End:
                job.ReadState(at, end);
                Pad(end, StateWords * sizeof(uint), 1);
                job.SetState(at, key.Outer);
                job.Blocks[at] = end;
                lane->Blocks = 1;
                lane->Stretch = Stretch.Outer;
                break;

            default:
                if (lane->Stretch == Stretch.Outer)
                {
                    job.ReadState(at, end);
                    new ReadOnlySpan<byte>(end, icvLength).CopyTo(icvs[(icvLength * lane->Packet)..]);
                }

                lane->Stretch = next < packets.Length ? Stretch.Packet : Stretch.Idle;
                if (lane->Stretch == Stretch.Packet)
                {
                    lane->Packet = next++;
                    job.SetState(at, key.Inner);
                    job.Blocks[at] = Address(packets[lane->Packet]);
                    lane->Blocks = (packets[lane->Packet].Length - icvLength) / BlockLength;
                }

                break;
        }
    }

    // The packet's last octets, less than a block, the high half behind them, and the padding: one block or two.
    private static int End(in PacketSlice packet, bool isExtended, int icvLength, byte* end)
    {
        int length = packet.Length - icvLength;
        int rest = length % BlockLength;
        new ReadOnlySpan<byte>(Address(packet) + length - rest, rest).CopyTo(new Span<byte>(end, rest));
        if (isExtended)
        {
            BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(end + rest, sizeof(uint)), (uint)(packet.Sequence >> 32));
            rest += sizeof(uint);
            length += sizeof(uint);
        }

        int blocks = rest + 1 + sizeof(ulong) > BlockLength ? 2 : 1;
        Pad(end, rest, blocks, length);
        return blocks;
    }

    private static void Pad(byte* end, int used, int blocks, int length = -1)
    {
        var padding = new Span<byte>(end + used, BlockLength * blocks - used);
        padding.Clear();
        padding[0] = PaddingMark;

        // The key's block came first and counts.
        int hashed = BlockLength + (length < 0 ? used : length);
        BinaryPrimitives.WriteUInt64BigEndian(padding[^sizeof(ulong)..], 8 * (ulong)hashed);
    }

    // An idle lane reads along with another; what becomes of its state concerns nobody.
    private static void CompressActive(in Room job, int active, int blocks)
    {
        for (var i = 0; i < Lanes; i++)
        {
            if (job.LaneStates[i].Blocks == 0)
            {
                job.Blocks[i] = job.Blocks[active];
            }
            else
            {
                job.LaneStates[i].Blocks -= blocks;
            }
        }

        Compress(job, blocks);
    }

    private static void Compress(in Room job, int blocks)
    {
        for (; blocks > 0; blocks--)
        {
            LaneBlocks.Transpose(Lanes, job.Blocks, job.Words);
            for (var i = 0; i < Lanes; i++)
            {
                job.Blocks[i] += BlockLength;
            }

            THash.Compress<TWords, TVector>((TVector*)job.State, (TVector*)job.Words);
        }
    }

    private static byte* Address(in PacketSlice packet)
    {
        Debug.Assert(packet.Offset >= 0 && packet.Offset <= packet.Memory.Length - packet.Length, "a packet lies within its memory");
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(packet.Memory)) + packet.Offset;
    }

    private enum Stretch
    {
        Idle,
        Packet,
        End,
        Outer,
    }

    // Which packet a lane has, and how many blocks are left of its stretch.
    private struct Lane
    {
        public int Packet;
        public int Blocks;
        public Stretch Stretch;
    }

    // Where things lie on the stack, the vectors aligned to cache lines.
    private readonly ref struct Room
    {
        public Room(byte* room)
        {
            State = (uint*)(((nint)room + Alignment - 1) & ~(nint)(Alignment - 1));
            Words = State + Lanes * LongestState;
            Ends = (byte*)(Words + Lanes * THash.Schedule);
            Blocks = (byte**)(Ends + Lanes * EndLength);
            LaneStates = (Lane*)(Blocks + Lanes);
        }

        public uint* State { get; }

        public uint* Words { get; }

        public byte* Ends { get; }

        public byte** Blocks { get; }

        public Lane* LaneStates { get; }

        public void SetState(int lane, ReadOnlySpan<uint> words)
        {
            for (var i = 0; i < words.Length; i++)
            {
                State[Lanes * i + lane] = words[i];
            }
        }

        public void ReadState(int lane, byte* digest)
        {
            for (var i = 0; i < StateWords; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(digest + sizeof(uint) * i, sizeof(uint)), State[Lanes * i + lane]);
            }
        }
    }
}
