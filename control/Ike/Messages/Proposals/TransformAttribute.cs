using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Proposals;

/// <summary>An attribute of a transform (RFC 7296 §3.3.5): two octets of value, or as many as it says.</summary>
/// <param name="Type">The number, of 15 bits.</param>
/// <param name="IsShort">Whether the value is <paramref name="Value"/> (the TV form) and not <paramref name="Data"/> (the TLV form).</param>
/// <param name="Value">The value of the TV form.</param>
/// <param name="Data">The value of the TLV form.</param>
public readonly record struct TransformAttribute(ushort Type, bool IsShort, ushort Value, Octets Data)
{
    /// <summary>Key Length in bits, the one attribute that is defined; in TV form only.</summary>
    public const ushort KeyLengthType = 14;

    private const ushort ShortBit = 0x8000;

    /// <summary>Octets on the wire.</summary>
    public int WireLength => 4 + Data.Length;

    /// <summary>Whether it is a key length as RFC 7296 §3.3.5 writes one.</summary>
    public bool IsKeyLength => Type == KeyLengthType && IsShort;

    /// <summary>A key length in bits.</summary>
    public static TransformAttribute KeyLength(ushort bits) => new(KeyLengthType, true, bits, Octets.Empty);

    internal static bool TryRead(ref PayloadReader reader, out TransformAttribute attribute)
    {
        attribute = default;
        if (!reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out var valueOrLength))
        {
            return false;
        }

        if ((type & ShortBit) != 0)
        {
            attribute = new((ushort)(type & ~ShortBit), true, valueOrLength, Octets.Empty);
            return true;
        }

        var isWhole = reader.TryReadOctets(valueOrLength, out var value);
        attribute = new(type, false, 0, new(value));
        return isWhole;
    }

    internal void Write(ref PayloadWriter writer)
    {
        writer.Word(IsShort ? Type | ShortBit : Type);
        writer.Word(IsShort ? Value : Data.Length);
        writer.Write(Data);
    }
}
