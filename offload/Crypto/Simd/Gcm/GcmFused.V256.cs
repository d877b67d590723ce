using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>GCM by the fused kernel, for processors with AES-NI, AVX2 and VPCLMULQDQ.</summary>
/// <remarks>As every cipher it is disposed after its last packet left the engines; the key's memory is freed then, or by the finalizer of its handle.</remarks>
internal sealed unsafe class GcmFused : GcmTransform
{
    private readonly GcmKeyBlock _key;
    private readonly GcmKernels _kernels;

    /// <summary>Expands a key of 16, 24 or 32 octets, for the best kernels among the features.</summary>
    public GcmFused(ReadOnlySpan<byte> key, CpuFeatures features)
    {
        _key = new GcmKeyBlock(key);
        _kernels = new GcmKernels(features, _key.RoundCount);
    }

    [SkipLocalsInit]
    public override Vector128<byte> Seal(in GcmHeader header, Span<byte> text, int room)
    {
        ObjectDisposedException.ThrowIf(_key.IsClosed, this);
        return IsRoomy(text.Length, room) ? Run(header, text, isSeal: true) : RunElsewhere(header, text, isSeal: true);
    }

    [SkipLocalsInit]
    public override bool TryOpen(in GcmHeader header, Span<byte> text, int room, Icv tag)
    {
        ObjectDisposedException.ThrowIf(_key.IsClosed, this);
        Vector128<byte> computed = IsRoomy(text.Length, room) ? Run(header, text, isSeal: false) : RunElsewhere(header, text, isSeal: false);
        if (tag.IsPrefixOf(computed))
        {
            return true;
        }

        // The text was decrypted while it was hashed; what nobody authenticated must not be read.
        CryptographicOperations.ZeroMemory(text);
        return false;
    }

    public override void SealMany(in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets)
    {
        ObjectDisposedException.ThrowIf(_key.IsClosed, this);
        while (!packets.IsEmpty)
        {
            int blocks = GcmRun.Blocks(packets[0], icvLength);
            int count = CountAlike(packets, blocks, icvLength);
            if (count == 0)
            {
                Seal(nonce, icvLength, packets[0].Packet, packets[0].Sequence, packets[0].Room);
                count = 1;
            }
            else if (GcmRuns.IsRun(blocks))
            {
                GcmRuns.Seal(blocks, _key.Address, nonce, icvLength, packets[..count]);
            }
            else
            {
                GcmLong.Seal(_key.Address, _kernels, nonce, icvLength, packets[..count]);
            }

            packets = packets[count..];
        }

        GC.KeepAlive(_key);
    }

    public override void OpenMany(in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets, Span<bool> opened)
    {
        ObjectDisposedException.ThrowIf(_key.IsClosed, this);
        opened = opened[..packets.Length];
        while (!packets.IsEmpty)
        {
            int blocks = GcmRun.Blocks(packets[0], icvLength);
            int count = CountAlike(packets, blocks, icvLength);
            if (count == 0)
            {
                opened[0] = TryOpen(nonce, icvLength, packets[0].Packet, packets[0].Sequence, packets[0].Room);
                count = 1;
            }
            else if (GcmRuns.IsRun(blocks))
            {
                GcmRuns.Open(blocks, _key.Address, nonce, icvLength, packets[..count], opened[..count]);
            }
            else
            {
                GcmLong.Open(_key.Address, _kernels, nonce, icvLength, packets[..count], opened[..count]);
            }

            packets = packets[count..];
            opened = opened[count..];
        }

        GC.KeepAlive(_key);
    }

    public override void Dispose() => _key.Dispose();

    // Packets at the front that go the way of the first: short ones of as many blocks, or long ones. None where the first has no text or too little room.
    private static int CountAlike(ReadOnlySpan<PacketSlice> packets, int blocks, int icvLength)
    {
        var count = 0;
        while (count < packets.Length && IsAlike(GcmRun.Blocks(packets[count], icvLength), blocks)
            && IsRoomy(GcmRun.TextLength(packets[count], icvLength), icvLength + packets[count].Room))
        {
            count++;
        }

        return count;
    }

    private static bool IsAlike(int blocks, int first) => GcmRuns.IsRun(first) ? blocks == first : GcmRuns.IsLong(first) && GcmRuns.IsLong(blocks);

    private static bool IsRoomy(int length, int room) => (-length & 15) <= room;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<byte> Run(in GcmHeader header, Span<byte> text, bool isSeal)
    {
        Unsafe.SkipInit(out GcmFrameRoom room);
        GcmFrame* frame = GcmFrameRoom.Align(&room);
        frame->Nonce = header.Nonce;
        frame->Aad = header.Aad;
        frame->Lengths = GhashField<CarrylessMultiplyX86>.Lengths(header.AadLength, text.Length);
        frame->Length = text.Length;
        fixed (byte* octets = text)
        {
            frame->Text = octets;
            if (isSeal)
            {
                _kernels.Seal(_key.Address, frame);
            }
            else
            {
                _kernels.Open(_key.Address, frame);
            }
        }

        GC.KeepAlive(_key);
        return frame->Tag;
    }

    // A short ICV behind a last block of few octets leaves less room than the kernel wants, which RFC 4303 §2.4 makes rare.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Vector128<byte> RunElsewhere(in GcmHeader header, Span<byte> text, bool isSeal)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(text.Length + 16);
        text.CopyTo(copy);
        Vector128<byte> tag = Run(header, copy.AsSpan(0, text.Length), isSeal);
        copy.AsSpan(0, text.Length).CopyTo(text);
        CryptographicOperations.ZeroMemory(copy.AsSpan(0, text.Length + 16));
        ArrayPool<byte>.Shared.Return(copy);
        return tag;
    }
}
