using System.Diagnostics;
using System.Net.Sockets;

namespace IpsecDp.Peers.Datagrams;

/// <summary>Sends numbered datagrams at a rate, each by a call of its own or many by one call with UDP_SEGMENT.</summary>
internal sealed class DatagramSender : IDisposable
{
    private const int MostSegments = 64;
    private const int MostOctets = 60000;

    // Half of a TUN device's queue: a longer burst would measure the queue.
    private const int MostDebt = 250;
    private const double MostDebtSeconds = 0.01;

    private readonly Socket _socket;
    private readonly int _payload;
    private readonly int _each;
    private readonly byte[] _octets;

    /// <summary>Takes the socket over.</summary>
    public DatagramSender(Socket socket, int payload, bool isSegmented)
    {
        (_socket, _payload) = (socket, payload);
        _each = isSegmented ? Math.Min(MostSegments, MostOctets / payload) : 1;
        _octets = new byte[_each * payload];
        if (isSegmented)
        {
            BedSocket.Set(socket, BedSocket.LevelUdp, BedSocket.Segment, payload);
        }
    }

    /// <summary>Sends for a time and gives what left and how long it took.</summary>
    /// <remarks>What a pause of the machine kept it from sending is forgiven, because a burst that catches up would be lost for the sender's fault.</remarks>
    public (long Sent, double Seconds) Send(int trial, double? rate, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        long sent = 0, numbered = 0;
        var forgiven = 0.0;
        var mostDebt = Math.Max(_each, Math.Min(MostDebt * _each, (rate ?? 0) * MostDebtSeconds));
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < duration)
        {
            if (rate is { } wanted)
            {
                var debt = (elapsed.TotalSeconds * wanted) - sent - forgiven;
                forgiven += Math.Max(0, debt - mostDebt);
                if (debt < _each)
                {
                    Thread.Sleep(1);
                    continue;
                }
            }

            for (var i = 0; i < _each; i++)
            {
                DatagramMark.Write(_octets.AsSpan(i * _payload), trial, numbered++);
            }

            // What the kernel has no room for is not sent; it will have room again.
            sent += _socket.Send(_octets, SocketFlags.None, out var refusal) > 0 && refusal == SocketError.Success ? _each : 0;
        }

        return (sent, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
