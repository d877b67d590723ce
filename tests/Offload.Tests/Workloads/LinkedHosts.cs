using System.Net;
using IpsecDp.Wire.Ip;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Accounting;

namespace Offload.Tests.Workloads;

/// <summary>Two hosts joined by a queue each way under a clock that moves one microsecond per turn, or to the next due time; what a fault does to a packet is a function.</summary>
internal sealed class LinkedHosts(IWorkload a, IWorkload b)
{
    internal const long TicksPerSecond = 1_000_000_000;
    private const long Turn = 1_000;

    private readonly Queue<byte[]> _toA = new();
    private readonly Queue<byte[]> _toB = new();
    private readonly byte[] _buffer = new byte[65535];

    internal static AddressPair V4 { get; } = Pair("192.0.2.1", "198.51.100.2");

    internal static AddressPair V6 { get; } = Pair("2001:db8:1::1", "2001:db8:2::2");

    internal long Now { get; private set; } = 5_000_000_000;

    internal long Written { get; private set; }

    /// <summary>What the link makes of a packet: the packets that come out of it.</summary>
    internal Func<byte[], FlowTag, IEnumerable<byte[]>> Fault { get; set; } = (packet, _) => [packet];

    internal Action<HostSide, byte[], FlowTag> Watch { get; set; } = (_, _, _) => { };

    internal TrafficReport Report => TrafficReport.Between(a, b);

    internal static TrafficModel Model(params AddressPair[] pairs) => new() { Seed = 42, Pairs = pairs, TicksPerSecond = TicksPerSecond };

    internal static LinkedHosts Of(TrafficModel model) => new(new TrafficHost(model, HostSide.A), new TrafficHost(model, HostSide.B));

    /// <summary>Runs until so many packets were written.</summary>
    internal LinkedHosts Run(long packets)
    {
        var goal = Written + packets;
        while (Written < goal)
        {
            Step();
        }

        return this;
    }

    /// <summary>Drains both hosts and the link.</summary>
    internal TrafficReport Drain()
    {
        a.Drain();
        b.Drain();
        for (var turns = 0; !(a.IsQuiet && b.IsQuiet && _toA.Count == 0 && _toB.Count == 0); turns++)
        {
            Assert.True(turns < 10_000_000, "the hosts never came to rest");
            Step();
        }

        Step();
        return Report;
    }

    private static AddressPair Pair(string a, string b) => new(IpAddress.From(IPAddress.Parse(a)), IpAddress.From(IPAddress.Parse(b)));

    private void Step()
    {
        var isBusy = Send(HostSide.A, a, _toB) | Send(HostSide.B, b, _toA);
        isBusy |= Deliver(_toB, b) | Deliver(_toA, a);
        var due = Math.Min(a.NextDue, b.NextDue);
        Now = isBusy || due == long.MaxValue ? Now + Turn : Math.Max(Now + Turn, due);
    }

    private bool Send(HostSide side, IWorkload host, Queue<byte[]> link)
    {
        var length = host.TryWriteNext(_buffer, Now, out var tag);
        if (length == 0)
        {
            return false;
        }

        Written++;
        var packet = _buffer[..length];
        Watch(side, packet, tag);
        foreach (var outcome in Fault(packet, tag))
        {
            link.Enqueue(outcome);
        }

        return true;
    }

    private bool Deliver(Queue<byte[]> link, IWorkload host)
    {
        if (!link.TryDequeue(out var packet))
        {
            return false;
        }

        do
        {
            host.Receive(packet, Now + (Turn / 2));
        }
        while (link.TryDequeue(out packet));
        return true;
    }
}
