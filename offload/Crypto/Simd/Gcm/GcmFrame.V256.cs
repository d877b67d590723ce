using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>One packet on its way through the fused kernel: what its methods hand to each other.</summary>
/// <remarks>Every vector lies within a cache line if the frame begins at one; <see cref="GcmFrameRoom"/> sees to that.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GcmFrame
{
    /// <summary>The accumulated pair of blocks the tail's GHASH begins with.</summary>
    public Vector256<ulong> First;

    /// <summary>GHASH of what was hashed so far.</summary>
    public Vector128<ulong> Hash;

    /// <summary>Salt and IV; the last lane is zero.</summary>
    public Vector128<byte> Nonce;

    /// <summary>The AAD's block.</summary>
    public Vector128<byte> Aad;

    /// <summary>The block of lengths as the field has it.</summary>
    public Vector128<ulong> Lengths;

    /// <summary>The state after round one for a last counter octet of zero.</summary>
    public Vector128<byte> Origin;

    /// <summary>E(K, J0), which masks the tag.</summary>
    public Vector128<byte> TagMask;

    /// <summary>The result.</summary>
    public Vector128<byte> Tag;

    /// <summary>What remains of the text.</summary>
    public byte* Text;

    /// <summary>Octets that remain.</summary>
    public int Length;

    /// <summary>The counter of the first block that remains.</summary>
    public uint Counter;
}

/// <summary>Stack space for a frame and its alignment.</summary>
/// <remarks>The compiler aligns locals to 16 octets at best, and a store across two cache lines that is soon loaded again costs a short packet dearly, or not, by chance.</remarks>
[StructLayout(LayoutKind.Sequential, Size = 320)]
internal unsafe struct GcmFrameRoom
{
    /// <summary>The first cache line in the room, which is a local and so does not move.</summary>
    public static GcmFrame* Align(GcmFrameRoom* room) => (GcmFrame*)(((nint)room + 63) & ~(nint)63);
}
