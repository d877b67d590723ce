using IpsecDp.Ike.Messages.Proposals;

namespace IpsecDp.Ike.Negotiation;

/// <summary>What follows from a transform's type and number (RFC 7296 §3.3.3 to §3.3.6, RFC 5282, RFC 9370).</summary>
public static class TransformRules
{
    private const ushort NullEncryption = 11;

    /// <summary>The key lengths of AES and Camellia, in bits.</summary>
    public static IReadOnlyList<int> KeyLengths { get; } = [128, 192, 256];

    /// <summary>Whether it is one of the seven further key exchanges (RFC 9370 §2.1).</summary>
    public static bool IsAdditionalKeyExchange(TransformType type) => type is >= TransformType.AdditionalKeyExchange1 and <= TransformType.AdditionalKeyExchange7;

    /// <summary>The type whose registry its numbers are of: further key exchanges have those of the first.</summary>
    public static TransformType FamilyOf(TransformType type) => IsAdditionalKeyExchange(type) ? TransformType.KeyExchange : type;

    /// <summary>Whether the transform has a key length to be told (RFC 7296 §3.3.5); with a fixed one it must not.</summary>
    public static bool HasKeyLength(TransformType type, ushort id) => type == TransformType.Encryption && id is (>= 12 and <= 16) or (>= 18 and <= 21) or (>= 23 and <= 27);

    /// <summary>Whether key length and number fit each other.</summary>
    public static bool IsWellFormed(Transform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return transform.IsUnderstood && (HasKeyLength(transform.Type, transform.Id) ? transform.KeyBits is { } bits && KeyLengths.Contains(bits) : transform.KeyBits is null);
    }

    /// <summary>Whether an encryption algorithm authenticates by itself (GCM, CCM, GMAC, ChaCha20-Poly1305), so that no integrity algorithm stands beside it.</summary>
    public static bool IsCombined(ushort encryption) => encryption is (>= 14 and <= 16) or (>= 18 and <= 21) or (>= 25 and <= 28);

    /// <summary>Whether an encryption algorithm hides nothing; an IKE SA has no use for one.</summary>
    public static bool IsWithoutSecrecy(ushort encryption) => encryption is NullEncryption or 21;

    /// <summary>Whether proposals of a protocol may have a type (RFC 7296 §3.3.3, RFC 9370 §2.1).</summary>
    public static bool IsAllowed(ProtocolId protocol, TransformType type) => protocol switch
    {
        _ when type is TransformType.KeyExchange or TransformType.Integrity || IsAdditionalKeyExchange(type) => true,
        ProtocolId.Ike => type is TransformType.Encryption or TransformType.Prf,
        ProtocolId.Esp => type is TransformType.Encryption or TransformType.SequenceNumbers,
        ProtocolId.Ah => type == TransformType.SequenceNumbers,
        _ => false,
    };
}
