using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpDataOffer statement: algorithms of a dynamic tunnel; what is null was not given and follows from the rest.</summary>
internal sealed record IpDataOffer(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>HowToEncap.</summary>
    public Placed<SaMode>? Encapsulation { get; init; }

    /// <summary>HowToEncrypt.</summary>
    public Placed<Cipher>? Encryption { get; init; }

    /// <summary>HowToAuth.</summary>
    public Placed<(SaProtocol Layer, Authentication Authentication)>? Authentication { get; init; }

    /// <summary>RefreshLifetimeProposed.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>RefreshLifesizeProposed in octets; 0 for any number.</summary>
    public long Lifesize { get; init; }
}
