namespace EndToEnd.Tests.Ike;

/// <summary>What is wrong with a cell that must not come to a tunnel.</summary>
public enum CellFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Both know another shared key.</summary>
    Secret,

    /// <summary>Our certificate comes from an authority strongSwan does not trust.</summary>
    OurAuthority,

    /// <summary>strongSwan's certificate comes from an authority we do not trust.</summary>
    TheirAuthority,

    /// <summary>Our certificate has expired.</summary>
    OurExpiry,

    /// <summary>strongSwan's certificate has expired.</summary>
    TheirExpiry,

    /// <summary>No algorithm of the IKE SA is common.</summary>
    IkeProposal,

    /// <summary>No algorithm of ESP is common.</summary>
    EspProposal,
}
