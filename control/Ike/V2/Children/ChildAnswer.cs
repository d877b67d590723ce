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
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;

namespace IpsecDp.Ike.V2.Children;

/// <summary>A child the peer asks for: the first of the connection's children that takes it.</summary>
internal static class ChildAnswer
{
    /// <summary>Grants the child; false with the notification that refuses it and leaves the IKE SA standing (RFC 7296 §1.2 and §1.3).</summary>
    /// <param name="models">The children that may be meant: all of the connection, or that of the child replaced.</param>
    /// <param name="initNonces">The nonces of IKE_SA_INIT in IKE_AUTH; null in CREATE_CHILD_SA.</param>
    public static bool TryGrant(PeerSession session, IkeSaV2 sa, IkeMessage request, IEnumerable<ChildModel> models, NoncePair? initNonces, in IkeTurn turn, [NotNullWhen(true)] out ChildGrant? grant, out IReadOnlyList<IkePayload> refusal)
    {
        grant = null;
        refusal = [];
        var isInAuth = initNonces is not null;
        if (session.Children.Count >= session.Host.Model.Limits.Children)
        {
            refusal = [new NotifyPayload(NotifyType.NoAdditionalSas)];
            return false;
        }

        KeyExchangePayload? value = null;
        SecretBytes? shared = null;
        if (!TryChoose(request, models, isInAuth, NattedAddresses.Of(session, sa.ReplyPath, request), out var terms, out var failure)
            || !TryAgree(request, terms.Agreement, isInAuth, turn, out value, out shared, out failure))
        {
            refusal = [NotifyMap.Of(failure) ?? new NotifyPayload(NotifyType.NoProposalChosen)];
            return false;
        }

        terms = terms with { InboundSpi = session.Host.NewChildSpi(session, turn) };
        var nonce = isInAuth ? Octets.Empty : Dice.Nonce(turn.Entropy);
        var nonces = initNonces ?? new(request.Find<NoncePayload>()!.Nonce.Span, nonce.Span);
        grant = new(session, terms, nonces, shared, [.. Payloads(request, terms, nonce, value)]);
        return true;
    }

    private static bool TryChoose(IkeMessage request, IEnumerable<ChildModel> models, bool isInAuth, NattedAddresses? natted, [NotNullWhen(true)] out ChildTerms? terms, out IkeFailure failure)
    {
        terms = null;
        var asked = request.Find<SaPayload>()!;
        var rules = new MatchRules(ProtocolIds.ChildSpiLength, isInAuth, request.Find<KeyExchangePayload>()?.Method);
        var wantsTransport = request.FindNotify(NotifyType.UseTransportMode) is not null;
        failure = new(IkeFault.SelectorsUnacceptable, PayloadType.InitiatorSelectors);
        foreach (var model in PacketFirst(request, models))
        {
            var seen = model.IsTransport ? natted : null;
            var (mine, theirs) = (request.FindSelectors(false)!, request.FindSelectors(true)!);
            if (!SelectorNarrowing.TryNarrow(model.Selectors, seen?.Seen(mine) ?? mine, seen?.Seen(theirs) ?? theirs, model.WantsSinglePair, out var selectors, out var narrowing))
            {
                failure = failure.Fault == IkeFault.SelectorsUnacceptable ? narrowing : failure;
                continue;
            }

            var isTransport = model.IsTransport && wantsTransport;
            if (!ProposalMatcher.TryChoose(SuiteChoice.Usable(model.Offers), asked, rules, out var agreement, out failure) || !ChildMaker.IsUsable(agreement)
                || (agreement.KeyExchange == Transform.NoneId && agreement.AdditionalKeyExchanges.Count > 0) || (model.IsTransport && !wantsTransport && !model.TakesOtherMode))
            {
                // RFC 9370 §2.1: further key exchanges follow a first one.
                failure = new(IkeFault.NoProposalChosen, PayloadType.SecurityAssociation);
                continue;
            }

            var takesPadding = request.FindNotify(NotifyType.EspTfcPaddingNotSupported) is null;
            var takesLater = !ChildFragments.Matter(selectors, isTransport) || (model.TakesLaterFragments && request.FindNotify(NotifyType.NonFirstFragmentsAlso) is not null);
            terms = new(model, agreement, 0, selectors, isTransport, IsInitiator: false, takesPadding) { Natted = seen, TakesLaterFragments = takesLater };
            return true;
        }

        return false;
    }

    // RFC 7296 §2.9: where the first selectors are of the packet that asked, the child whose policy allows it is meant.
    private static IEnumerable<ChildModel> PacketFirst(IkeMessage request, IEnumerable<ChildModel> models)
    {
        var (theirs, mine) = (request.FindSelectors(true)!.Selectors, request.FindSelectors(false)!.Selectors);
        return mine.Count > 0 && theirs.Count > 0 && SelectorAlgebra.IsOneAddress(mine[0]) && SelectorAlgebra.IsOneAddress(theirs[0])
            ? models.OrderBy(model => model.Selectors.Any(rule => SelectorAlgebra.Allows(rule, mine[0], theirs[0])) ? 0 : 1)
            : models;
    }

    private static bool TryAgree(IkeMessage request, Agreement agreement, bool isInAuth, in IkeTurn turn, out KeyExchangePayload? value, out SecretBytes? shared, out IkeFailure failure)
    {
        (value, shared, failure) = (null, null, IkeFailure.None);
        if (isInAuth || agreement.KeyExchange == Transform.NoneId)
        {
            return true;
        }

        failure = new(IkeFault.KeyExchangeMismatch, PayloadType.KeyExchange, agreement.KeyExchange);
        if (request.Find<KeyExchangePayload>() is not { } asked || asked.Method != agreement.KeyExchange || !KeyExchangeMethod.TryFind(asked.Method, out var method))
        {
            return false;
        }

        using var exchange = KeyExchanges.Begin(method!, KeyExchangeRole.Responder, turn.Entropy);
        if (exchange.Agree(asked.Value.Span, out shared) != KeyExchangeFault.None)
        {
            // A value that is no point of the group is no reason to ask for the group again.
            failure = new(IkeFault.KeyExchangeLength, PayloadType.KeyExchange);
            return false;
        }

        value = new(asked.Method, new(exchange.PublicValue.Span));
        return true;
    }

    private static IEnumerable<IkePayload> Payloads(IkeMessage request, ChildTerms terms, Octets nonce, KeyExchangePayload? value)
    {
        if (request.FindNotify(NotifyType.NonFirstFragmentsAlso) is not null && terms.Model.TakesLaterFragments && !terms.IsTransport)
        {
            yield return new NotifyPayload(NotifyType.NonFirstFragmentsAlso);
        }

        if (ChildPadding.Refusal(terms.Agreement.Protocol, terms.IsTransport) is { } refusal)
        {
            yield return refusal;
        }

        if (terms.IsTransport)
        {
            yield return new NotifyPayload(NotifyType.UseTransportMode);
        }

        yield return new SaPayload([terms.Agreement.ToAnswer(ChildSpi.ToOctets(terms.InboundSpi))]);
        if (!nonce.IsEmpty)
        {
            yield return new NoncePayload(nonce);
        }

        if (value is not null)
        {
            yield return value;
        }

        var selectors = terms.Natted?.Meant(terms.Selectors) ?? terms.Selectors;
        yield return selectors.ToInitiatorPayload(isInitiator: false);
        yield return selectors.ToResponderPayload(isInitiator: false);
        if (terms.Selectors.IsMorePossible)
        {
            yield return new NotifyPayload(NotifyType.AdditionalTsPossible);
        }
    }
}
