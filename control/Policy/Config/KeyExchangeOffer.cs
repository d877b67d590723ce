using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The KeyExchangeOffer statement: algorithms of an IKE SA; what is null was not given and follows from the rest.</summary>
internal sealed record KeyExchangeOffer(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>HowToEncrypt.</summary>
    public Placed<Cipher>? Encryption { get; init; }

    /// <summary>HowToVerifyMsgs, as an IANA name.</summary>
    public Placed<string>? Integrity { get; init; }

    /// <summary>PseudoRandomFunction, as IANA names, most wanted first.</summary>
    public IReadOnlyList<Placed<string>> Prfs { get; init; } = [];

    /// <summary>DHGroup, as IANA names, most wanted first.</summary>
    public IReadOnlyList<Placed<string>> Groups { get; init; } = [];

    /// <summary>AdditionalKeyExchange, an extension: IANA names in the order the exchanges are run (RFC 9370).</summary>
    public IReadOnlyList<Placed<string>> Additional { get; init; } = [];

    /// <summary>RefreshLifetimeProposed.</summary>
    public TimeSpan? Lifetime { get; init; }
}
