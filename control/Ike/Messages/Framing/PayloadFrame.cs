using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Messages.Framing;

/// <summary>One payload between its generic header (RFC 7296 §3.2) and the next, not yet understood.</summary>
public readonly ref struct PayloadFrame(PayloadType type, PayloadType next, bool isCritical, int bodyOffset, ReadOnlySpan<byte> body)
{
    /// <summary>Octets of the generic header.</summary>
    public const int HeaderLength = 4;

    /// <summary>What the payload before, or the header, said it is.</summary>
    public PayloadType Type { get; } = type;

    /// <summary>What it says comes next; in SK and SKF the first payload inside.</summary>
    public PayloadType Next { get; } = next;

    /// <summary>Whether a receiver that does not know the type has to refuse the message.</summary>
    public bool IsCritical { get; } = isCritical;

    /// <summary>Where the body begins in the octets that are walked.</summary>
    public int BodyOffset { get; } = bodyOffset;

    /// <summary>The octets behind the generic header.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;
}
