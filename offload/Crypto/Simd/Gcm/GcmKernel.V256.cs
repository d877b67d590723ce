using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Block = System.Runtime.Intrinsics.Vector128<byte>;
using Element = System.Runtime.Intrinsics.Vector128<ulong>;
using Pair = System.Runtime.Intrinsics.Vector256<ulong>;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>AES-GCM in one pass over the text, in place: eight AES blocks in flight, and between their rounds GHASH of eight blocks under one reduction.</summary>
/// <remarks>
/// <para>A group is eight counters beginning with a multiple of eight, lane i having counter 8g + i. In group 0, counter 0 is unused, counter 1
/// masks the tag, and the text begins with counter 2: six blocks. GHASH's group 0 is (nothing, AAD, those six), so both kinds of groups
/// cover the same octets, and the last counter octet never wraps inside a group.</para>
/// <para>Sealing hashes what the group before has written; opening hashes what its own group is about to overwrite. What remains after the
/// last whole group, up to eight blocks, is finished together with the lengths by a method compiled for just that number of blocks.</para>
/// <para>Precondition of all: text can be read and written up to the next multiple of 16 octets.</para>
/// </remarks>
internal static unsafe class GcmKernel
{
    /// <summary>Texts of up to this many octets are done in one go.</summary>
    public const int ShortLength = 16 * FirstBlocks;

    private const int Lanes = 8;
    private const int GroupLength = 16 * Lanes;
    private const int FirstBlocks = Lanes - 2;
    private const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>Encrypts the frame's text and writes the frame's tag.</summary>
    public static void Seal(byte* key, GcmFrame* frame)
    {
        Debug.Assert(((nint)key & 63) == 0, "the key block is aligned to cache lines");
        if (frame->Length <= ShortLength)
        {
            GcmTail.Run<SealShort>(key, frame);
            return;
        }

        SealGroups(key, frame);
        GcmTail.Run<SealLast>(key, frame);
    }

    /// <summary>Decrypts the frame's text and writes the tag the text should have had.</summary>
    public static void Open(byte* key, GcmFrame* frame)
    {
        Debug.Assert(((nint)key & 63) == 0, "the key block is aligned to cache lines");
        if (frame->Length <= ShortLength)
        {
            GcmTail.Run<OpenShort>(key, frame);
            return;
        }

        OpenGroups(key, frame);
        GcmTail.Run<OpenLast>(key, frame);
    }

    [MethodImpl(Kernel)]
    private static void SealGroups(byte* key, GcmFrame* frame)
    {
        byte* text = frame->Text;
        int length = frame->Length;
        Block origin = GcmLanes.Origin(key, frame->Nonce, 0);
        GcmLanes.Begin(
            FirstBlocks + 1, key, origin, 1,
            out Block mask, out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6);
        GcmLanes.Rounds(FirstBlocks + 1, key, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
        Block last = GcmLanes.LastKey(key);
        frame->TagMask = X86Aes.EncryptLast(mask, last);
        GcmLanes.ApplyPair(last, text, b0, b1);
        GcmLanes.ApplyPair(last, text + 32, b2, b3);
        GcmLanes.ApplyPair(last, text + 64, b4, b5);
        text += 16 * FirstBlocks;
        length -= 16 * FirstBlocks;

        Pair first = Vector256.Create(Element.Zero, GhashLanes.Reverse(frame->Aad, key));
        uint counter = Lanes;
        for (; length >= GroupLength; length -= GroupLength)
        {
            GcmLanes.Begin(Lanes, key, origin, counter, out b0, out b1, out b2, out b3, out b4, out b5, out b6, out Block b7);
            CryptAndHash(
                Lanes, key, text - GroupLength, first, Lanes,
                ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7,
                out Pair low, out Pair middle, out Pair high);
            Element hash = GhashLanes.Reduce(low, middle, high, key);
            last = GcmLanes.LastKey(key);
            GcmLanes.ApplyPair(last, text, b0, b1);
            GcmLanes.ApplyPair(last, text + 32, b2, b3);
            GcmLanes.ApplyPair(last, text + 64, b4, b5);
            GcmLanes.ApplyPair(last, text + 96, b6, b7);
            first = GhashLanes.Load(text, key) ^ hash.ToVector256();
            text += GroupLength;
            counter += Lanes;
            if ((counter & 0xFF) == 0)
            {
                origin = GcmLanes.Origin(key, frame->Nonce, counter);
            }
        }

        frame->First = first;
        frame->Origin = origin;
        frame->Counter = counter;
        frame->Text = text;
        frame->Length = length;
    }

    [MethodImpl(Kernel)]
    private static void OpenGroups(byte* key, GcmFrame* frame)
    {
        byte* text = frame->Text;
        int length = frame->Length;
        Block origin = GcmLanes.Origin(key, frame->Nonce, 0);
        GcmLanes.Begin(
            FirstBlocks + 1, key, origin, 1,
            out Block mask, out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6);
        Pair first = Vector256.Create(Element.Zero, GhashLanes.Reverse(frame->Aad, key));
        CryptAndHash(
            FirstBlocks + 1, key, text - 32, first, Lanes,
            ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6,
            out Pair low, out Pair middle, out Pair high);
        Element hash = GhashLanes.Reduce(low, middle, high, key);
        Block last = GcmLanes.LastKey(key);
        frame->TagMask = X86Aes.EncryptLast(mask, last);
        GcmLanes.ApplyPair(last, text, b0, b1);
        GcmLanes.ApplyPair(last, text + 32, b2, b3);
        GcmLanes.ApplyPair(last, text + 64, b4, b5);
        text += 16 * FirstBlocks;
        length -= 16 * FirstBlocks;

        uint counter = Lanes;
        for (; length >= GroupLength; length -= GroupLength)
        {
            GcmLanes.Begin(Lanes, key, origin, counter, out b0, out b1, out b2, out b3, out b4, out b5, out b6, out Block b7);
            first = GhashLanes.Load(text, key) ^ hash.ToVector256();
            CryptAndHash(
                Lanes, key, text, first, Lanes,
                ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7,
                out low, out middle, out high);
            hash = GhashLanes.Reduce(low, middle, high, key);
            last = GcmLanes.LastKey(key);
            GcmLanes.ApplyPair(last, text, b0, b1);
            GcmLanes.ApplyPair(last, text + 32, b2, b3);
            GcmLanes.ApplyPair(last, text + 64, b4, b5);
            GcmLanes.ApplyPair(last, text + 96, b6, b7);
            text += GroupLength;
            counter += Lanes;
            if ((counter & 0xFF) == 0)
            {
                origin = GcmLanes.Origin(key, frame->Nonce, counter);
            }
        }

        frame->Hash = hash;
        frame->Origin = origin;
        frame->Counter = counter;
        frame->Text = text;
        frame->Length = length;
    }

    // Rounds 2 and up of the lanes, and between them eight blocks of GHASH at powers top … top - 7. The pair that waits for the last
    // reduction comes last, so that its latency hides behind the other three.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CryptAndHash(
        int lanes, byte* key, byte* text, Pair first, int top,
        ref Block b0, ref Block b1, ref Block b2, ref Block b3, ref Block b4, ref Block b5, ref Block b6, ref Block b7,
        out Pair low, out Pair middle, out Pair high)
    {
        low = middle = high = Pair.Zero;
        GcmLanes.Round(lanes, key, 2, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.Round(lanes, key, 3, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GhashLanes.Add(GhashLanes.Load(text + 64, key, 1), key, top - 4, ref low, ref middle, ref high);
        GcmLanes.Round(lanes, key, 4, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GhashLanes.Add(GhashLanes.Load(text + 96, key, 2), key, top - 6, ref low, ref middle, ref high);
        GcmLanes.Round(lanes, key, 5, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GhashLanes.Add(GhashLanes.Load(text + 32, key, 3), key, top - 2, ref low, ref middle, ref high);
        GcmLanes.Round(lanes, key, 6, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GhashLanes.Add(first, key, top, ref low, ref middle, ref high);
        GcmLanes.Round(lanes, key, 7, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.Round(lanes, key, 8, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.Round(lanes, key, 9, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.LongKeyRounds(lanes, key, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
    }

    private readonly struct SealShort : IGcmTail
    {
        [MethodImpl(Kernel)]
        public static void Run<TBlocks>(byte* key, GcmFrame* frame)
            where TBlocks : struct, IBlockCount
        {
            int blocks = TBlocks.Value;
            Block origin = GcmLanes.Origin(key, frame->Nonce, 0);
            GcmLanes.Begin(
                blocks + 1, key, origin, 1,
                out Block mask, out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6);
            GhashLanes.AddEnds(GhashLanes.Reverse(frame->Aad, key), blocks + 2, frame->Lengths, key, out Pair low, out Pair middle, out Pair high);
            GcmLanes.Rounds(blocks + 1, key, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            Block last = GcmLanes.LastKey(key);
            Block tagMask = X86Aes.EncryptLast(mask, last);
            GcmLanes.Apply(blocks, last, frame->Text, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref mask);
            GhashLanes.ClipTail(blocks, key, frame->Length, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref mask);
            GhashLanes.AddTail(blocks, key, b0, b1, b2, b3, b4, b5, b6, mask, ref low, ref middle, ref high);
            frame->Tag = GhashLanes.Reverse(GhashLanes.Reduce(low, middle, high, key).AsByte(), key).AsByte() ^ tagMask;
        }
    }

    private readonly struct OpenShort : IGcmTail
    {
        [MethodImpl(Kernel)]
        public static void Run<TBlocks>(byte* key, GcmFrame* frame)
            where TBlocks : struct, IBlockCount
        {
            int blocks = TBlocks.Value;
            GhashLanes.LoadTail(
                blocks, frame->Text,
                out Block c0, out Block c1, out Block c2, out Block c3, out Block c4, out Block c5, out Block c6, out Block c7);
            GhashLanes.ClipTail(blocks, key, frame->Length, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            GhashLanes.AddEnds(GhashLanes.Reverse(frame->Aad, key), blocks + 2, frame->Lengths, key, out Pair low, out Pair middle, out Pair high);
            GhashLanes.AddTail(blocks, key, c0, c1, c2, c3, c4, c5, c6, c7, ref low, ref middle, ref high);
            Element hash = GhashLanes.Reduce(low, middle, high, key);
            Block origin = GcmLanes.Origin(key, frame->Nonce, 0);
            GcmLanes.Begin(
                blocks + 1, key, origin, 1,
                out Block mask, out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6);
            GcmLanes.Rounds(blocks + 1, key, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
            Block last = GcmLanes.LastKey(key);
            frame->Tag = GhashLanes.Reverse(hash.AsByte(), key).AsByte() ^ X86Aes.EncryptLast(mask, last);
            GcmLanes.Apply(blocks, last, frame->Text, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref mask);
        }
    }

    private readonly struct SealLast : IGcmTail
    {
        [MethodImpl(Kernel)]
        public static void Run<TBlocks>(byte* key, GcmFrame* frame)
            where TBlocks : struct, IBlockCount
        {
            int blocks = TBlocks.Value;
            GcmLanes.Begin(
                blocks, key, frame->Origin, frame->Counter,
                out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6, out Block b7);
            CryptAndHash(
                blocks, key, frame->Text - GroupLength, frame->First, blocks + 1 + Lanes,
                ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7,
                out Pair low, out Pair middle, out Pair high);
            GcmLanes.Apply(blocks, GcmLanes.LastKey(key), frame->Text, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
            GhashLanes.ClipTail(blocks, key, frame->Length, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
            GhashLanes.AddEnds(Element.Zero, 1, frame->Lengths, key, out Pair endLow, out Pair endMiddle, out Pair endHigh);
            GhashLanes.AddTail(blocks, key, b0, b1, b2, b3, b4, b5, b6, b7, ref endLow, ref endMiddle, ref endHigh);
            Element hash = GhashLanes.Reduce(low ^ endLow, middle ^ endMiddle, high ^ endHigh, key);
            frame->Tag = GhashLanes.Reverse(hash.AsByte(), key).AsByte() ^ frame->TagMask;
        }
    }

    private readonly struct OpenLast : IGcmTail
    {
        [MethodImpl(Kernel)]
        public static void Run<TBlocks>(byte* key, GcmFrame* frame)
            where TBlocks : struct, IBlockCount
        {
            int blocks = TBlocks.Value;
            GhashLanes.LoadTail(
                blocks, frame->Text,
                out Block c0, out Block c1, out Block c2, out Block c3, out Block c4, out Block c5, out Block c6, out Block c7);
            GhashLanes.ClipTail(blocks, key, frame->Length, ref c0, ref c1, ref c2, ref c3, ref c4, ref c5, ref c6, ref c7);
            GhashLanes.AddEnds(frame->Hash, blocks + 1, frame->Lengths, key, out Pair low, out Pair middle, out Pair high);
            GhashLanes.AddTail(blocks, key, c0, c1, c2, c3, c4, c5, c6, c7, ref low, ref middle, ref high);
            Element hash = GhashLanes.Reduce(low, middle, high, key);
            frame->Tag = GhashLanes.Reverse(hash.AsByte(), key).AsByte() ^ frame->TagMask;
            GcmLanes.Begin(
                blocks, key, frame->Origin, frame->Counter,
                out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6, out Block b7);
            GcmLanes.Rounds(blocks, key, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
            GcmLanes.Apply(blocks, GcmLanes.LastKey(key), frame->Text, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        }
    }
}
