using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.V2;

/// <summary>What an endpoint throws dice for.</summary>
internal static class Dice
{
    private const int NonceLength = 32;

    /// <summary>A nonce of 32 octets: half the key of every PRF in use and more (RFC 7296 §2.10).</summary>
    public static Octets Nonce(IEntropy entropy) => Octets(entropy, NonceLength);

    /// <summary>Octets nobody can foretell.</summary>
    public static Octets Octets(IEntropy entropy, int length)
    {
        Span<byte> octets = stackalloc byte[length];
        entropy.Fill(octets);
        return new(octets);
    }

    /// <summary>64 bits.</summary>
    public static ulong Number64(IEntropy entropy)
    {
        Span<byte> octets = stackalloc byte[8];
        entropy.Fill(octets);
        return BitConverter.ToUInt64(octets);
    }

    /// <summary>A share of a time, from none of it to all.</summary>
    public static TimeSpan UpTo(IEntropy entropy, TimeSpan most) => most * ((Number64(entropy) >> 11) / (double)(1UL << 53));
}
