using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The KeyExchangePolicy statement: the rules in the order they are looked at, and what holds for all of them.</summary>
internal sealed record KeyExchangePolicy(SourcePosition Position)
{
    /// <summary>HowToInitiate: false for DoNot.</summary>
    public bool Initiates { get; init; } = true;

    /// <summary>NatKeepAliveInterval.</summary>
    public TimeSpan Keepalive { get; init; }

    /// <summary>LivenessInterval; zero for never.</summary>
    public TimeSpan Liveness { get; init; }

    /// <summary>IkeInitWait, an extension: on z/OS it stands in IkeConfig.</summary>
    public TimeSpan InitialWait { get; init; }

    /// <summary>IkeRetries, an extension: on z/OS it stands in IkeConfig.</summary>
    public int Retries { get; init; }

    /// <summary>PeerSessionLimit, an extension: sessions of a connection with one peer.</summary>
    public int SessionsOfOnePeer { get; init; }

    /// <summary>AddressSessionLimit, an extension: sessions with peers at one address.</summary>
    public int SessionsOfOneAddress { get; init; }

    /// <summary>ChildLimit, an extension: children of one IKE SA.</summary>
    public int Children { get; init; }

    /// <summary>Rules and groups in the order they are looked at.</summary>
    public IReadOnlyList<Use<KeyExchangeRule>> Rules { get; init; } = [];
}
