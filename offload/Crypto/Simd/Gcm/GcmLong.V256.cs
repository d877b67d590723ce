using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>Packets of a job that are too long for a run, one after the other through the kernel with one frame for all.</summary>
/// <remarks>
/// The kernel is the same as for a single packet. A frame, spans and a pinned reference for each packet kept the processor from beginning
/// the next packet behind the last one's tag: 15 to 26 ns, by turns.
/// Preconditions as the kernel's: text can be read and written up to the next multiple of 16 octets.
/// </remarks>
internal static unsafe class GcmLong
{
    private const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>Seals the packets and writes their ICVs.</summary>
    [SkipLocalsInit]
    [MethodImpl(Kernel)]
    public static void Seal(byte* key, in GcmKernels kernels, in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets)
    {
        Unsafe.SkipInit(out GcmFrameRoom room);
        GcmFrame* frame = GcmFrameRoom.Align(&room);
        for (var i = 0; i < packets.Length; i++)
        {
            byte* packet = GcmRun.Address(packets[i]);
            int length = GcmRun.TextLength(packets[i], icvLength);
            Begin(frame, nonce, packet, packets[i].Sequence, length);
            kernels.Seal(key, frame);
            GcmRun.WriteIcv(packet + EspNonce.TextOffset + length, icvLength, frame->Tag);
        }
    }

    /// <summary>Opens the packets and says of each whether its ICV was right; the text of those where it was not is zeroed.</summary>
    [SkipLocalsInit]
    [MethodImpl(Kernel)]
    public static void Open(byte* key, in GcmKernels kernels, in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets, Span<bool> opened)
    {
        Unsafe.SkipInit(out GcmFrameRoom room);
        GcmFrame* frame = GcmFrameRoom.Align(&room);
        for (var i = 0; i < packets.Length; i++)
        {
            byte* packet = GcmRun.Address(packets[i]);
            int length = GcmRun.TextLength(packets[i], icvLength);
            var received = new Icv(new ReadOnlySpan<byte>(packet + EspNonce.TextOffset + length, icvLength));
            Begin(frame, nonce, packet, packets[i].Sequence, length);
            kernels.Open(key, frame);
            opened[i] = received.IsPrefixOf(frame->Tag);
            if (!opened[i])
            {
                // The text was decrypted while it was hashed; what nobody authenticated must not be read.
                new Span<byte>(packet + EspNonce.TextOffset, length).Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Begin(GcmFrame* frame, in EspNonce nonce, byte* packet, ulong sequence, int length)
    {
        frame->Nonce = nonce.Nonce(new ReadOnlySpan<byte>(packet + EspNonce.HeaderLength, EspNonce.IvLength));
        frame->Aad = nonce.Aad(GcmRun.Header(packet), sequence);
        frame->Lengths = GhashField<CarrylessMultiplyX86>.Lengths(nonce.AadLength, length);
        frame->Length = length;
        frame->Text = packet + EspNonce.TextOffset;
    }
}
