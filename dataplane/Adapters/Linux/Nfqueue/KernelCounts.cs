using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Reads what the kernel counts about queues (/proc/net/netfilter/nfnetlink_queue) in the network namespace the reading was opened in.</summary>
internal sealed class KernelCounts : IDisposable
{
    private const string Path = "/proc/thread-self/net/netfilter/nfnetlink_queue";
    private const int MostOctets = 16 * 1024;

    private readonly SafeFileHandle? _file;

    /// <summary>Opens the counters of the calling thread's network namespace; where there are none, all readings are empty.</summary>
    public KernelCounts() => _file = File.Exists(Path) ? File.OpenHandle(Path) : null;

    /// <summary>The counters of queues from <paramref name="first"/> on; reading makes nothing, because whoever watches a port does it several times a second.</summary>
    [SkipLocalsInit]
    public QueueLosses Read(int first, int count)
    {
        if (_file is null || _file.IsClosed)
        {
            return default;
        }

        Span<byte> octets = stackalloc byte[MostOctets];
        try
        {
            return Sum(octets[..RandomAccess.Read(_file, octets, 0)], first, count);
        }
        catch (ObjectDisposedException)
        {
            return default;
        }
    }

    /// <summary>Adds up the lines of some queues: number, port id, waiting, copy mode, copy range, dropped full, dropped at the socket, next id, 1.</summary>
    public static QueueLosses Sum(ReadOnlySpan<byte> lines, int first, int count)
    {
        var sum = default(QueueLosses);
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = end < 0 ? lines : lines[..end];
            lines = end < 0 ? [] : lines[(end + 1)..];
            if (TryRead(line, out var queue, out var losses) && queue >= first && queue < first + count)
            {
                sum = new QueueLosses(sum.Waiting + losses.Waiting, sum.QueueFull + losses.QueueFull, sum.SocketFull + losses.SocketFull);
            }
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static bool TryRead(ReadOnlySpan<byte> line, out long queue, out QueueLosses losses)
    {
        losses = default;
        if (TryTake(ref line, out queue) && TryTake(ref line, out _) && TryTake(ref line, out var waiting)
            && TryTake(ref line, out _) && TryTake(ref line, out _) && TryTake(ref line, out var full) && TryTake(ref line, out var socket))
        {
            losses = new QueueLosses(waiting, full, socket);
            return true;
        }

        return false;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> line, out long number)
    {
        line = line.TrimStart((byte)' ');
        var end = line.IndexOf((byte)' ');
        var field = end < 0 ? line : line[..end];
        line = line[field.Length..];
        return long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
