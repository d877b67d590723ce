using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2;

/// <summary>An IKE SA the peer made while this end was making one too: which of them stays is seen when the answer comes (RFC 7296 §2.8.1).</summary>
/// <param name="Sa">The peer's.</param>
/// <param name="LowestNonce">The lower of its two nonces.</param>
internal sealed record PeerRekey(IkeSaV2 Sa, Octets LowestNonce)
{
    /// <summary>Whether it still stands; the peer may have closed it, as the lesser of two or because it ends everything.</summary>
    public bool Stands => Sa.State is Established;
}
