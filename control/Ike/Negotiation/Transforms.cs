using IpsecDp.Ike.Messages.Proposals;

namespace IpsecDp.Ike.Negotiation;

/// <summary>The transforms offers are mostly made of.</summary>
public static class Transforms
{
    /// <summary>64-bit sequence numbers.</summary>
    public static Transform ExtendedNumbers { get; } = new(TransformType.SequenceNumbers, 1);

    /// <summary>32-bit sequence numbers.</summary>
    public static Transform PlainNumbers { get; } = new(TransformType.SequenceNumbers, Transform.NoneId);

    /// <summary>A transform by its name, as <see cref="AlgorithmNames"/> has it; throws <see cref="ArgumentException"/> for another.</summary>
    public static Transform Of(TransformType type, string name) =>
        AlgorithmNames.TryParse(type, name, out var transform) ? transform! : throw new ArgumentException($"no {type} is named {name}", nameof(name));

    /// <summary>An encryption algorithm.</summary>
    public static Transform Encryption(string name) => Of(TransformType.Encryption, name);

    /// <summary>An integrity algorithm.</summary>
    public static Transform Integrity(string name) => Of(TransformType.Integrity, name);

    /// <summary>A pseudorandom function.</summary>
    public static Transform Prf(string name) => Of(TransformType.Prf, name);

    /// <summary>The first key exchange.</summary>
    public static Transform KeyExchange(string name) => Of(TransformType.KeyExchange, name);

    /// <summary>A further key exchange, from 1 to 7 (RFC 9370).</summary>
    public static Transform KeyExchange(int place, string name) => Of(TransformType.KeyExchange + (byte)(place + 1), name);
}
