using System.Runtime.InteropServices;
using IpsecDp.Crypto.Simd.Gcm;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>Where the fields of <see cref="GcmFrame"/> lie, in octets.</summary>
internal static class GcmFrameLayout
{
    public static readonly int Nonce = OffsetOf(nameof(GcmFrame.Nonce));
    public static readonly int Aad = OffsetOf(nameof(GcmFrame.Aad));
    public static readonly int Lengths = OffsetOf(nameof(GcmFrame.Lengths));
    public static readonly int Tag = OffsetOf(nameof(GcmFrame.Tag));
    public static readonly int Text = OffsetOf(nameof(GcmFrame.Text));
    public static readonly int Length = OffsetOf(nameof(GcmFrame.Length));

    private static int OffsetOf(string field) => (int)Marshal.OffsetOf<GcmFrame>(field);
}
