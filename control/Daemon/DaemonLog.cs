using System.Threading.Channels;
using IpsecDp.Ipsec.Spd;

namespace IpsecDp.Daemon;

/// <summary>Lines for the operator: written by any thread without waiting, printed by one, the newest lost and counted when there are too many.</summary>
public sealed class DaemonLog : IDisposable
{
    private const int MostWaiting = 1024;

    private readonly Channel<LogEntry> _lines = Channel.CreateBounded<LogEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly TextWriter _output;
    private readonly Thread _writer;
    private long _lost;

    /// <summary>Begins to print to <paramref name="output"/>.</summary>
    public DaemonLog(TextWriter output)
    {
        _output = output;
        _writer = new Thread(Print) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <summary>Queues a line as <c>IDP0101W text</c>.</summary>
    public void Write(DaemonMessage message, string text) => WritePlain(LogEntry.Format(message, text));

    /// <summary>Queues a packet that met a logged rule; allocates nothing.</summary>
    public void Write(in FilterHit hit) => Queue(new LogEntry(null, hit));

    /// <summary>Queues a line as it is.</summary>
    public void WritePlain(string line) => Queue(new LogEntry(line, default));

    /// <summary>Prints what is queued and ends.</summary>
    public void Dispose()
    {
        if (_lines.Writer.TryComplete())
        {
            _writer.Join();
        }
    }

    private void Queue(in LogEntry entry)
    {
        if (!_lines.Writer.TryWrite(entry))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    private void Print()
    {
        while (_lines.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_lines.Reader.TryRead(out var entry))
            {
                _output.WriteLine(entry.ToString());
            }

            if (Interlocked.Exchange(ref _lost, 0) is var lost and > 0)
            {
                _output.WriteLine(LogEntry.Format(DaemonMessage.MessagesLost, $"{lost} messages came faster than they could be printed and are missing here"));
            }

            _output.Flush();
        }
    }
}
