using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The KeyExchangeAction statement: how an IKE SA is made and kept.</summary>
internal sealed record KeyExchangeAction(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>HowToInitiate: false for DoNot; null for what KeyExchangePolicy says.</summary>
    public bool? Initiates { get; init; }

    /// <summary>HowToAuthMe; null for what the rule has.</summary>
    public Placed<AuthenticationWay>? LocalWay { get; init; }

    /// <summary>HowToAuthPeer, an extension; null for the same as HowToAuthMe.</summary>
    public Placed<AuthenticationWay>? RemoteWay { get; init; }

    /// <summary>ReauthInterval; zero for rekeying without it.</summary>
    public TimeSpan Reauthentication { get; init; }

    /// <summary>RedirectName, an extension: hosts a peer may send this one on to by name.</summary>
    public IReadOnlyList<Placed<SecurityIdentity>> RedirectNames { get; init; } = [];

    /// <summary>Mobike, an extension.</summary>
    public bool TakesMobike { get; init; } = true;

    /// <summary>AllowLegacy, an extension.</summary>
    public bool AllowLegacy { get; init; }

    /// <summary>KeyExchangeOffer and KeyExchangeOfferRef, most wanted first.</summary>
    public IReadOnlyList<Use<KeyExchangeOffer>> Offers { get; init; } = [];

    /// <summary>The most wanted offer; null without one.</summary>
    public Use<KeyExchangeOffer>? MostWanted => Offers.Count > 0 ? Offers[0] : null;
}
