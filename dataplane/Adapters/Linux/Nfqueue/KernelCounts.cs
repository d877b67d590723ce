using System.Globalization;
using System.Text;
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

    /// <summary>The counters of queues from <paramref name="first"/> on.</summary>
    public QueueLosses Read(int first, int count)
    {
        if (_file is null || _file.IsClosed)
        {
            return default;
        }

        var octets = new byte[MostOctets];
        try
        {
            return Sum(Encoding.ASCII.GetString(octets, 0, RandomAccess.Read(_file, octets, 0)), first, count);
        }
        catch (ObjectDisposedException)
        {
            return default;
        }
    }

    /// <summary>Adds up the lines of some queues: number, port id, waiting, copy mode, copy range, dropped full, dropped at the socket, next id, 1.</summary>
    public static QueueLosses Sum(string lines, int first, int count)
    {
        var sum = default(QueueLosses);
        foreach (var line in lines.Split('\n'))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 7 && Number(fields[0]) is { } queue && queue >= first && queue < first + count
                && Number(fields[2]) is { } waiting && Number(fields[5]) is { } full && Number(fields[6]) is { } socket)
            {
                sum = new QueueLosses(sum.Waiting + waiting, sum.QueueFull + full, sum.SocketFull + socket);
            }
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static long? Number(string field) => long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
