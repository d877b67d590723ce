namespace IpsecDp.Ike.Identity.Revocation;

/// <summary>What a policy asks about revocation.</summary>
public enum RevocationMode
{
    /// <summary>Nothing is asked.</summary>
    Off,

    /// <summary>What is known to be revoked is refused; where nothing fresh is known, the certificate stands.</summary>
    WhereKnown,

    /// <summary>Every certificate but the anchor needs a fresh answer that it is good.</summary>
    Always,
}
