using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Block = System.Runtime.Intrinsics.Vector128<byte>;
using Element = System.Runtime.Intrinsics.Vector128<ulong>;
using Field = IpsecDp.Crypto.Simd.Gcm.GhashField<IpsecDp.Crypto.Simd.Gcm.CarrylessMultiplyX86>;
using Pair = System.Runtime.Intrinsics.Vector256<ulong>;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>Short packets of a job, one after the other, all of one number of blocks from one to seven.</summary>
/// <remarks>
/// A short packet alone is all latency: its hash waits for its ciphertext, and its tag for its hash. So sealing hashes a packet between
/// the AES rounds of the next one; opening needs no such help, because there the hash waits for nothing.
/// Preconditions as the kernel's: text can be read and written up to the next multiple of 16 octets.
/// </remarks>
internal static unsafe class GcmRun
{
    private const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>Seals the packets and writes their ICVs.</summary>
    [MethodImpl(Kernel)]
    public static void Seal<TBlocks>(byte* key, in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets)
        where TBlocks : struct, IBlockCount
    {
        int blocks = TBlocks.Value;
        byte* packet = Address(packets[0]);
        int length = TextLength(packets[0], icvLength);
        Begin(blocks, key, nonce, packet, out Block mask, out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6);
        GcmLanes.Rounds(blocks + 1, key, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
        Encrypt(blocks, key, packet, length, ref mask, b0, b1, b2, b3, b4, b5, b6, out Pair c0, out Pair c1, out Pair c2, out Pair c3);
        for (var i = 1; i < packets.Length; i++)
        {
            byte* sealing = packet;
            int sealingLength = length;
            Block tagMask = mask;
            Element aad = GhashLanes.Reverse(nonce.Aad(Header(packet), packets[i - 1].Sequence), key);
            packet = Address(packets[i]);
            length = TextLength(packets[i], icvLength);
            Begin(blocks, key, nonce, packet, out mask, out b0, out b1, out b2, out b3, out b4, out b5, out b6);
            GcmLanes.Round(blocks + 1, key, 2, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            GhashLanes.AddEnds(aad, blocks + 2, Field.Lengths(nonce.AadLength, sealingLength), key, out Pair low, out Pair middle, out Pair high);
            GcmLanes.Round(blocks + 1, key, 3, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            GhashLanes.Add(c0, key, blocks + 1, ref low, ref middle, ref high);
            GcmLanes.Round(blocks + 1, key, 4, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            if (blocks > 2) { GhashLanes.Add(c1, key, blocks - 1, ref low, ref middle, ref high); }
            GcmLanes.Round(blocks + 1, key, 5, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            if (blocks > 4) { GhashLanes.Add(c2, key, blocks - 3, ref low, ref middle, ref high); }
            GcmLanes.Round(blocks + 1, key, 6, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            if (blocks > 6) { GhashLanes.Add(c3, key, blocks - 5, ref low, ref middle, ref high); }
            GcmLanes.Round(blocks + 1, key, 7, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            WriteIcv(sealing + EspNonce.TextOffset + sealingLength, icvLength, Tag(low, middle, high, tagMask, key));
            GcmLanes.Round(blocks + 1, key, 8, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            GcmLanes.Round(blocks + 1, key, 9, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            GcmLanes.LongKeyRounds(blocks + 1, key, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            Encrypt(blocks, key, packet, length, ref mask, b0, b1, b2, b3, b4, b5, b6, out c0, out c1, out c2, out c3);
        }

        Element lastAad = GhashLanes.Reverse(nonce.Aad(Header(packet), packets[^1].Sequence), key);
        GhashLanes.AddEnds(lastAad, blocks + 2, Field.Lengths(nonce.AadLength, length), key, out Pair lastLow, out Pair lastMiddle, out Pair lastHigh);
        GhashLanes.Add(c0, key, blocks + 1, ref lastLow, ref lastMiddle, ref lastHigh);
        if (blocks > 2) { GhashLanes.Add(c1, key, blocks - 1, ref lastLow, ref lastMiddle, ref lastHigh); }
        if (blocks > 4) { GhashLanes.Add(c2, key, blocks - 3, ref lastLow, ref lastMiddle, ref lastHigh); }
        if (blocks > 6) { GhashLanes.Add(c3, key, blocks - 5, ref lastLow, ref lastMiddle, ref lastHigh); }
        WriteIcv(packet + EspNonce.TextOffset + length, icvLength, Tag(lastLow, lastMiddle, lastHigh, mask, key));
    }

    /// <summary>Opens the packets and says of each whether its ICV was right; the text of those where it was not is zeroed.</summary>
    [MethodImpl(Kernel)]
    public static void Open<TBlocks>(byte* key, in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets, Span<bool> opened)
        where TBlocks : struct, IBlockCount
    {
        int blocks = TBlocks.Value;
        Block none = Block.Zero;
        for (var i = 0; i < packets.Length; i++)
        {
            byte* packet = Address(packets[i]);
            byte* text = packet + EspNonce.TextOffset;
            int length = TextLength(packets[i], icvLength);
            var received = new Icv(new ReadOnlySpan<byte>(text + length, icvLength));
            GhashLanes.LoadTail(
                blocks, text,
                out Block c0, out Block c1, out Block c2, out Block c3, out Block c4, out Block c5, out Block c6, out Block c7);
            GhashLanes.ClipTail(blocks, key, length, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            Element aad = GhashLanes.Reverse(nonce.Aad(Header(packet), packets[i].Sequence), key);
            GhashLanes.AddEnds(aad, blocks + 2, Field.Lengths(nonce.AadLength, length), key, out Pair low, out Pair middle, out Pair high);
            GhashLanes.AddTail(blocks, key, c0, c1, c2, c3, c4, c5, c6, c7, ref low, ref middle, ref high);
            Begin(blocks, key, nonce, packet, out Block mask, out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6);
            GcmLanes.Rounds(blocks + 1, key, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            Block last = GcmLanes.LastKey(key);
            Block tag = Tag(low, middle, high, X86Aes.EncryptLast(mask, last), key);
            GcmLanes.Apply(blocks, last, text, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref none);
            opened[i] = received.IsPrefixOf(tag);
        }

        // The text was decrypted while it was hashed; what nobody authenticated must not be read.
        for (var i = 0; i < packets.Length; i++)
        {
            if (!opened[i])
            {
                packets[i].Packet[EspNonce.TextOffset..^icvLength].Clear();
            }
        }
    }

    /// <summary>Blocks of a packet's text; negative for one too short to have any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Blocks(in PacketSlice packet, int icvLength) => (TextLength(packet, icvLength) + 15) >> 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Begin(
        int blocks, byte* key, in EspNonce nonce, byte* packet,
        out Block mask, out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6)
    {
        Block origin = GcmLanes.Origin(key, nonce.Nonce(new ReadOnlySpan<byte>(packet + EspNonce.HeaderLength, EspNonce.IvLength)), 0);
        GcmLanes.Begin(blocks + 1, key, origin, 1, out mask, out b0, out b1, out b2, out b3, out b4, out b5, out b6);
    }

    // Last round and exclusive-or; what is left is what GHASH takes, in pairs, and the tag's mask.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Encrypt(
        int blocks, byte* key, byte* packet, int length,
        ref Block mask, Block b0, Block b1, Block b2, Block b3, Block b4, Block b5, Block b6,
        out Pair c0, out Pair c1, out Pair c2, out Pair c3)
    {
        Block last = GcmLanes.LastKey(key);
        Block none = Block.Zero;
        mask = X86Aes.EncryptLast(mask, last);
        GcmLanes.Apply(blocks, last, packet + EspNonce.TextOffset, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref none);
        GhashLanes.ClipTail(blocks, key, length, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref none);
        c0 = GhashLanes.Join(b0, blocks > 1 ? b1 : Block.Zero, key);
        c1 = blocks > 2 ? GhashLanes.Join(b2, blocks > 3 ? b3 : Block.Zero, key) : Pair.Zero;
        c2 = blocks > 4 ? GhashLanes.Join(b4, blocks > 5 ? b5 : Block.Zero, key) : Pair.Zero;
        c3 = blocks > 6 ? GhashLanes.Join(b6, Block.Zero, key) : Pair.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Block Tag(Pair low, Pair middle, Pair high, Block mask, byte* key) =>
        GhashLanes.Reverse(GhashLanes.Reduce(low, middle, high, key).AsByte(), key).AsByte() ^ mask;

    /// <summary>Writes the first octets of a tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteIcv(byte* icv, int icvLength, Block tag)
    {
        if (icvLength == sizeof(Block))
        {
            *(Block*)icv = tag;
            return;
        }

        *(ulong*)icv = tag.AsUInt64().ToScalar();
        if (icvLength > sizeof(ulong))
        {
            *(uint*)(icv + sizeof(ulong)) = tag.AsUInt32()[2];
        }
    }

    /// <summary>The octets that come before the IV.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Header(byte* packet) => new(packet, EspNonce.HeaderLength);

    /// <summary>Octets of a packet's text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TextLength(in PacketSlice packet, int icvLength) => packet.Length - EspNonce.TextOffset - icvLength;

    /// <summary>Where a packet begins; its memory is pinned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Address(in PacketSlice packet)
    {
        Debug.Assert(packet.Offset >= 0 && packet.Offset <= packet.Memory.Length - packet.Length, "a packet lies within its memory");
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(packet.Memory)) + packet.Offset;
    }
}
