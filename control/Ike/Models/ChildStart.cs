namespace IpsecDp.Ike.Models;

/// <summary>The four ways a child starts; the peer may always start it where its policy lets it.</summary>
public enum ChildStart
{
    /// <summary>When a packet wants it, which is held meanwhile.</summary>
    OnDemand,

    /// <summary>When the policy is loaded, and again when it is lost.</summary>
    Automatic,

    /// <summary>By command.</summary>
    ByCommand,

    /// <summary>By the peer only.</summary>
    ByPeer,
}
