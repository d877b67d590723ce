namespace IpsecDp.Ike.Models;

/// <summary>How many peers may have a connection at a time.</summary>
public enum PeerRule
{
    /// <summary>One: the one a start from here goes to, or the one that starts.</summary>
    One,

    /// <summary>Any number, each of which starts by itself.</summary>
    Callers,

    /// <summary>Any number; a start from here goes to the address the packet is for, and the traffic of a peer is that of its own address.</summary>
    Destinations,
}
