using System.Diagnostics;
using System.Net;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Contenders;
using IpsecDp.Peers.Statistics;

namespace IpsecDp.Peers.Datagrams;

/// <summary>A sender at A and a receiver at B, for trials of one size of datagram.</summary>
internal sealed class DatagramPath : IDisposable
{
    private const int PortOfA = 5301;
    private const int PortOfB = 5302;
    private const int LookMilliseconds = 20;

    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(80);

    private readonly DatagramSender _sender;
    private readonly DatagramReceiver _receiver;
    private int _trials;

    /// <summary>Opens both.</summary>
    public DatagramPath(TestBed bed, Tunnel tunnel, int payload, bool isSegmented)
    {
        var (a, b) = (new IPEndPoint(tunnel.AddressOfA, PortOfA), new IPEndPoint(tunnel.AddressOfB, PortOfB));
        _receiver = new DatagramReceiver(BedSocket.Open(bed.B, b, a), payload);
        _sender = new DatagramSender(BedSocket.Open(bed.A, a, b), payload, isSegmented);
    }

    /// <summary>Sends for a time at a rate, null meaning as fast as it can, and waits for what is under way.</summary>
    public RateTrial Try(double? rate, TimeSpan duration)
    {
        var trial = ++_trials;
        _receiver.Expect(trial);
        var (sent, seconds) = _sender.Send(trial, rate, duration);
        var ended = Stopwatch.GetTimestamp();
        while (_receiver.Delivered < sent && (_receiver.Silence < Silence || Stopwatch.GetElapsedTime(ended) < LeastPatience))
        {
            Thread.Sleep(LookMilliseconds);
        }

        return new RateTrial(sent, _receiver.Delivered, seconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }
}
