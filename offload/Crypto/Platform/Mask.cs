using System.Numerics;

namespace IpsecDp.Crypto.Platform;

/// <summary>Exclusive or of octets, as keystreams and chaining values are applied.</summary>
internal static class Mask
{
    /// <summary>XORs the first octets of the mask onto the target; the mask is at least as long.</summary>
    public static void Apply(Span<byte> target, ReadOnlySpan<byte> mask)
    {
        mask = mask[..target.Length];
        while (target.Length >= Vector<byte>.Count)
        {
            (new Vector<byte>(target) ^ new Vector<byte>(mask)).CopyTo(target);
            target = target[Vector<byte>.Count..];
            mask = mask[Vector<byte>.Count..];
        }

        for (var i = 0; i < target.Length; i++)
        {
            target[i] ^= mask[i];
        }
    }
}
