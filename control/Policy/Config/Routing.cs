namespace IpsecDp.Policy.Config;

/// <summary>Which packets a service means by their way through the host.</summary>
internal enum Routing
{
    /// <summary>Sent or received by this host (the default).</summary>
    Local,

    /// <summary>Forwarded by this host.</summary>
    Routed,

    /// <summary>Both.</summary>
    Either,
}
