using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys;

/// <summary>What an IKE SA was agreed to be made of; throws <see cref="ArgumentException"/> for a cipher without integrity or with it twice.</summary>
public sealed record IkeSuite
{
    /// <summary>A suite; <paramref name="integrity"/> is there exactly if the cipher is not combined (RFC 7296 §3.3.3, RFC 5282 §8).</summary>
    public IkeSuite(EncryptionTransform encryption, IntegrityTransform? integrity, PrfTransform prf, KeyExchangeMethod keyExchange)
    {
        ArgumentNullException.ThrowIfNull(encryption);
        ArgumentNullException.ThrowIfNull(prf);
        ArgumentNullException.ThrowIfNull(keyExchange);
        if (encryption.IsCombined != (integrity is null))
        {
            throw new ArgumentException(encryption.IsCombined ? "a combined cipher has no integrity algorithm beside it" : "a cipher that does not authenticate needs an integrity algorithm", nameof(integrity));
        }

        (Encryption, Integrity, Prf, KeyExchange) = (encryption, integrity, prf, keyExchange);
    }

    /// <summary>How Encrypted payloads are hidden.</summary>
    public EncryptionTransform Encryption { get; }

    /// <summary>How they are proved, unless the cipher does.</summary>
    public IntegrityTransform? Integrity { get; }

    /// <summary>What keys and AUTH are made with.</summary>
    public PrfTransform Prf { get; }

    /// <summary>The first key exchange.</summary>
    public KeyExchangeMethod KeyExchange { get; }

    /// <summary>Octets of SK_a.</summary>
    public int IntegrityKeyLength => Integrity?.KeyLength ?? 0;

    /// <summary>Whether any part is refused unless a policy names it.</summary>
    public bool IsLegacy => Encryption.IsLegacy || KeyExchange.IsLegacy;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(' ', new[] { Encryption.Name, Integrity?.Name, $"prf {Prf.Name}", KeyExchange.Name }.Where(part => part is not null));
}
