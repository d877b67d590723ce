using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Signatures;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Models;

namespace IpsecDp.Ike.V2.Authentication;

/// <summary>How this end proves itself to one peer: the authenticator and the certificates beside it.</summary>
internal static class Proofs
{
    /// <summary>Chooses key and certificate; false with the reason when the policy's proof cannot serve.</summary>
    public static bool TryChoose(ConnectionModel connection, PrfTransform prf, IReadOnlyList<SignatureHash>? peerHashes, IReadOnlyList<CertificateRequestPayload> requests, [NotNullWhen(true)] out IAuthenticator? authenticator, out IReadOnlyList<CertificatePayload> certificates, out string reason)
    {
        (authenticator, certificates, reason) = (null, [], string.Empty);
        switch (connection.LocalProof)
        {
            case ProofModel.Shared shared:
                authenticator = new PreSharedKey(prf, shared.Secret);
                return true;
            case ProofModel.Own own when CertificateRequests.Choose(own.Credentials, requests, connection.LocalId) is { } credential:
                if (!SigningKey.TryCreate(credential.Key, own.Rules, peerHashes, out var signing))
                {
                    reason = "the private key is of a kind that cannot sign for IKE";
                    return false;
                }

                (authenticator, certificates) = (signing!, credential.ToPayloads());
                return true;
            case ProofModel.Own:
                reason = $"no certificate of ours holds the identity {connection.LocalId}";
                return false;
            default:
                reason = "the policy does not say how this end proves itself";
                return false;
        }
    }
}
