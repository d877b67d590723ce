using System.Globalization;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>Packets a host's kernel let go outside of the data plane, which explain a loss that no data plane counted.</summary>
/// <param name="TunQueueFull">Sent by applications while the TUN interface's queue was full.</param>
/// <param name="LinkQueueFull">Lost at the link between the hosts.</param>
/// <param name="SocketFull">UDP datagrams, ESP in UDP included, and packets of raw sockets, ESP in IP among them, for which a socket had no room.</param>
/// <param name="CaptureQueueFull">Taken out of the hosts' path while NFQUEUE's queue or its socket was full.</param>
internal readonly record struct KernelDrops(long TunQueueFull, long LinkQueueFull, long SocketFull, long CaptureQueueFull)
{
    // proc_pid_net(5), dev: eight columns of what was received, then packets sent, errors, dropped.
    private const int ReceiveDropColumn = 3;
    private const int SendDropColumn = 11;

    /// <summary>Whether there were none.</summary>
    public bool IsNone => this == default;

    /// <summary>Reads the counters of a host whose interfaces still stand.</summary>
    public static KernelDrops Read(LabSite site) => site.Space.Run(() =>
    {
        // thread-self: the namespace is that of this thread and not of the process.
        var devices = File.ReadAllLines("/proc/thread-self/net/dev");
        return new KernelDrops(
            Column(devices, LabSite.Tun, SendDropColumn),
            Column(devices, LabSite.Link, SendDropColumn) + Column(devices, LabSite.Link, ReceiveDropColumn),
            Udp(File.ReadAllLines("/proc/thread-self/net/snmp"), "Udp:", "RcvbufErrors") + UdpV6(File.ReadAllLines("/proc/thread-self/net/snmp6")) + Raw("/proc/thread-self/net/raw") + Raw("/proc/thread-self/net/raw6"),
            Queues("/proc/thread-self/net/netfilter/nfnetlink_queue"));
    });

    /// <summary>What was lost since an earlier reading.</summary>
    public KernelDrops Since(KernelDrops earlier) => new(TunQueueFull - earlier.TunQueueFull, LinkQueueFull - earlier.LinkQueueFull, SocketFull - earlier.SocketFull, CaptureQueueFull - earlier.CaptureQueueFull);

    /// <summary>Two hosts together.</summary>
    public KernelDrops Plus(KernelDrops other) => new(TunQueueFull + other.TunQueueFull, LinkQueueFull + other.LinkQueueFull, SocketFull + other.SocketFull, CaptureQueueFull + other.CaptureQueueFull);

    private static long Column(string[] devices, string device, int column)
    {
        var line = devices.Select(text => text.Trim()).FirstOrDefault(text => text.StartsWith($"{device}:", StringComparison.Ordinal));
        return line is null ? 0 : Number(line[(device.Length + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[column]);
    }

    // A queue a line: number, reader, waiting, copy mode, copy range, dropped by a full queue, dropped by a full socket, last id.
    private static long Queues(string file)
    {
        const int QueueFullColumn = 5;
        const int SocketFullColumn = 6;
        return !File.Exists(file) ? 0 : File.ReadAllLines(file)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Sum(columns => Number(columns[QueueFullColumn]) + Number(columns[SocketFullColumn]));
    }

    // Two lines a protocol: names, then values in the same order.
    private static long Udp(string[] lines, string protocol, string name)
    {
        var both = lines.Where(line => line.StartsWith(protocol, StringComparison.Ordinal)).Select(line => line.Split(' ')).ToArray();
        var at = both.Length == 2 ? Array.IndexOf(both[0], name) : -1;
        return at < 0 ? 0 : Number(both[1][at]);
    }

    private static long UdpV6(string[] lines)
    {
        var line = lines.FirstOrDefault(text => text.StartsWith("Udp6RcvbufErrors", StringComparison.Ordinal));
        return line is null ? 0 : Number(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    // A line of headings, then a socket a line; the last column counts what it had no room for.
    private static long Raw(string file) => !File.Exists(file) ? 0 : File.ReadAllLines(file).Skip(1).Sum(line => Number(line.TrimEnd().Split(' ')[^1]));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
