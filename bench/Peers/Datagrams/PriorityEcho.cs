using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Contenders;
using IpsecDp.Workloads.EnterpriseExtender;

namespace IpsecDp.Peers.Datagrams;

/// <summary>Datagrams of Enterprise Extender's high priority that B sends back, with the port and the type of service both ends of such traffic have.</summary>
internal sealed class PriorityEcho : IDisposable
{
    private const int Payload = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    // A probe without an answer counts as one that took this long.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Socket _a;
    private readonly Socket _b;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <summary>Opens both ends; B begins to answer.</summary>
    public PriorityEcho(TestBed bed, Tunnel tunnel)
    {
        var (a, b) = (new IPEndPoint(tunnel.AddressOfA, EePorts.High), new IPEndPoint(tunnel.AddressOfB, EePorts.High));
        _b = Marked(BedSocket.Open(bed.B, b, a));
        _a = Marked(BedSocket.Open(bed.A, a, b));
        _thread = new Thread(Answer) { IsBackground = true, Name = "echo at B" };
        _thread.Start();
    }

    /// <summary>Sends a probe a hundredth of a second after the last, or when its answer has come, whichever is later; gives their times in microseconds.</summary>
    public IReadOnlyList<double> Probe(TimeSpan duration, CancellationToken cancellation)
    {
        var times = new List<double>();
        var probe = new byte[Payload];
        var answer = new byte[Payload];
        var started = Stopwatch.GetTimestamp();
        for (var number = 0L; Stopwatch.GetElapsedTime(started) < duration; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            DatagramMark.Write(probe, 0, number);
            var sentAt = Stopwatch.GetTimestamp();
            _a.Send(probe, SocketFlags.None, out _);
            var took = AwaitAnswer(answer, number, sentAt);
            times.Add(took.TotalMicroseconds);
            if (took < Interval)
            {
                Thread.Sleep(Interval - took);
            }
        }

        return times;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _a.Dispose();
        _b.Dispose();
    }

    private static Socket Marked(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, EePorts.TosOf(EePorts.High));
        return socket;
    }

    private TimeSpan AwaitAnswer(byte[] answer, long number, long sentAt)
    {
        while (Stopwatch.GetElapsedTime(sentAt) < Patience)
        {
            var length = _a.Receive(answer, SocketFlags.None, out var refusal);
            if (refusal == SocketError.Success && length == Payload && DatagramMark.Read(answer).Number == number)
            {
                return Stopwatch.GetElapsedTime(sentAt);
            }
        }

        return Patience;
    }

    private void Answer()
    {
        var probe = new byte[Payload];
        while (!_isStopping)
        {
            if (_b.Receive(probe, SocketFlags.None, out var refusal) == Payload && refusal == SocketError.Success)
            {
                _b.Send(probe, SocketFlags.None, out _);
            }
        }
    }
}
