using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Revocation;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Models;

namespace IpsecDp.Ike.V2.Authentication;

/// <summary>Whether a peer's AUTH payload proves the identity it shows, by what the policy asks of it.</summary>
internal static class PeerProof
{
    /// <summary>Null when it is proved; else why not, for the log of this end only.</summary>
    public static string? FaultOf(ConnectionModel connection, PrfTransform prf, IkeMessage message, IkeId id, ReadOnlySpan<byte> octets, DateTimeOffset now)
    {
        var proof = message.Find<AuthenticationPayload>()!;
        switch (connection.RemoteProof)
        {
            case ProofModel.Shared shared:
                var shown = new PreSharedKey(prf, shared.Secret).Check(proof, octets);
                return shown == AuthenticationFault.None ? null : shown.Sentence();
            case ProofModel.Certified certified:
                return FaultOf(certified, [.. message.All<CertificatePayload>()], proof, id, octets, now);
            default:
                return "the policy does not say how the peer proves itself";
        }
    }

    /// <summary>Whether the AUTH payload is of the kind a policy asks for.</summary>
    public static bool Fits(ConnectionModel connection, AuthenticationPayload proof) =>
        connection.RemoteProof is ProofModel.Shared == (proof.Method == AuthenticationMethod.SharedKey);

    private static string? FaultOf(ProofModel.Certified certified, IReadOnlyList<CertificatePayload> payloads, AuthenticationPayload proof, IkeId id, ReadOnlySpan<byte> octets, DateTimeOffset now)
    {
        var fault = ReceivedCertificates.TryRead(payloads, out var received);
        if (fault != CertificateFault.None)
        {
            return fault.Sentence();
        }

        using (received)
        {
            fault = CertificatePath.TryBuild(received!, certified.Rules, now, out var path);
            if (fault != CertificateFault.None)
            {
                return fault.Sentence();
            }

            using (path)
            {
                fault = path!.CheckIdentity(id);
                fault = fault == CertificateFault.None ? path.CheckRevocation(RevocationEvidence.None.With(payloads), now) : fault;
                if (fault != CertificateFault.None)
                {
                    return fault.Sentence();
                }

                var shown = path.CreateSignatureCheck().Check(proof, octets);
                return shown == AuthenticationFault.None ? null : shown.Sentence();
            }
        }
    }
}
