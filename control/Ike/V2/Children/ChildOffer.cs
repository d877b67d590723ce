using System.Diagnostics.CodeAnalysis;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2.Children;

/// <summary>A child asked for from here: what was sent, and what the answer is held against.</summary>
internal sealed class ChildOffer : IDisposable
{
    private readonly PeerSession _session;
    private readonly NarrowedSelectors _offered;
    private readonly SaPayload _sent;
    private readonly bool _withoutKeyExchange;
    private readonly IKeyExchange? _exchange;
    private ChildTerms? _agreed;
    private NoncePair? _nonces;
    private SecretBytes? _shared;
    private bool _isUsed;

    private ChildOffer(PeerSession session, ChildModel model, NarrowedSelectors offered, bool withoutKeyExchange, ushort? method, in IkeTurn turn)
    {
        (_session, Model, _offered, _withoutKeyExchange) = (session, model, offered, withoutKeyExchange);
        var offers = SuiteChoice.Usable(model.Offers);
        Nonce = withoutKeyExchange ? Octets.Empty : Dice.Nonce(turn.Entropy);
        if (!withoutKeyExchange && (method ?? SuiteChoice.PreferredMethod(offers)) is { } chosen && KeyExchangeMethod.TryFind(chosen, out var found))
        {
            _exchange = KeyExchanges.Begin(found!, KeyExchangeRole.Initiator, turn.Entropy);
        }

        InboundSpi = session.Host.NewChildSpi(session, turn);
        _sent = SuiteChoice.Propose(offers, ChildSpi.ToOctets(InboundSpi), withoutKeyExchange);
    }

    /// <summary>The child's model.</summary>
    public ChildModel Model { get; }

    /// <summary>The SPI we chose.</summary>
    public uint InboundSpi { get; }

    /// <summary>The protocol of the first offer.</summary>
    public ProtocolId Protocol => _sent.Proposals[0].Protocol;

    /// <summary>Ni of CREATE_CHILD_SA; empty in IKE_AUTH, which takes those of IKE_SA_INIT.</summary>
    public Octets Nonce { get; }

    /// <summary>Methods of the further key exchanges that were agreed and come before the child (RFC 9370 §2.2.4).</summary>
    public ValueList<ushort> Further => _agreed!.Agreement.AdditionalKeyExchanges;

    /// <summary>The lower of the two nonces, once the answer is there.</summary>
    public Octets LowestNonce => ChildMaker.Lower(_nonces!.Initiator.Span, _nonces.Responder.Span);

    /// <summary>The method of the KE payload; 0 without one.</summary>
    public ushort Method => _exchange is null ? Transform.NoneId : (ushort)_exchange.Method.Id;

    /// <summary>Makes an offer: for the packet that asks, or with the traffic of the child it replaces; false when policy allows nothing to be offered.</summary>
    public static bool TryMake(PeerSession session, ChildModel model, FlowKey? packet, NarrowedSelectors? former, bool isInAuth, ushort? method, in IkeTurn turn, [NotNullWhen(true)] out ChildOffer? offer)
    {
        offer = null;
        if (SuiteChoice.Usable(model.Offers).Count == 0 || (former ?? Traffic(model, packet)) is not { } traffic)
        {
            return false;
        }

        offer = new(session, model, traffic, isInAuth, method, turn);
        return true;
    }

    /// <summary>The payloads of the request, without those of the exchange around them.</summary>
    public IEnumerable<IkePayload> ToPayloads()
    {
        if (Model.IsTransport)
        {
            yield return new NotifyPayload(NotifyType.UseTransportMode);
        }

        if (ChildPadding.Refusal(Protocol, Model.IsTransport) is { } refusal)
        {
            yield return refusal;
        }

        if (Model.TakesLaterFragments && ChildFragments.Matter(_offered, Model.IsTransport))
        {
            yield return new NotifyPayload(NotifyType.NonFirstFragmentsAlso);
        }

        yield return _sent;
        if (!_withoutKeyExchange)
        {
            yield return new NoncePayload(Nonce);
        }

        if (_exchange is not null)
        {
            yield return new KeyExchangePayload((ushort)_exchange.Method.Id, new(_exchange.PublicValue.Span));
        }

        yield return _offered.ToInitiatorPayload(isInitiator: true);
        yield return _offered.ToResponderPayload(isInitiator: true);
    }

    /// <summary>Whether a method the peer asks for instead is one of ours (RFC 7296 §1.3).</summary>
    public bool Takes(ushort method) => method != Method && SuiteChoice.Offers(SuiteChoice.Usable(Model.Offers), method);

    /// <summary>Holds the answer against the offer; false with the reason.</summary>
    public bool TryAccept(IkeMessage answer, NoncePair? initNonces, out IkeFailure failure)
    {
        if (answer.Find<SaPayload>() is not { } chosen || answer.FindSelectors(true) is not { } mine || answer.FindSelectors(false) is not { } theirs)
        {
            failure = new(IkeFault.MissingPayload, PayloadType.SecurityAssociation, (int)PayloadType.SecurityAssociation);
            return false;
        }

        if (!ProposalMatcher.TryAccept(_sent, chosen, new MatchRules(ProtocolIds.ChildSpiLength, _withoutKeyExchange), out var agreement, out failure)
            || !SelectorNarrowing.TryAccept(Model.Selectors, _offered, mine, theirs, out var selectors, out failure))
        {
            return false;
        }

        if (!ChildMaker.IsUsable(agreement) || (agreement.KeyExchange == Transform.NoneId && agreement.AdditionalKeyExchanges.Count > 0))
        {
            failure = new(IkeFault.ProposalNotOffered, PayloadType.SecurityAssociation);
            return false;
        }

        var isTransport = Model.IsTransport && answer.FindNotify(NotifyType.UseTransportMode) is not null;
        if (isTransport != Model.IsTransport && !Model.TakesOtherMode)
        {
            failure = new(IkeFault.NoProposalChosen, PayloadType.Notify, (int)NotifyType.UseTransportMode);
            return false;
        }

        if (!TryAgree(answer, agreement, out _shared, out failure))
        {
            return false;
        }

        var takesPadding = answer.FindNotify(NotifyType.EspTfcPaddingNotSupported) is null;
        var takesLater = !ChildFragments.Matter(selectors, isTransport) || (Model.TakesLaterFragments && answer.FindNotify(NotifyType.NonFirstFragmentsAlso) is not null);
        _nonces = initNonces ?? new(Nonce.Span, answer.Find<NoncePayload>()!.Nonce.Span);
        _agreed = new(Model, agreement, InboundSpi, selectors, isTransport, IsInitiator: true, takesPadding) { TakesLaterFragments = takesLater };
        return true;
    }

    /// <summary>Makes the child that was accepted, with what further key exchanges gave, to replace <paramref name="former"/> where there is one.</summary>
    public LiveChild Make(IkeSaV2 sa, LiveChild? former, IReadOnlyList<SecretBytes> further, in IkeTurn turn)
    {
        _isUsed = true;
        return ChildMaker.Make(_session, sa, _agreed!, _nonces!, _shared, further, former, turn);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _exchange?.Dispose();
        _shared?.Dispose();
        if (!_isUsed)
        {
            _session.Host.Index.RemoveChild(InboundSpi);
        }
    }

    private bool TryAgree(IkeMessage answer, Agreement agreement, out SecretBytes? shared, out IkeFailure failure)
    {
        shared = null;
        failure = IkeFailure.None;
        if (_withoutKeyExchange || agreement.KeyExchange == Transform.NoneId)
        {
            return true;
        }

        failure = new(IkeFault.KeyExchangeMismatch, PayloadType.KeyExchange, agreement.KeyExchange);
        return _exchange is not null && answer.Find<KeyExchangePayload>() is { } value && value.Method == agreement.KeyExchange && value.Method == Method
            && _exchange.Agree(value.Value.Span, out shared) == KeyExchangeFault.None;
    }

    private static NarrowedSelectors? Traffic(ChildModel model, FlowKey? packet)
    {
        if (!SelectorNarrowing.TryOffer(model.Selectors, packet, out var offered, out _))
        {
            return null;
        }

        // One pair of addresses each: the packet's, with all that policy allows between them.
        return model.WantsSinglePair && packet is { } flow
            && SelectorNarrowing.TryNarrow(model.Selectors, Only(true, flow.Source), Only(false, flow.Destination), wantsSinglePair: false, out var pair, out _)
            ? pair
            : offered;
    }

    private static SelectorsPayload Only(bool isInitiator, Wire.Ip.IpAddress address) => new(isInitiator, [new IkeSelector(AddressRange.Of(address), 0, PortRange.Any)]);
}
