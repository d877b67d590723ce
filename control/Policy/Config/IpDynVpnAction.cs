using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpDynVpnAction statement: a tunnel whose keys IKE agrees on; what is null was not given.</summary>
internal sealed record IpDynVpnAction(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>Initiation RemoteOnly: only the peer starts it.</summary>
    public bool IsRemoteOnly { get; init; }

    /// <summary>InitiateWithPfs and behind it AcceptablePfs, as IANA names; empty when neither was given.</summary>
    public IReadOnlyList<Placed<string>> Groups { get; init; } = [];

    /// <summary>AdditionalKeyExchange, an extension: IANA names in the order the exchanges are run (RFC 9370).</summary>
    public IReadOnlyList<Placed<string>> Additional { get; init; } = [];

    /// <summary>HowToEncapIKEv2; null for Either.</summary>
    public Placed<SaMode>? Encapsulation { get; init; }

    /// <summary>PassthroughDF.</summary>
    public DontFragmentRule PassthroughDf { get; init; } = DontFragmentRule.Copy;

    /// <summary>PassthroughDSCP.</summary>
    public bool PassthroughDscp { get; init; } = true;

    /// <summary>EcnPassthrough, an extension.</summary>
    public bool EcnPassthrough { get; init; } = true;

    /// <summary>ReplayWindow, an extension: packets, 0 for Off.</summary>
    public Placed<int>? ReplayWindow { get; init; }

    /// <summary>ExtendedSequenceNumbers, an extension.</summary>
    public Placed<bool>? ExtendedSequenceNumbers { get; init; }

    /// <summary>PathMtu, an extension.</summary>
    public int PathMtu { get; init; }

    /// <summary>AllowLegacy, an extension.</summary>
    public bool AllowLegacy { get; init; }

    /// <summary>VpnLife; zero for no end.</summary>
    public TimeSpan Life { get; init; }

    /// <summary>IpDataOffer and IpDataOfferRef, most wanted first.</summary>
    public IReadOnlyList<Use<IpDataOffer>> Offers { get; init; } = [];

    /// <summary>The most wanted offer; null without one.</summary>
    public Use<IpDataOffer>? MostWanted => Offers.Count > 0 ? Offers[0] : null;
}
