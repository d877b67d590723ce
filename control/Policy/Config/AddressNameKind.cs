namespace IpsecDp.Policy.Config;

/// <summary>Which statement an address name leads to.</summary>
internal enum AddressNameKind
{
    /// <summary>IpAddr.</summary>
    Address,

    /// <summary>IpAddrSet.</summary>
    Set,

    /// <summary>IpAddrGroup.</summary>
    Group,
}
