using System.Formats.Asn1;
using System.Text;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>What the octets of each type of identification have to be (RFC 7296 §3.5).</summary>
internal static class IdentificationRules
{
    private const int FibreChannelLength = 8;

    /// <summary>What is wrong with an identity; <see cref="IkeFault.None"/> if nothing, and for a type that is not known.</summary>
    public static IkeFault FaultOf(IdType type, ReadOnlySpan<byte> identity) => type switch
    {
        _ when identity.Length > PayloadLimits.Identification => IkeFault.IdentificationLength,
        IdType.Ipv4Address => FaultOfLength(identity.Length == 4),
        IdType.Ipv6Address => FaultOfLength(identity.Length == 16),
        IdType.Null => FaultOfLength(identity.IsEmpty),
        IdType.FibreChannelName => FaultOfLength(identity.Length == FibreChannelLength),
        IdType.KeyId => FaultOfLength(!identity.IsEmpty),
        IdType.Fqdn or IdType.UserFqdn when identity.IsEmpty => IkeFault.IdentificationLength,
        IdType.Fqdn or IdType.UserFqdn => IsName(identity) ? IkeFault.None : IkeFault.IdentificationText,
        IdType.DistinguishedName => IsDistinguishedName(identity) ? IkeFault.None : IkeFault.IdentificationName,
        IdType.GeneralName => IsGeneralName(identity) ? IkeFault.None : IkeFault.IdentificationName,
        _ => IkeFault.None,
    };

    private static IkeFault FaultOfLength(bool isRight) => isRight ? IkeFault.None : IkeFault.IdentificationLength;

    // A name ends with its octets: RFC 7296 §3.5 forbids terminators, and a NUL inside would let two readers see two names.
    private static bool IsName(ReadOnlySpan<byte> identity)
    {
        while (!identity.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(identity, out var rune, out var taken) != System.Buffers.OperationStatus.Done || Rune.IsControl(rune))
            {
                return false;
            }

            identity = identity[taken..];
        }

        return true;
    }

    // RFC 5280 §4.1.2.4: a sequence of sets of pairs of an object identifier and a value; it may be empty.
    private static bool IsDistinguishedName(ReadOnlySpan<byte> identity) =>
        TryRead(identity, out var tag, out var names, out var rest) && tag == Asn1Tag.Sequence && rest.IsEmpty && All(names, Asn1Tag.SetOf, IsRelativeName);

    private static bool IsRelativeName(ReadOnlySpan<byte> pairs) => !pairs.IsEmpty && All(pairs, Asn1Tag.Sequence, IsPair);

    private static bool IsPair(ReadOnlySpan<byte> pair) =>
        TryRead(pair, out var tag, out var identifier, out var value) && tag == Asn1Tag.ObjectIdentifier && !identifier.IsEmpty
        && TryRead(value, out _, out _, out var rest) && rest.IsEmpty;

    private static bool IsGeneralName(ReadOnlySpan<byte> identity) =>
        TryRead(identity, out var tag, out _, out var rest) && tag.TagClass == TagClass.ContextSpecific && rest.IsEmpty;

    private static bool All(ReadOnlySpan<byte> octets, Asn1Tag wanted, Func<ReadOnlySpan<byte>, bool> isFit)
    {
        while (!octets.IsEmpty)
        {
            if (!TryRead(octets, out var tag, out var content, out octets) || tag != wanted || !isFit(content))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> octets, out Asn1Tag tag, out ReadOnlySpan<byte> content, out ReadOnlySpan<byte> rest)
    {
        var isWhole = AsnDecoder.TryReadEncodedValue(octets, AsnEncodingRules.DER, out tag, out var at, out var length, out var taken);
        content = isWhole ? octets.Slice(at, length) : default;
        rest = isWhole ? octets[taken..] : default;
        return isWhole;
    }
}
