using System.Diagnostics;
using IpsecDp.Crypto.Simd.Gcm;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>The assembled kernel for one key length; a text may have any length from 1 octet on, and no octet beside it is touched.</summary>
internal readonly unsafe struct GcmProcedures(void* seal, void* open)
{
    // A call takes from 30 ns to 6 µs and waits for nothing, so the collector may wait for it.
    private readonly delegate* unmanaged[SuppressGCTransition]<GcmFrame*, byte*, void> _seal = (delegate* unmanaged[SuppressGCTransition]<GcmFrame*, byte*, void>)seal;
    private readonly delegate* unmanaged[SuppressGCTransition]<GcmFrame*, byte*, void> _open = (delegate* unmanaged[SuppressGCTransition]<GcmFrame*, byte*, void>)open;

    /// <summary>Encrypts the frame's text and writes the frame's tag.</summary>
    public void Seal(byte* key, GcmFrame* frame)
    {
        Debug.Assert(frame->Length > 0, "the mask of a last quad of no octets has all of them");
        _seal(frame, key);
    }

    /// <summary>Decrypts the frame's text and writes the tag the text should have had.</summary>
    public void Open(byte* key, GcmFrame* frame)
    {
        Debug.Assert(frame->Length > 0, "the mask of a last quad of no octets has all of them");
        _open(frame, key);
    }
}
