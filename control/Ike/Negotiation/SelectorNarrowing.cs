using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.Negotiation;

/// <summary>Brings the traffic a peer asks for and the rules of a policy together (RFC 7296 §2.9); a child never carries a pair that no rule allows.</summary>
/// <remarks>TSi and TSr mean every selector of one with every selector of the other. Rules need not: those that cannot go into one child without allowing more are left for another one.</remarks>
public static class SelectorNarrowing
{
    /// <summary>Pairs one child carries at most; what exceeds it is left for another child.</summary>
    public const int MostPairs = 256;

    /// <summary>The responder's choice. Where the first selectors are one address each, they are of the packet that asked, and the rule that allows it is preferred.</summary>
    public static bool TryNarrow(IReadOnlyList<TrafficSelector> rules, SelectorsPayload askedLocal, SelectorsPayload askedRemote, bool wantsSinglePair, [NotNullWhen(true)] out NarrowedSelectors? narrowed, out IkeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(askedLocal);
        ArgumentNullException.ThrowIfNull(askedRemote);
        narrowed = null;
        failure = new(IkeFault.SelectorsUnacceptable, askedLocal.Type, rules.Count);
        var packet = PacketOf(askedLocal.Selectors, askedRemote.Selectors);
        if (wantsSinglePair)
        {
            return TryPick(rules, askedLocal.Selectors, askedRemote.Selectors, packet, out narrowed, ref failure);
        }

        var cuts = rules.Select(rule => SelectorCut.Of(rule, askedLocal.Selectors, askedRemote.Selectors)).ToList();
        var start = packet is { } asked ? cuts.FindIndex(cut => !cut.IsEmpty && SelectorAlgebra.Allows(cut.Rule, asked.Local, asked.Remote)) : -1;
        start = start >= 0 ? start : cuts.FindIndex(cut => !cut.IsEmpty);
        if (start < 0)
        {
            return false;
        }

        narrowed = SelectorUnion.Of(rules, cuts, start);
        failure = IkeFailure.None;
        return true;
    }

    /// <summary>What an initiator asks for: the packet that wants the child, if one does, then all that goes into one child with it.</summary>
    public static bool TryOffer(IReadOnlyList<TrafficSelector> rules, FlowKey? packet, [NotNullWhen(true)] out NarrowedSelectors? offered, out IkeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(rules);
        IkeSelector[] all = [IkeSelector.Any(IpVersion.V4), IkeSelector.Any(IpVersion.V6)];
        var (local, remote) = packet is { } flow ? (SourceOf(flow), DestinationOf(flow)) : (default(IkeSelector?), default(IkeSelector?));
        if (!TryNarrow(rules, Asked(local, all), Asked(remote, all), wantsSinglePair: false, out offered, out failure))
        {
            return false;
        }

        if (local is { } source && remote is { } destination)
        {
            // RFC 7296 §2.9: the packet's own selectors stand first, so that the responder knows what is wanted.
            offered = offered with { Local = [source, .. offered.Local], Remote = [destination, .. offered.Remote] };
            return true;
        }

        return true;
    }

    /// <summary>The initiator's look at the answer: nothing that was not offered, nothing that no rule allows.</summary>
    public static bool TryAccept(IReadOnlyList<TrafficSelector> rules, NarrowedSelectors offered, SelectorsPayload answeredLocal, SelectorsPayload answeredRemote, [NotNullWhen(true)] out NarrowedSelectors? narrowed, out IkeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(offered);
        ArgumentNullException.ThrowIfNull(answeredLocal);
        ArgumentNullException.ThrowIfNull(answeredRemote);
        var (local, remote) = (answeredLocal.Selectors, answeredRemote.Selectors);
        narrowed = null;
        failure = new(IkeFault.SelectorsWidened, answeredLocal.Type, local.Count);
        var pairs = SelectorAlgebra.Pairs(local, remote).Take(MostPairs + 1).ToList();
        if (answeredLocal.Unknown.Count > 0 || answeredRemote.Unknown.Count > 0 || pairs.Count is 0 or > MostPairs
            || !local.All(selector => offered.Local.Any(mine => mine.Contains(selector)))
            || !remote.All(selector => offered.Remote.Any(theirs => theirs.Contains(selector)))
            || !pairs.TrueForAll(pair => rules.Any(rule => SelectorAlgebra.Allows(rule, pair.Local, pair.Remote))))
        {
            return false;
        }

        narrowed = new(local, remote, IsMorePossible: false);
        failure = IkeFailure.None;
        return true;
    }

    private static bool TryPick(IReadOnlyList<TrafficSelector> rules, ValueList<IkeSelector> local, ValueList<IkeSelector> remote, (IkeSelector Local, IkeSelector Remote)? packet, out NarrowedSelectors? narrowed, ref IkeFailure failure)
    {
        narrowed = null;
        if (packet is not { } pair)
        {
            failure = failure with { Fault = IkeFault.SinglePairRequired };
            return false;
        }

        if (!rules.Any(rule => SelectorAlgebra.Allows(rule, pair.Local, pair.Remote)))
        {
            return false;
        }

        narrowed = new([pair.Local], [pair.Remote], IsMorePossible: local.Count > 1 || remote.Count > 1);
        failure = IkeFailure.None;
        return true;
    }

    private static (IkeSelector Local, IkeSelector Remote)? PacketOf(ValueList<IkeSelector> local, ValueList<IkeSelector> remote) =>
        local.Count > 0 && remote.Count > 0 && SelectorAlgebra.IsOneAddress(local[0]) && SelectorAlgebra.IsOneAddress(remote[0]) && SelectorAlgebra.IsPair(local[0], remote[0])
            ? (local[0], remote[0])
            : null;

    private static SelectorsPayload Asked(IkeSelector? packet, IkeSelector[] all) => new(true, packet is { } first ? [first, .. all] : [.. all]);

    private static IkeSelector SourceOf(in FlowKey flow) => new(AddressRange.Of(flow.Source), flow.Protocol, flow.HasPorts ? PortRange.Of(flow.SourcePort) : PortRange.Any);

    private static IkeSelector DestinationOf(in FlowKey flow) => new(AddressRange.Of(flow.Destination), flow.Protocol, flow.HasPorts ? PortRange.Of(flow.DestinationPort) : PortRange.Any);
}
