using IpsecDp.Ports.Divert;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>What a capture by NFQUEUE takes and what it may use.</summary>
public sealed record NfqueueOptions
{
    /// <summary>The first queue's number where the operator names none.</summary>
    public const ushort DefaultFirstQueue = 4950;

    /// <summary>Most ports of each face.</summary>
    public const int MostQueues = 32;

    /// <summary>The packets to take.</summary>
    public required DivertPlan Plan { get; init; }

    /// <summary>Clear ports and cipher ports, each with a thread of its own reader; flows spread over them by their addresses.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>The lowest of the <see cref="QueueNumbersNeeded"/> queue numbers the capture uses.</summary>
    public ushort FirstQueue { get; init; } = DefaultFirstQueue;

    /// <summary>The firewall mark of what is sent beside the queues; the next higher one marks what is given to the host beside them. Neither is captured again.</summary>
    public int Mark { get; init; } = 0x4950_0000;

    /// <summary>The link's MTU; where none is given, the smallest of the interfaces that have the plan's local addresses.</summary>
    public int? Mtu { get; init; }

    /// <summary>Packets a queue holds in the kernel before it loses the next.</summary>
    public int QueueLength { get; init; } = 8192;

    /// <summary>Octets of socket buffer asked for, for each port.</summary>
    public int SocketBuffer { get; init; } = 16 << 20;

    /// <summary>Whether the kernel lets packets pass in clear that a full queue has no room for; off, it drops them.</summary>
    public bool FailsOpen { get; init; }

    /// <summary>Where received packets are put.</summary>
    public PortBuffers Buffers { get; init; } = new();

    /// <summary>Told in one sentence what the operator should know while the capture runs: rules somebody removed and that were put back.</summary>
    public Action<string> Report { get; init; } = _ => { };

    /// <summary>Whether what arrives marked above routine (IP precedence) has queues of its own as well, read first. Packets of one SA overtake one another then, as far as a queue holds them, so its replay window has to be as wide, or its traffic of one class (RFC 4301 §4.1).</summary>
    public bool SortsArrivals { get; init; }

    /// <summary>Queue numbers in use, from <see cref="FirstQueue"/> on: TCP the host sends, everything else it sends, and what arrives; then the same three of what is marked, the last where arrivals are sorted.</summary>
    public int QueueNumbersNeeded => (SortsArrivals ? 6 : 5) * Queues;

    internal int SentMark => Mark;

    internal int InjectedMark => Mark + 1;

    internal ushort TcpQueue(int index) => (ushort)(FirstQueue + index);

    internal ushort OtherQueue(int index) => (ushort)(FirstQueue + Queues + index);

    internal ushort InboundQueue(int index) => (ushort)(FirstQueue + (2 * Queues) + index);

    internal ushort MarkedTcpQueue(int index) => (ushort)(FirstQueue + (3 * Queues) + index);

    internal ushort MarkedOtherQueue(int index) => (ushort)(FirstQueue + (4 * Queues) + index);

    internal ushort MarkedInboundQueue(int index) => (ushort)(FirstQueue + (5 * Queues) + index);
}
