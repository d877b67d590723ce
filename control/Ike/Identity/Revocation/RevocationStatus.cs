namespace IpsecDp.Ike.Identity.Revocation;

/// <summary>What one piece of evidence says about one certificate.</summary>
public enum RevocationStatus
{
    /// <summary>Nothing: it is about others, stale, forged, or not understood.</summary>
    Unknown,

    /// <summary>Not revoked.</summary>
    Good,

    /// <summary>Revoked, or on hold.</summary>
    Revoked,
}
