using System.Net;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Where a UDP encapsulation port listens and what it may use.</summary>
public sealed record UdpEncapOptions
{
    /// <summary>The address bound to; an unspecified one takes all of its version.</summary>
    public IPAddress Local { get; init; } = IPAddress.Any;

    /// <summary>The UDP port (RFC 3948: 4500); 0 lets the kernel choose.</summary>
    public int Port { get; init; } = 4500;

    /// <summary>The link's MTU; where none is given, that of the interface that has <see cref="Local"/>, else 1500.</summary>
    public int? Mtu { get; init; }

    /// <summary>The firewall mark of all that is sent, so that routing can tell it from what goes into the tunnel; 0 for none.</summary>
    public int Mark { get; init; }

    /// <summary>Octets of socket buffer asked for each way.</summary>
    public int SocketBuffer { get; init; } = 8 << 20;

    /// <summary>IKE messages that may wait for their reader.</summary>
    public int IkeQueue { get; init; } = 256;

    /// <summary>Whether a GRO run that is ESP throughout is delivered in one piece, as a superframe of UDP segments, and not packet by packet.</summary>
    public bool WholeDatagrams { get; init; }

    /// <summary>Whether packets marked above routine (IP precedence) have a socket of their own, read first. Packets of one SA overtake one another then, as far as a socket's buffer holds them, so its replay window has to be as wide, or its traffic of one class (RFC 4301 §4.1).</summary>
    public bool SortsByPrecedence { get; init; }

    /// <summary>What is not used although the kernel may have it.</summary>
    public UdpOffloads Disabled { get; init; }

    /// <summary>Where received packets are put.</summary>
    public PortBuffers Buffers { get; init; } = new();
}
