using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Ike.Keys;

/// <summary>SK(0) | Ni | Nr | SK(1) … SK(n): what a CREATE_CHILD_SA puts beside SK_d, RFC 7296 §2.17 and RFC 9370 §2.2.4.</summary>
internal static class ExchangeSeed
{
    public static ScratchSecret Of(SecretBytes? shared, NoncePair nonces, IReadOnlyList<SecretBytes> further)
    {
        var seed = new ScratchSecret((shared?.Length ?? 0) + nonces.Joined.Length + further.Sum(secret => secret.Length));
        var rest = seed.Octets;
        if (shared is not null)
        {
            rest = Put(shared.Reveal(), rest);
        }

        rest = Put(nonces.Joined.Span, rest);
        foreach (var secret in further)
        {
            rest = Put(secret.Reveal(), rest);
        }

        return seed;
    }

    private static Span<byte> Put(ReadOnlySpan<byte> part, Span<byte> rest)
    {
        part.CopyTo(rest);
        return rest[part.Length..];
    }
}
