using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Proposals;

/// <summary>One algorithm of a proposal (RFC 7296 §3.3.2), whether it is known here or not.</summary>
/// <param name="Type">What it is for.</param>
/// <param name="Id">Its number in the registry of the type.</param>
/// <param name="Attributes">What narrows it: a key length, and what is not understood.</param>
public sealed record Transform(TransformType Type, ushort Id, ValueList<TransformAttribute> Attributes)
{
    /// <summary>The id NONE of integrity and key exchange, and "no extended numbers".</summary>
    public const ushort NoneId = 0;

    private const int HeaderLength = 8;
    private const byte IsLast = 0;
    private const byte IsFollowed = 3;

    /// <summary>A transform without attributes.</summary>
    public Transform(TransformType type, ushort id)
        : this(type, id, [])
    {
    }

    /// <summary>A transform of one key length, in bits.</summary>
    public Transform(TransformType type, ushort id, int keyBits)
        : this(type, id, [TransformAttribute.KeyLength((ushort)keyBits)])
    {
    }

    /// <summary>The key length in bits; null without that attribute.</summary>
    public int? KeyBits => Attributes.Count == 1 && Attributes[0].IsKeyLength ? Attributes[0].Value : null;

    /// <summary>Whether every attribute is understood; a transform of which one is not must not be chosen (RFC 7296 §3.3.6), nor one with two key lengths.</summary>
    public bool IsUnderstood => Attributes.Count == 0 || KeyBits is not null;

    /// <summary>Octets on the wire.</summary>
    public int WireLength => HeaderLength + Attributes.Sum(attribute => attribute.WireLength);

    internal static bool TryRead(ref PayloadReader reader, bool isLast, out Transform? transform, out IkeFault fault)
    {
        transform = null;
        if (!reader.TryReadByte(out var mark) || !reader.TrySkip(1) || !reader.TryReadUInt16(out var length)
            || !reader.TryReadOctets(length - 4, out var octets) || length < HeaderLength)
        {
            fault = IkeFault.TransformLength;
            return false;
        }

        if (mark != (isLast ? IsLast : IsFollowed))
        {
            fault = IkeFault.ProposalChain;
            return false;
        }

        var attributes = new List<TransformAttribute>();
        var rest = new PayloadReader(octets[4..]);
        while (!rest.IsAtEnd)
        {
            if (attributes.Count == PayloadLimits.TransformAttributes)
            {
                fault = IkeFault.TooManyAttributes;
                return false;
            }

            if (!TransformAttribute.TryRead(ref rest, out var attribute))
            {
                fault = IkeFault.AttributeLength;
                return false;
            }

            attributes.Add(attribute);
        }

        transform = new((TransformType)octets[0], (ushort)((octets[2] << 8) | octets[3]), [.. attributes]);
        fault = IkeFault.None;
        return true;
    }

    internal void Write(ref PayloadWriter writer, bool isLast)
    {
        writer.Octet(isLast ? IsLast : IsFollowed);
        writer.Reserved(1);
        writer.Word(WireLength);
        writer.Octet((byte)Type);
        writer.Reserved(1);
        writer.Word(Id);
        foreach (var attribute in Attributes)
        {
            attribute.Write(ref writer);
        }
    }
}
