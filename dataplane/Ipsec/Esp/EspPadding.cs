using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Esp;

/// <summary>How much padding aligns an ESP payload (RFC 4303 §2.4): as little as possible.</summary>
internal static class EspPadding
{
    /// <summary>Octets so that payload, padding and trailer are a multiple of <paramref name="alignment"/>, a power of two.</summary>
    public static int Length(int payloadLength, int alignment) => -(payloadLength + EspTrailerView.Length) & (alignment - 1);
}
