namespace IpsecDp.TestKit.Packets;

/// <summary>Spoiled copies of a packet, for tests that nothing a wire can do makes a parser throw.</summary>
public static class Damage
{
    /// <summary>Every shorter front of the octets, the empty one first.</summary>
    public static IEnumerable<byte[]> Truncations(byte[] octets)
    {
        for (var length = 0; length < octets.Length; length++)
        {
            yield return octets[..length];
        }
    }

    /// <summary>The octets with each single bit turned.</summary>
    public static IEnumerable<byte[]> BitChanges(byte[] octets)
    {
        for (var bit = 0; bit < octets.Length * 8; bit++)
        {
            var changed = (byte[])octets.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return changed;
        }
    }
}
