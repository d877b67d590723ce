using System.Security.Cryptography;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Macs;

namespace IpsecDp.Ike.Keys;

/// <summary>prf+ of RFC 7296 §2.13: as many octets of key material as are asked for.</summary>
public static class PrfPlus
{
    // RFC 7296 §2.13: the counter is one octet, and what prf+ gives beyond 255 outputs is not defined.
    private const int MostOutputs = 255;

    /// <summary>Fills <paramref name="output"/>; throws <see cref="ArgumentException"/> if it is longer than 255 outputs.</summary>
    public static void Expand(PrfTransform prf, ReadOnlySpan<byte> key, ReadOnlySpan<byte> seed, Span<byte> output)
    {
        ArgumentNullException.ThrowIfNull(prf);
        if (output.Length > MostOutputs * prf.OutputLength)
        {
            throw new ArgumentException($"prf+ ends after {MostOutputs} outputs", nameof(output));
        }

        Span<byte> block = stackalloc byte[prf.OutputLength];
        Span<byte> counter = [0];
        scoped ReadOnlySpan<byte> previous = default;
        while (output.Length > 0)
        {
            counter[0]++;
            using var mac = KeyedMac.ForPrf(prf, key);
            mac.Append(previous);
            mac.Append(seed);
            mac.Append(counter);
            mac.Finish(block);
            previous = block;
            var taken = Math.Min(block.Length, output.Length);
            block[..taken].CopyTo(output);
            output = output[taken..];
        }

        CryptographicOperations.ZeroMemory(block);
    }
}
