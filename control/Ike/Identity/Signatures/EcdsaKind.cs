using System.Security.Cryptography;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Identity.Signatures;

/// <summary>The curves of RFC 4754: each has its own method, hash and signature length.</summary>
internal sealed record EcdsaKind(string CurveOid, AuthenticationMethod Method, SignatureHash Hash, int SignatureLength)
{
    private static readonly EcdsaKind[] All =
    [
        new("1.2.840.10045.3.1.7", AuthenticationMethod.Ecdsa256, SignatureHash.Sha256, 64),
        new("1.3.132.0.34", AuthenticationMethod.Ecdsa384, SignatureHash.Sha384, 96),
        new("1.3.132.0.35", AuthenticationMethod.Ecdsa521, SignatureHash.Sha512, 132),
    ];

    /// <summary>The kind of a key; none for another curve, or one given by its parameters.</summary>
    public static EcdsaKind? Of(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed ? All.FirstOrDefault(kind => kind.CurveOid == curve.Oid.Value) : null;
    }
}
