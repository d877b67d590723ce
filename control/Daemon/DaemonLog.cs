using System.Globalization;
using System.Threading.Channels;

namespace IpsecDp.Daemon;

/// <summary>Lines for the operator: written by any thread without waiting, printed by one, the newest lost and counted when there are too many.</summary>
public sealed class DaemonLog : IDisposable
{
    private const int MostWaiting = 1024;
    private const int FirstWarning = 100;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
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
    public void Write(DaemonMessage message, string text) => WritePlain(Format(message, text));

    /// <summary>Queues a line as it is.</summary>
    public void WritePlain(string line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>Prints what is queued and ends.</summary>
    public void Dispose()
    {
        if (_lines.Writer.TryComplete())
        {
            _writer.Join();
        }
    }

    private static string Format(DaemonMessage message, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"IDP{(int)message:0000}{((int)message > FirstWarning ? 'W' : 'I')} {text}");

    private void Print()
    {
        while (_lines.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_lines.Reader.TryRead(out var line))
            {
                _output.WriteLine(line);
            }

            if (Interlocked.Exchange(ref _lost, 0) is var lost and > 0)
            {
                _output.WriteLine(Format(DaemonMessage.MessagesLost, $"{lost} messages came faster than they could be printed and are missing here"));
            }

            _output.Flush();
        }
    }
}
