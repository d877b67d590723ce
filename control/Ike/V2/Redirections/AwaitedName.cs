using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Redirections;

/// <summary>What goes on once a gateway's name is an address (RFC 5685 §6).</summary>
internal abstract class AwaitedName(PeerSession session, IkePath path, string name)
{
    /// <summary>The session that is sent on.</summary>
    public PeerSession Session => session;

    /// <summary>The path to the gateway that sent it on.</summary>
    public IkePath Path => path;

    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>Whether anybody still wants to know.</summary>
    public abstract bool IsWanted { get; }

    /// <summary>Goes on to that gateway, which the policy allows.</summary>
    public abstract void Follow(IpAddress gateway, in IkeTurn turn);

    /// <summary>The name leads nowhere; the reason is for the log.</summary>
    public virtual void Refuse(string reason, in IkeTurn turn) => RedirectRules.Refuse(session, reason, turn);
}
