using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>What IKE_SA_INIT left behind for IKE_AUTH.</summary>
internal sealed class Handshake
{
    /// <summary>The request as it was on the wire, which AUTH covers (RFC 7296 §2.15).</summary>
    public required byte[] Request { get; init; }

    /// <summary>The response as it was on the wire.</summary>
    public required byte[] Response { get; init; }

    /// <summary>Ni and Nr.</summary>
    public required NoncePair Nonces { get; init; }

    /// <summary>What the peer announced.</summary>
    public required PeerSupport Support { get; init; }

    /// <summary>What was agreed, as a proposal.</summary>
    public required Negotiation.Agreement Agreement { get; init; }

    /// <summary>Authorities the peer asks certificates of.</summary>
    public IReadOnlyList<CertificateRequestPayload> Requests { get; init; } = [];

    /// <summary>What AUTH covers of IKE_INTERMEDIATE (RFC 9242 §3.3.2).</summary>
    public required IntermediateProof Intermediate { get; init; }

    /// <summary>Further key exchanges that are still to be run (RFC 9370).</summary>
    public required Queue<ushort> Further { get; init; }

    /// <summary>NATs on the path.</summary>
    public NatDetection Nat { get; init; }
}
