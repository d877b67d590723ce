using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace IpsecDp.Ike.Identity.Revocation;

/// <summary>Where something about a certificate can be asked: http only, because a certificate must not choose the protocol we speak.</summary>
/// <param name="IsOcsp">A responder to ask, or a list to fetch.</param>
/// <param name="Location">The address.</param>
/// <param name="Certificate">The certificate it is about.</param>
public sealed record RevocationPointer(bool IsOcsp, Uri Location, X509Certificate2 Certificate)
{
    private const string DistributionPoints = "2.5.29.31";
    private const string AuthorityAccess = "1.3.6.1.5.5.7.1.1";
    private const string OcspAccess = "1.3.6.1.5.5.7.48.1";
    private const int MostOfEach = 4;
    private const int LongestLocation = 1024;

    // GeneralName's uniformResourceIdentifier, RFC 5280 §4.2.1.6; it is the last of its kind in both extensions.
    private static readonly Asn1Tag Resource = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag First = new(TagClass.ContextSpecific, 0);

    /// <summary>The pointers of a certificate, at most four of each kind; a malformed extension has none.</summary>
    public static IReadOnlyList<RevocationPointer> Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var pointers = new List<RevocationPointer>();
        foreach (var extension in certificate.Extensions)
        {
            try
            {
                var locations = extension.Oid?.Value switch
                {
                    DistributionPoints => ListLocations(extension.RawData),
                    AuthorityAccess => ResponderLocations(extension.RawData),
                    _ => [],
                };
                var isOcsp = extension.Oid?.Value == AuthorityAccess;
                pointers.AddRange(locations.Where(IsFit).Take(MostOfEach).Select(location => new RevocationPointer(isOcsp, new Uri(location), certificate)));
            }
            catch (AsnContentException)
            {
                // A malformed extension points nowhere.
                continue;
            }
        }

        return pointers;
    }

    /// <summary>The names of the points a list of the certificate may be issued for; compared with a list's own.</summary>
    internal static IReadOnlyList<string> ListNames(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == DistributionPoints) is { } points ? ListLocations(points.RawData) : [];
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    private static bool IsFit(string location) =>
        location.Length <= LongestLocation && Uri.TryCreate(location, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.UserInfo.Length == 0;

    // RFC 5280 §4.2.1.13: SEQUENCE OF { [0] { [0] GeneralNames } … }.
    private static List<string> ListLocations(ReadOnlyMemory<byte> extension)
    {
        var locations = new List<string>();
        var points = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (points.HasData)
        {
            var point = points.ReadSequence();
            if (!point.HasData || !point.PeekTag().HasSameClassAndValue(First))
            {
                continue;
            }

            var name = point.ReadSequence(First);
            if (!name.HasData || !name.PeekTag().HasSameClassAndValue(First))
            {
                continue;
            }

            var names = name.ReadSequence(First);
            while (names.HasData)
            {
                AddLocation(names, locations);
            }
        }

        return locations;
    }

    // RFC 5280 §4.2.2.1: SEQUENCE OF { accessMethod, GeneralName }.
    private static List<string> ResponderLocations(ReadOnlyMemory<byte> extension)
    {
        var locations = new List<string>();
        var accesses = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (accesses.HasData)
        {
            var access = accesses.ReadSequence();
            if (access.ReadObjectIdentifier() == OcspAccess)
            {
                AddLocation(access, locations);
            }
        }

        return locations;
    }

    private static void AddLocation(AsnReader names, List<string> locations)
    {
        if (names.PeekTag().HasSameClassAndValue(Resource))
        {
            locations.Add(Encoding.Latin1.GetString(names.ReadOctetString(Resource)));
        }
        else
        {
            names.ReadEncodedValue();
        }
    }
}
