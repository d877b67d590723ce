using IpsecDp.Ike;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>Two endpoints and what is between them: a clock that moves only here, seeded dice, and a script that loses, doubles, delays and turns around.</summary>
internal sealed class LinkedEndpoints : IDisposable
{
    private readonly PriorityQueue<(LinkDatagram Datagram, IkePath Path), (DateTimeOffset At, int Number)> _flying = new();
    private int _arrivals;

    public LinkedEndpoints(IkeModel left, IkeModel right, int seed = 1) => (Left, Right) = (new(left, seed), new(right, seed + 1000));

    public LinkedEnd Left { get; }

    public LinkedEnd Right { get; }

    public DateTimeOffset Now { get; private set; } = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What becomes of each datagram; it may act, too.</summary>
    public Func<LinkDatagram, LinkFate> Script { get; set; } = _ => LinkFate.Arrives;

    /// <summary>What somebody in the middle makes of a datagram's octets.</summary>
    public Func<LinkDatagram, byte[]> Mutation { get; set; } = datagram => datagram.Octets;

    /// <summary>How a NAT between them changes a path, seen by the receiver.</summary>
    public Func<LinkDatagram, IkePath, IkePath> Nat { get; set; } = (_, path) => path;

    /// <summary>What was sent and what happened, a line each, for whoever has to find out.</summary>
    public List<string> Transcript { get; } = [];

    /// <summary>All that was sent, with when.</summary>
    public List<(DateTimeOffset At, LinkDatagram Datagram)> Sent { get; } = [];

    /// <summary>An order to one end.</summary>
    public void Order(LinkedEnd end, IkeCommand command)
    {
        end.Endpoint.Execute(command, end.Turn(Now));
        Carry(end);
    }

    /// <summary>A datagram of somebody else's making.</summary>
    public void Inject(LinkedEnd end, IkePath path, byte[] octets)
    {
        end.Endpoint.Receive(path, octets, end.Turn(Now));
        Carry(end);
    }

    /// <summary>Runs for a time, until nothing is due before its end.</summary>
    public void Run(TimeSpan time)
    {
        var end = Now + time;
        while (NextAt() is { } at && at <= end)
        {
            Now = at > Now ? at : Now;
            Step();
        }

        Now = end;
    }

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }

    private DateTimeOffset? NextAt()
    {
        DateTimeOffset? next = _flying.TryPeek(out _, out var flight) ? flight.At : null;
        foreach (var end in new[] { Left, Right })
        {
            next = end.Endpoint.WakeAt is { } wake && (next is null || wake < next) ? wake : next;
        }

        return next;
    }

    private void Step()
    {
        foreach (var end in new[] { Left, Right })
        {
            if (end.Endpoint.WakeAt <= Now)
            {
                end.Endpoint.Wake(end.Turn(Now));
                Carry(end);
                Assert.False(end.Endpoint.WakeAt <= Now, "what was due is done");
            }
        }

        while (_flying.TryPeek(out var arrival, out var flight) && flight.At <= Now)
        {
            _flying.Dequeue();
            var end = arrival.Datagram.FromLeft ? Right : Left;
            if (arrival.Datagram.Octets.Length > 1)
            {
                end.Endpoint.Receive(arrival.Path, [.. arrival.Datagram.Octets], end.Turn(Now));
                Carry(end);
            }
        }
    }

    private void Carry(LinkedEnd end)
    {
        var seen = end.Events.Count;
        var transmits = end.Take();
        foreach (var happened in end.Events.Skip(seen))
        {
            Transcript.Add($"{Now:HH:mm:ss.fff} {(end == Left ? "left " : "right")} {Tell(happened)}");
        }

        foreach (var transmit in transmits)
        {
            var datagram = new LinkDatagram(end == Left, Sent.Count, transmit.Path, transmit.Message.ToArray());
            Sent.Add((Now, datagram));
            Transcript.Add($"{Now:HH:mm:ss.fff} {(end == Left ? "left  →" : "right →")} {datagram.Number}: {datagram.Header.Exchange} {(datagram.Header.IsResponse ? "response" : "request")} {datagram.Header.MessageId} of {datagram.Header.InitiatorSpi:x4} {datagram.Octets.Length}");
            var path = Nat(datagram, new(transmit.Path.Remote, transmit.Path.RemotePort, transmit.Path.Local, transmit.Path.LocalPort));
            foreach (var delay in Script(datagram).Delays)
            {
                _flying.Enqueue((datagram with { Octets = Mutation(datagram) }, path), (Now + delay, _arrivals++));
            }
        }
    }

    private static string Tell(IkeEvent happened) => happened switch
    {
        IkeEvent.ChildInstalled(var child) => $"installed {child.InboundSpi:x} / {child.OutboundSpi:x} {child.Model.Name}",
        IkeEvent.OutboundReady(var child, var former) => $"seals with {child.OutboundSpi:x} instead of {former:x}",
        IkeEvent.ChildRemoved(var child, _, var reason) => $"removed {child.InboundSpi:x} / {child.OutboundSpi:x}: {reason}",
        _ => happened.ToString(),
    };
}
