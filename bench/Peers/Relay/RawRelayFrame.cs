namespace IpsecDp.Peers.Relay;

/// <summary>What the raw relay writes before each piece of a frame: the frame's number, the piece's number, how many there are, and an octet of nothing.</summary>
internal static class RawRelayFrame
{
    /// <summary>A protocol for experiments (RFC 3692).</summary>
    public const byte Protocol = 253;

    /// <summary>Octets before a piece.</summary>
    public const int PrefixLength = 4;

    /// <summary>Octets of the largest piece: what an IP packet over an Ethernet link of 1500 octets carries, less the prefix.</summary>
    public const int PieceLength = 1480 - PrefixLength;

    /// <summary>Pieces of the largest frame.</summary>
    public const int MostPieces = (RelayFrame.Largest + PieceLength - 1) / PieceLength;
}
