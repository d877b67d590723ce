using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Signatures;

/// <summary>The AlgorithmIdentifiers of RFC 7427 appendix A and RFC 8420 appendix A; compared octet for octet, so that no laxness of a DER reader decides who is authenticated.</summary>
public static class SignatureAlgorithms
{
    // Object identifiers in DER, as a sequence's content.
    private const string Pkcs1 = "06092A864886F70D0101";
    private const string Sha2 = "060960864801650304020";
    private const string NullParameters = "0500";

    private static readonly Dictionary<SignatureAlgorithm, Octets[]> Forms = new()
    {
        [SignatureAlgorithm.RsaSha1] = Rsa("05"),
        [SignatureAlgorithm.RsaSha256] = Rsa("0B"),
        [SignatureAlgorithm.RsaSha384] = Rsa("0C"),
        [SignatureAlgorithm.RsaSha512] = Rsa("0D"),
        [SignatureAlgorithm.RsaPssSha256] = Pss('1', "20"),
        [SignatureAlgorithm.RsaPssSha384] = Pss('2', "30"),
        [SignatureAlgorithm.RsaPssSha512] = Pss('3', "40"),
        [SignatureAlgorithm.EcdsaSha1] = [Sequence("06072A8648CE3D0401")],
        [SignatureAlgorithm.EcdsaSha256] = [Sequence("06082A8648CE3D040302")],
        [SignatureAlgorithm.EcdsaSha384] = [Sequence("06082A8648CE3D040303")],
        [SignatureAlgorithm.EcdsaSha512] = [Sequence("06082A8648CE3D040304")],
        [SignatureAlgorithm.Ed25519] = [Sequence("06032B6570")],
        [SignatureAlgorithm.Ed448] = [Sequence("06032B6571")],
    };

    /// <summary>The identifier we send.</summary>
    public static Octets Identifier(SignatureAlgorithm algorithm) => Forms[algorithm][0];

    /// <summary>The algorithm of an identifier; null when no form of it is known.</summary>
    public static SignatureAlgorithm? Find(ReadOnlySpan<byte> identifier)
    {
        foreach (var (algorithm, forms) in Forms)
        {
            foreach (var form in forms)
            {
                if (form.Span.SequenceEqual(identifier))
                {
                    return algorithm;
                }
            }
        }

        return null;
    }

    // RFC 4055 §5: the parameters are NULL and not absent.
    private static Octets[] Rsa(string last) => [Sequence(Pkcs1 + last + NullParameters)];

    // RFC 4055 §2.1 and §3.1: a hash's parameters may be NULL or absent, and readers take both; a trailer of 1 is the default and may be spelled out.
    private static Octets[] Pss(char hash, string saltLength)
    {
        var forms = new List<Octets>();
        foreach (var parameters in new[] { NullParameters, "" })
        {
            var digest = Sequence(Sha2 + hash + parameters);
            var mask = Sequence(Pkcs1 + "08" + Hex(digest));
            foreach (var trailer in new[] { "", "A303020101" })
            {
                var fields = Tagged("A0", Hex(digest)) + Tagged("A1", Hex(mask)) + "A2030201" + saltLength + trailer;
                forms.Add(Sequence(Pkcs1 + "0A" + Hex(Sequence(fields))));
            }
        }

        return [.. forms];
    }

    private static Octets Sequence(string content) => Octets.FromHex(Tagged("30", content));

    private static string Tagged(string tag, string content) => $"{tag}{content.Length / 2:X2}{content}";

    private static string Hex(Octets octets) => Convert.ToHexString(octets.Span);
}
