using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>Which identities a certificate holds, RFC 4945 §3.1 and §5.1.3.6: a name of the type the peer shows, in subjectAltName, or the subject for a distinguished name. Wildcards are no names.</summary>
public static class CertificateNames
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const int MostNames = 256;

    // GeneralName, RFC 5280 §4.2.1.6.
    private const int RfcName = 1;
    private const int DnsName = 2;
    private const int DirectoryName = 4;
    private const int AddressName = 7;

    /// <summary>Whether the identity is one of the certificate's.</summary>
    public static bool Holds(X509Certificate2 certificate, IkeId id)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(id);
        return id.Type switch
        {
            IdType.DistinguishedName => id.IsSameAs(new(IdType.DistinguishedName, new(certificate.SubjectName.RawData))) || Alternatives(certificate).Any(id.IsSameAs),
            IdType.Fqdn or IdType.UserFqdn or IdType.Ipv4Address or IdType.Ipv6Address => Alternatives(certificate).Any(id.IsSameAs),

            // RFC 4945 §3.1.8: a key id names nothing a certificate could confirm.
            _ => false,
        };
    }

    /// <summary>The identities in subjectAltName; nothing if it is malformed, holds more than 256 or stands there twice.</summary>
    public static IReadOnlyList<IkeId> Alternatives(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var extensions = certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeName).ToList();
        var names = new List<IkeId>();
        if (extensions.Count != 1)
        {
            return names;
        }

        try
        {
            var reader = new AsnReader(extensions[0].RawData, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            for (var count = 0; sequence.HasData; count++)
            {
                if (count == MostNames)
                {
                    return [];
                }

                Read(sequence, names);
            }
        }
        catch (AsnContentException)
        {
            return [];
        }

        return names;
    }

    private static void Read(AsnReader names, List<IkeId> found)
    {
        var tag = names.PeekTag();
        var context = new Asn1Tag(TagClass.ContextSpecific, tag.TagValue);
        switch (tag.TagClass == TagClass.ContextSpecific ? tag.TagValue : -1)
        {
            case RfcName:
                found.Add(new(IdType.UserFqdn, new(names.ReadOctetString(context))));
                break;
            case DnsName:
                found.Add(new(IdType.Fqdn, new(names.ReadOctetString(context))));
                break;
            case AddressName when names.ReadOctetString(context) is { Length: 4 or 16 } address:
                found.Add(new(address.Length == 4 ? IdType.Ipv4Address : IdType.Ipv6Address, new(address)));
                break;
            case AddressName:
                throw new AsnContentException("an address has 4 or 16 octets");
            case DirectoryName:
                found.Add(new(IdType.DistinguishedName, new(names.ReadSequence(context).ReadEncodedValue().Span)));
                break;
            default:
                names.ReadEncodedValue();
                break;
        }
    }
}
