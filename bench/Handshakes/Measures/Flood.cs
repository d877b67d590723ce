using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Handshakes.Parties;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Handshakes.Measures;

/// <summary>The product's responder on the loopback under first requests of hundreds of addresses that answer nothing: whether established tunnels are rekeyed, a real peer gets in, and memory stays as it is.</summary>
internal static class Flood
{
    private const int Peers = 20;
    private const int Sources = 200;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private static readonly LifetimeModel Life = new(TimeSpan.FromSeconds(2), 0.1, TimeSpan.FromSeconds(20));

    /// <summary>Runs for ten seconds and prints; 1 where something was lost.</summary>
    public static int Run(int aSecond, TextWriter output)
    {
        var (own, peer, late) = (IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.3"));
        using var responder = new SocketParty(own, Models.Responder(IpAddress.From(own), new LimitsModel { HalfOpenOfOnePeer = 64, CookiesFromOnePeer = 64 }));
        using var peers = new SocketParty(peer, Models.Initiator(IpAddress.From(own), 0, Peers, _ => IpAddress.From(peer), Life));
        using var newcomer = new SocketParty(late, Models.Initiator(IpAddress.From(own), 1000, 1, _ => IpAddress.From(late)));
        for (var number = 0; number < Peers; number++)
        {
            peers.Order(new IkeCommand.Initiate(Models.Name(number), Models.Child));
        }

        SpinWait.SpinUntil(() => peers.Count<IkeEvent.ChildInstalled>() == Peers, TimeSpan.FromSeconds(30));
        var (made, resident, started) = (peers.Count<IkeEvent.ChildInstalled>(), Resident(), Stopwatch.GetTimestamp());
        using var end = new CancellationTokenSource();
        var flood = Task.Run(() => Send(new IPEndPoint(own, IkePath.Port), aSecond, end.Token));
        Thread.Sleep(TimeSpan.FromSeconds(2));
        var asked = Stopwatch.GetTimestamp();
        newcomer.Order(new IkeCommand.Initiate(Models.Name(1000), Models.Child));
        SpinWait.SpinUntil(() => newcomer.Count<IkeEvent.ChildInstalled>() > 0, TimeSpan.FromSeconds(10));
        var (isIn, waited) = (newcomer.Count<IkeEvent.ChildInstalled>() > 0, Stopwatch.GetElapsedTime(asked));
        var rest = Duration - Stopwatch.GetElapsedTime(started);
        Thread.Sleep(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        end.Cancel();
        var sent = flood.GetAwaiter().GetResult();
        var rekeys = peers.Count<IkeEvent.ChildInstalled>() - made;
        var lost = peers.Count<IkeEvent.GivenUp>() + peers.Count<IkeEvent.IkeSaClosed>() + peers.Count<IkeEvent.NegotiationFailed>();
        output.WriteLine($"{sent / Stopwatch.GetElapsedTime(started).TotalSeconds:0} first requests a second from {Sources} addresses for {Duration.TotalSeconds:0} s: a real peer {(isIn ? $"was in after {waited.TotalSeconds:0.00} s" : "DID NOT GET IN")}; {rekeys} rekeys of {Peers} tunnels of 2 s, {peers.Count<IkeEvent.Retransmitted>()} requests sent again, {lost} lost; resident {resident / 1048576.0:0.0} MiB before, {Resident() / 1048576.0:0.0} after; {responder.Dropped} datagrams dropped at the socket, {responder.Refused} refused");
        return isIn && lost == 0 && rekeys >= Peers ? 0 : 1;
    }

    private static long Send(IPEndPoint to, int aSecond, CancellationToken end)
    {
        var sockets = Enumerable.Range(0, Sources).Select(Source).ToArray();
        var template = Template(to.Address);
        var (sent, started, dice) = (0L, Stopwatch.GetTimestamp(), new Random(1));
        while (!end.IsCancellationRequested)
        {
            if (sent >= Stopwatch.GetElapsedTime(started).TotalSeconds * aSecond)
            {
                Thread.Sleep(1);
                continue;
            }

            dice.NextBytes(template.AsSpan(0, 8));
            template[0] |= 1;
            sockets[sent % Sources].SendTo(template, to);
            sent++;
        }

        Array.ForEach(sockets, socket => socket.Dispose());
        return sent;
    }

    private static Socket Source(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4096 };
        socket.Bind(new IPEndPoint(IPAddress.Parse($"127.9.{number / 250}.{1 + (number % 250)}"), 0));
        return socket;
    }

    // What an initiator of the same policy would send.
    private static byte[] Template(IPAddress to)
    {
        using var endpoint = new IkeEndpoint(Models.Initiator(IpAddress.From(to), 0, 1, _ => Models.Address("127.9.0.1")));
        var outbox = new IkeOutbox();
        endpoint.Execute(new IkeCommand.Initiate(Models.Name(0), Models.Child), new IkeTurn(TimeProvider.System.GetUtcNow(), new Daemon.Ike.SystemEntropy(), outbox));
        return outbox.Transmits[0].Message.ToArray();
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
