using System.Diagnostics;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Accounting;
using IpsecDp.Workloads.OpenLoop;

namespace Offload.Tests.Workloads.OpenLoop;

public sealed class ArrivalBooksTests
{
    private const byte Trial = 9;
    private const int Flows = 4;

    private readonly ArrivalBooks _books;

    public ArrivalBooksTests()
    {
        var order = new ArrivalOrder(Flows);
        order.Begin();
        _books = new ArrivalBooks(order);
        _books.Begin(Trial);
    }

    [Fact]
    public void Book_OwnPackets_AreCountedWithTheirLatency()
    {
        _books.Book(Packet(new ArrivalStamp(1000, 0, 1, (byte)TrafficClass.EeHigh, Trial)), 1000 + (Stopwatch.Frequency / 1000));
        _books.Book(Packet(new ArrivalStamp(1000, 7, 1, (byte)TrafficClass.EeHigh, Trial)), 1000 + (Stopwatch.Frequency / 1000));

        var latency = new LatencyHistogram();
        _books.AddLatency(TrafficClass.EeHigh, latency);
        Assert.Equal(2, _books.DeliveredOf(TrafficClass.EeHigh));
        Assert.Equal(0, _books.ReorderedOf(TrafficClass.EeHigh));
        Assert.Equal(120, _books.Octets);
        Assert.InRange(latency.Percentile(0.5), 990_000, 1_010_000);
    }

    [Fact]
    public void Book_BehindALaterOneOfItsFlow_IsReordered()
    {
        _books.Book(Packet(new ArrivalStamp(0, 5, 2, (byte)TrafficClass.Bulk, Trial)), 1);
        _books.Book(Packet(new ArrivalStamp(0, 4, 2, (byte)TrafficClass.Bulk, Trial)), 1);
        _books.Book(Packet(new ArrivalStamp(0, 3, 3, (byte)TrafficClass.Bulk, Trial)), 1);

        Assert.Equal(3, _books.DeliveredOf(TrafficClass.Bulk));
        Assert.Equal(1, _books.ReorderedOf(TrafficClass.Bulk));
    }

    [Fact]
    public void Book_AnythingElse_IsAStranger()
    {
        _books.Book(Packet(new ArrivalStamp(0, 0, 0, (byte)TrafficClass.Bulk, Trial - 1)), 1);
        _books.Book(Packet(new ArrivalStamp(0, 0, Flows, (byte)TrafficClass.Bulk, Trial)), 1);
        _books.Book(Packet(new ArrivalStamp(0, 0, 0, byte.MaxValue, Trial)), 1);
        _books.Book(new byte[20], 1);

        Assert.Equal(4, _books.Strangers);
        Assert.Equal(0, _books.Delivered);
    }

    private static byte[] Packet(ArrivalStamp stamp)
    {
        var packet = new byte[60];
        stamp.Write(packet);
        return packet;
    }
}
