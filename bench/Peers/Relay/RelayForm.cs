namespace IpsecDp.Peers.Relay;

/// <summary>What the relay makes of a frame.</summary>
internal enum RelayForm
{
    /// <summary>Segmented UDP messages, in clear.</summary>
    Udp,

    /// <summary>IP packets of protocol 253, in clear.</summary>
    Raw,

    /// <summary>Segmented UDP messages whose datagrams the product's cipher seals and opens.</summary>
    Sealed,
}
