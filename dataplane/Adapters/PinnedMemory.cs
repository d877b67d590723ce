using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters;

/// <summary>Addresses inside the pinned memory of <see cref="PacketBuffer"/>, valid while somebody holds the buffer.</summary>
internal static unsafe class PinnedMemory
{
    /// <summary>The address of an octet.</summary>
    public static byte* At(byte[] pinned, int offset) =>
        (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)) + offset;

    /// <summary>The address of a packet's first octet.</summary>
    public static byte* Of(PacketBuffer buffer) => At(buffer.Memory, buffer.Offset);
}
