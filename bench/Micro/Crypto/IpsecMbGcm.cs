using System.Runtime.InteropServices;
using IpsecDp.Crypto;

namespace IpsecDp.Bench.Crypto;

/// <summary>ESP packets through ipsec-mb's direct AES-GCM calls, in place, without a transition of the runtime around the call: as a C program would.</summary>
internal sealed unsafe class IpsecMbGcm : IDisposable
{
    private const int TagLength = 16;
    private const int NonceLength = 12;
    private const int AadLength = 8;
    private const int TextOffset = 16;

    // sizeof(struct gcm_key_data) is 1008 and sizeof(struct gcm_context_data) 88 in 1.3.
    private const int ContextOffset = 2048;
    private const int NonceOffset = ContextOffset + 256;
    private const int TagOffset = NonceOffset + 64;
    private const int Size = TagOffset + 64;
    private const int CacheLine = 64;

    private readonly byte* _state = (byte*)NativeMemory.AlignedAlloc(Size, CacheLine);
    private readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void> _encrypt;
    private readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void> _decrypt;

    /// <summary>Takes key and salt, and the addresses of the library's functions.</summary>
    public IpsecMbGcm(byte[] material, nint encrypt, nint decrypt, nint expand)
    {
        _encrypt = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void>)encrypt;
        _decrypt = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void>)decrypt;
        new Span<byte>(_state, Size).Clear();
        material.AsSpan(^4..).CopyTo(new Span<byte>(_state + NonceOffset, 4));
        fixed (byte* key = material)
        {
            ((delegate* unmanaged<byte*, byte*, void>)expand)(key, _state);
        }
    }

    /// <summary>Seals each packet; their memory is pinned.</summary>
    public void Seal(ReadOnlySpan<PacketSlice> packets)
    {
        foreach (ref readonly PacketSlice slice in packets)
        {
            byte* packet = Address(slice);
            *(ulong*)(_state + NonceOffset + 4) = *(ulong*)(packet + 8);
            byte* text = packet + TextOffset;
            int length = slice.Length - TextOffset - TagLength;
            _encrypt(_state, _state + ContextOffset, text, text, (ulong)length, _state + NonceOffset, packet, AadLength, text + length, TagLength);
        }
    }

    /// <summary>Opens each packet and says whether all tags were right.</summary>
    public bool Open(ReadOnlySpan<PacketSlice> packets)
    {
        var isRight = true;
        byte* tag = _state + TagOffset;
        foreach (ref readonly PacketSlice slice in packets)
        {
            byte* packet = Address(slice);
            *(ulong*)(_state + NonceOffset + 4) = *(ulong*)(packet + 8);
            byte* text = packet + TextOffset;
            int length = slice.Length - TextOffset - TagLength;
            _decrypt(_state, _state + ContextOffset, text, text, (ulong)length, _state + NonceOffset, packet, AadLength, tag, TagLength);
            ulong difference = (*(ulong*)tag ^ *(ulong*)(text + length)) | (*(ulong*)(tag + 8) ^ *(ulong*)(text + length + 8));
            isRight &= difference == 0;
        }

        return isRight;
    }

    /// <summary>Frees key and context.</summary>
    public void Dispose() => NativeMemory.AlignedFree(_state);

    private static byte* Address(in PacketSlice slice) =>
        (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(slice.Memory)) + slice.Offset;
}
