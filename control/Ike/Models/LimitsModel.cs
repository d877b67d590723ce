namespace IpsecDp.Ike.Models;

/// <summary>Bounds against floods (RFC 7296 §2.6); each refusal is counted.</summary>
public sealed record LimitsModel
{
    /// <summary>IKE SAs that wait for IKE_AUTH from which on cookies are asked for.</summary>
    public int CookiesFrom { get; init; } = 32;

    /// <summary>IKE SAs that wait for IKE_AUTH from one address from which on it is asked for cookies, so that who forges the address cannot use up what it may have.</summary>
    public int CookiesFromOnePeer { get; init; } = 4;

    /// <summary>IKE SAs that wait for IKE_AUTH at most.</summary>
    public int HalfOpen { get; init; } = 4096;

    /// <summary>IKE SAs that wait for IKE_AUTH from one address at most.</summary>
    public int HalfOpenOfOnePeer { get; init; } = 16;

    /// <summary>How long an IKE SA may wait for IKE_AUTH.</summary>
    public TimeSpan HalfOpenTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Error replies outside of any SA, a second.</summary>
    public int ErrorReplies { get; init; } = 20;

    /// <summary>Tokens of peers that say they lost an IKE SA (RFC 6290) that are looked at, a second.</summary>
    public int CrashTokens { get; init; } = 1000;

    /// <summary>Redirections of one connection that are followed within <see cref="RedirectPeriod"/> (RFC 5685 §7, MAX_REDIRECTS).</summary>
    public int Redirects { get; init; } = 5;

    /// <summary>REDIRECT_LOOP_DETECT_PERIOD (RFC 5685 §7).</summary>
    public TimeSpan RedirectPeriod { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Sessions of a connection with one peer, by the identity it proved, at most; a peer that says it has no other is let in.</summary>
    public int SessionsOfOnePeer { get; init; } = 16;

    /// <summary>Sessions with peers at one address at most; a NAT may have many behind it.</summary>
    public int SessionsOfOneAddress { get; init; } = 1024;

    /// <summary>Children of one IKE SA at most.</summary>
    public int Children { get; init; } = 64;
}
