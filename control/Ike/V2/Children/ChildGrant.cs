using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.V2.Children;

/// <summary>A child a peer was granted, before its keys are made; on dispose the secret is zeroed, and the SPI is free again unless the child was made.</summary>
internal sealed class ChildGrant(PeerSession session, ChildTerms terms, NoncePair nonces, SecretBytes? shared, IReadOnlyList<IkePayload> payloads) : IDisposable
{
    private bool _isMade;

    /// <summary>The payloads of the answer.</summary>
    public IReadOnlyList<IkePayload> Payloads { get; } = payloads;

    /// <summary>Methods of the further key exchanges that come first.</summary>
    public ValueList<ushort> Further => terms.Agreement.AdditionalKeyExchanges;

    /// <summary>The lower of the two nonces.</summary>
    public Octets LowestNonce { get; } = ChildMaker.Lower(nonces.Initiator.Span, nonces.Responder.Span);

    /// <summary>Makes the child with what the further key exchanges gave, to replace <paramref name="former"/> where there is one.</summary>
    public LiveChild Make(IkeSaV2 sa, LiveChild? former, IReadOnlyList<SecretBytes> further, in IkeTurn turn)
    {
        _isMade = true;
        return ChildMaker.Make(session, sa, terms, nonces, shared, further, former, turn);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        shared?.Dispose();
        if (!_isMade)
        {
            session.Host.Index.RemoveChild(terms.InboundSpi);
        }
    }
}
