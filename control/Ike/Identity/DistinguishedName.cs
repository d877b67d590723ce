using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IpsecDp.Ike.Identity;

/// <summary>
/// A distinguished name read for comparison (RFC 5280 §7.1): text without letter case, outer blanks and runs of blanks, whichever string
/// type carries it; the pairs of a multi-valued part in any order; values that are no text octet for octet.
/// </summary>
public sealed class DistinguishedName
{
    private const int MostParts = 64;
    private const int MostPairs = 16;

    private readonly byte[] _encoded;

    private DistinguishedName(byte[] encoded, IReadOnlyList<string> parts) => (_encoded, Parts) = (encoded, parts);

    /// <summary>The parts, most significant first, in the form they are compared in.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>Reads DER; false for anything else, for what is behind it, and for more than 64 parts or 16 pairs in one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> der, out DistinguishedName? name)
    {
        name = null;
        try
        {
            var encoded = der.ToArray();
            var reader = new AsnReader(encoded, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var parts = new List<string>();
            while (sequence.HasData && parts.Count <= MostParts)
            {
                parts.Add(Part(sequence.ReadSetOf()));
            }

            name = parts.Count <= MostParts ? new DistinguishedName(encoded, parts) : null;
        }
        catch (AsnContentException)
        {
            // Not DER: no name.
            name = null;
        }

        return name is not null;
    }

    /// <summary>Whether both are the same name; the empty name is the same as none.</summary>
    public bool IsSameAs(DistinguishedName other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Parts.Count > 0 && Parts.SequenceEqual(other.Parts);
    }

    /// <summary>Whether this name lies in the subtree of another, or is it (RFC 4301 §4.4.3.1).</summary>
    public bool IsUnder(DistinguishedName ancestor)
    {
        ArgumentNullException.ThrowIfNull(ancestor);
        return ancestor.Parts.Count > 0 && ancestor.Parts.Count <= Parts.Count && Parts.Take(ancestor.Parts.Count).SequenceEqual(ancestor.Parts);
    }

    /// <summary>The usual text, least significant part first.</summary>
    public override string ToString()
    {
        try
        {
            return new X500DistinguishedName(_encoded).Name;
        }
        catch (CryptographicException)
        {
            return Convert.ToHexString(_encoded);
        }
    }

    private static string Part(AsnReader set)
    {
        var pairs = new List<string>();
        while (set.HasData)
        {
            var pair = set.ReadSequence();
            var type = pair.ReadObjectIdentifier();
            pairs.Add($"{type}={Value(pair)}");
            pair.ThrowIfNotEmpty();
            if (pairs.Count > MostPairs)
            {
                throw new AsnContentException("too many pairs in one part of a name");
            }
        }

        if (pairs.Count == 0)
        {
            throw new AsnContentException("a part of a name is empty");
        }

        pairs.Sort(StringComparer.Ordinal);

        // The length in front keeps a value that looks like two pairs from equalling two pairs.
        return string.Concat(pairs.Select(pair => $"{pair.Length}:{pair}"));
    }

    private static string Value(AsnReader pair)
    {
        var tag = pair.PeekTag();
        var kind = (UniversalTagNumber)tag.TagValue;
        var isText = tag.TagClass == TagClass.Universal && kind is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString
            or UniversalTagNumber.IA5String or UniversalTagNumber.T61String or UniversalTagNumber.BMPString or UniversalTagNumber.VisibleString;
        return isText ? "t" + Folded(pair.ReadCharacterString(kind)) : "h" + Convert.ToHexString(pair.ReadEncodedValue().Span);
    }

    private static string Folded(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}
