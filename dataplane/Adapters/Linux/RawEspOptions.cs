using System.Net;

namespace IpsecDp.Adapters.Linux;

/// <summary>Where a raw ESP and AH port listens and what it may use.</summary>
public sealed record RawEspOptions
{
    /// <summary>The address whose packets are received; an unspecified one takes all of its version.</summary>
    public IPAddress Local { get; init; } = IPAddress.Any;

    /// <summary>The link's MTU; where none is given, that of the interface that has <see cref="Local"/>, else 1500.</summary>
    public int? Mtu { get; init; }

    /// <summary>The firewall mark of all that is sent, so that routing can tell it from what goes into the tunnel; 0 for none.</summary>
    public int Mark { get; init; }

    /// <summary>Octets of socket buffer asked for each way.</summary>
    public int SocketBuffer { get; init; } = 8 << 20;

    /// <summary>The least time between two receives while bulk comes, less than a second; zero takes each packet as it comes.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromMicroseconds(300);

    /// <summary>Whether routers' messages about path MTU are listened to.</summary>
    public bool ListensToIcmp { get; init; } = true;

    /// <summary>Whether packets marked above routine (IP precedence) have a socket of their own, read first. Packets of one SA overtake one another then, as far as a socket's buffer holds them, so its replay window has to be as wide, or its traffic of one class (RFC 4301 §4.1).</summary>
    public bool SortsByPrecedence { get; init; }

    /// <summary>Where received packets are put.</summary>
    public PortBuffers Buffers { get; init; } = new();
}
