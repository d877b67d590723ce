using System.Numerics;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.Ports.Wrappers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Wrappers;

public sealed class FaultyPortTests
{
    private const int Count = 2_000;

    private static readonly byte[][] Packets = [.. Enumerable.Range(0, Count).Select(number => MarkedPacket.Build(number, 200))];

    private readonly RigBuffers _buffers = new();
    private readonly SteppedClock _clock = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Send_EveryFaultOnce_CountsAddUpAndAgreeWithWhatArrived()
    {
        var (counts, arrived) = Run("drop=3%,duplicate=4%,reorder=5%,corrupt=6%,delay=2%:20,truncate=1%", seed: 11, flush: true);
        Assert.Equal(Count, counts.Offered);
        Assert.Equal(counts.Offered, counts.Unharmed + counts.Dropped + counts.Duplicated + counts.Reordered + counts.Corrupted + counts.Delayed + counts.Truncated);
        Assert.Equal(Count - counts.Dropped + counts.Duplicated, arrived.Count);
        Assert.Equal(counts.Truncated, arrived.Count(packet => packet.Length != 200));
        Assert.Equal(counts.Corrupted, arrived.Count(packet => packet.Length == 200 && InvertedBits(packet) == 1));
        Assert.Equal(arrived.Count - counts.Truncated - counts.Corrupted, arrived.Count(packet => packet.Length == 200 && InvertedBits(packet) == 0));
        Assert.All([counts.Dropped, counts.Duplicated, counts.Reordered, counts.Corrupted, counts.Delayed, counts.Truncated], count => Assert.InRange(count, 5, 200));
    }

    [Fact]
    public void Send_SameSeed_RepeatsToTheOctet()
    {
        const string Plan = "drop=3%,duplicate=4%,reorder=5%,corrupt=6%,delay=2%:20,truncate=1%";
        var first = Run(Plan, seed: 5, flush: true);
        var again = Run(Plan, seed: 5, flush: true);
        var other = Run(Plan, seed: 6, flush: true);
        Assert.Equal(first.Counts, again.Counts);
        Assert.Equal(first.Arrived, again.Arrived);
        Assert.NotEqual(first.Counts, other.Counts);
    }

    [Fact]
    public void Drop_AllPackets_NoneArrives()
    {
        var (counts, arrived) = Run("drop=100%", seed: 1, flush: true);
        Assert.Empty(arrived);
        Assert.Equal(new FaultCounts { Offered = Count, Dropped = Count }, counts);
    }

    [Fact]
    public void Duplicate_AllPackets_EachComesTwiceInARow()
    {
        var (counts, arrived) = Run("duplicate=100%", seed: 1, flush: true);
        Assert.Equal(Enumerable.Range(0, Count).SelectMany(number => new[] { number, number }), arrived.Select(Number));
        Assert.Equal(Count, counts.Duplicated);
    }

    [Fact]
    public void Duplicate_PoolEmpty_GoesOnAloneAndUncounted()
    {
        var pool = new BufferPool(256, 1);
        var (a, b) = MemoryCipherLink.Create();
        using var port = new FaultyPort(a, new FaultPlan { Duplicate = 1 }, seed: 1);
        using var batch = new PacketBatch();
        var packet = pool.TryRent()!;
        MarkedPacket.Build(1, 100).CopyTo(packet.SetLength(100));
        batch.Add(packet);
        port.Send(batch);
        Assert.Equal(new FaultCounts { Offered = 1, Unharmed = 1 }, port.Counts);
        b.Dispose();
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Corrupt_Payload_SparesTheIpHeader()
    {
        var (counts, arrived) = Run("corrupt=100%:payload", seed: 3, flush: true);
        Assert.Equal(Count, counts.Corrupted);
        Assert.All(arrived, packet => Assert.Equal((0, 1), (InvertedBits(packet.AsSpan(0, 20), Original(packet)), InvertedBits(packet))));
    }

    [Fact]
    public void Corrupt_Anywhere_HitsTheIpHeaderToo()
    {
        var (_, arrived) = Run("corrupt=100%:anywhere", seed: 3, flush: true);
        Assert.All(arrived, packet => Assert.Equal(1, InvertedBits(packet)));
        Assert.Contains(arrived, packet => InvertedBits(packet.AsSpan(0, 20), Original(packet)) == 1);
    }

    [Fact]
    public void Truncate_AllPackets_EachIsABeginningOfItself()
    {
        var (counts, arrived) = Run("truncate=100%", seed: 3, flush: true);
        Assert.Equal(Count, counts.Truncated);
        Assert.All(arrived, (packet, index) => Assert.Equal(MarkedPacket.Build(index, 200)[..packet.Length], packet));
        Assert.All(arrived, packet => Assert.InRange(packet.Length, 1, 199));
    }

    [Fact]
    public void Reorder_SomePackets_LosesNoneAndMovesNoneFurtherThanItsDistance()
    {
        var (counts, arrived) = Run("reorder=10%:3", seed: 3, flush: true);
        var numbers = arrived.ConvertAll(Number);
        Assert.Equal(Enumerable.Range(0, Count), numbers.Order());
        var overtaken = numbers.Where((number, index) => index > 0 && number < numbers.Take(index).Max()).ToList();
        Assert.Equal(counts.Reordered, overtaken.Count);
        // Others that are held with it do not count as passing, so a packet may stand behind by those too.
        Assert.All(overtaken, number => Assert.InRange(numbers.Take(numbers.IndexOf(number)).Count(earlier => earlier > number), 1, 3 + overtaken.Count));
    }

    [Fact]
    public void Reorder_NothingFollows_IsHeldUntilFlushedAndCountsAsUnharmed()
    {
        var (a, b) = MemoryCipherLink.Create();
        using var port = new FaultyPort(a, new FaultPlan { Reorder = 1 }, seed: 1);
        Send(port, 0, 3);
        Assert.Equal(new FaultCounts { Offered = 3, Held = 3 }, port.Counts);
        Assert.Equal(0, a.Stats.SentPackets);
        port.Flush();
        Assert.Equal(new FaultCounts { Offered = 3, Unharmed = 3 }, port.Counts);
        Assert.Equal([0, 1, 2], Receive(b, 3).ConvertAll(Number));
    }

    [Fact]
    public void Delay_ByPackets_ComesAfterExactlyThatMany()
    {
        var (a, b) = MemoryCipherLink.Create();
        using var port = new FaultyPort(a, new FaultPlan { Delay = 0.02, DelayPackets = 10 }, seed: 4);
        Send(port, 0, 64);
        var counts = port.Counts;
        Assert.Equal(64 - counts.Held, a.Stats.SentPackets);
        var numbers = Receive(b, (int)a.Stats.SentPackets).ConvertAll(Number);
        var delayed = numbers.Where((number, index) => index > 0 && number < numbers[index - 1]).ToList();
        Assert.NotEmpty(delayed);
        Assert.Equal(counts.Delayed, delayed.Count);
        Assert.All(delayed, number => Assert.Equal(10, numbers.Take(numbers.IndexOf(number)).Count(earlier => earlier > number)));
    }

    [Fact]
    public void Delay_ByTime_GoesOnWhenTheClockSaysSoWithoutFurtherTraffic()
    {
        var (a, b) = MemoryCipherLink.Create();
        using var port = new FaultyPort(a, new FaultPlan { Delay = 1, DelayTime = TimeSpan.FromMilliseconds(5) }, seed: 1, _clock);
        Send(port, 0, 2);
        _clock.Advance(TimeSpan.FromMilliseconds(3));
        Send(port, 2, 1);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(new FaultCounts { Offered = 3, Held = 3 }, port.Counts);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(new FaultCounts { Offered = 3, Delayed = 2, Held = 1 }, port.Counts);
        _clock.Advance(TimeSpan.FromMilliseconds(3));
        Assert.Equal(new FaultCounts { Offered = 3, Delayed = 3 }, port.Counts);
        Assert.Equal([0, 1, 2], Receive(b, 3).ConvertAll(Number));
    }

    [Fact]
    public void Dispose_PacketsHeld_GoBackAndAreCountedAsAbandoned()
    {
        var (a, _) = MemoryCipherLink.Create();
        var port = new FaultyPort(a, new FaultPlan { Delay = 1, DelayTime = TimeSpan.FromMilliseconds(5) }, seed: 1, _clock);
        Send(port, 0, 4);
        port.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new FaultCounts { Offered = 4, Abandoned = 4 }, port.Counts);
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void Dispose_SenderBlockedInTheInnerPort_WakesIt()
    {
        var (a, b) = MemoryCipherLink.Create(new MemoryPortOptions { QueueLength = 4 });
        var port = new FaultyPort(a, FaultPlan.None, seed: 1);
        using (var sender = new TestThread("sender", () => Send(port, 0, 64)))
        {
            sender.AwaitSleep();
            port.Dispose();
        }

        b.Dispose();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void Reorder_MoreThanCanBeHeld_PassesTheRestUnharmed()
    {
        var (a, b) = MemoryCipherLink.Create();
        using var port = new FaultyPort(a, new FaultPlan { Reorder = 1 }, seed: 1);
        Send(port, 0, 640);
        port.Flush();
        Assert.Equal(Enumerable.Range(0, 640), Receive(b, 640).ConvertAll(Number).Order());
        Assert.Equal(640, port.Counts.Unharmed + port.Counts.Reordered);
    }

    [Fact]
    public void Pass_UnderAnyPlan_IsLeftAlone()
    {
        var (a, b) = MemoryCipherLink.Create();
        using var port = new FaultyPort(a, new FaultPlan { Drop = 1 }, seed: 1);
        using var batch = new PacketBatch();
        batch.Add(_buffers.Fill(MarkedPacket.Build(1, 200)));
        port.Pass(batch);
        Assert.Single(Receive(b, 1));
        Assert.Equal(default, port.Counts);
    }

    [Fact]
    public void Send_CipherSuperframe_FaultsHitSinglePackets()
    {
        var frame = CipherSuperframeOf(40);
        var (a, b) = MemoryCipherLink.Create();
        using var port = new FaultyPort(a, new FaultPlan { Drop = 0.2, Corrupt = 0.2 }, seed: 3, pieces: new BufferPool(BufferPool.PacketCapacity, 64));
        using var batch = new PacketBatch();
        batch.Add(_buffers.Fill(frame.Octets, frame.Segments));
        port.Send(batch);
        var counts = port.Counts;
        Assert.Equal((40L, 0L, 40L), (counts.Offered, counts.Undivided, counts.Unharmed + counts.Dropped + counts.Corrupted));
        Assert.True(counts.Unharmed > 0 && counts.Dropped > 0 && counts.Corrupted > 0);
        var arrived = Receive(b, (int)(40 - counts.Dropped));
        var whole = frame.Split().Select(Convert.ToHexString).ToHashSet();
        Assert.Equal(counts.Unharmed, arrived.Count(packet => whole.Contains(Convert.ToHexString(packet))));
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void Send_CipherSuperframeAndTooFewBuffers_GoesOnWholeAndCounted()
    {
        var frame = CipherSuperframeOf(40);
        var pieces = new BufferPool(BufferPool.PacketCapacity, 39);
        var (a, b) = MemoryCipherLink.Create();
        using var port = new FaultyPort(a, new FaultPlan { Drop = 1 }, seed: 3, pieces: pieces);
        using var batch = new PacketBatch();
        batch.Add(_buffers.Fill(frame.Octets, frame.Segments));
        port.Send(batch);
        Assert.Equal(new FaultCounts { Offered = 1, Unharmed = 1, Undivided = 1 }, port.Counts);
        Assert.Equal(frame.Octets, Assert.Single(Receive(b, 1)));
        Assert.Equal(0, pieces.Outstanding);
    }

    private static Frame CipherSuperframeOf(int count) =>
        Frame.Of([.. Enumerable.Range(0, count).Select(i => PacketBuilder.Udp("192.0.2.1", "198.51.100.1", 4500, 4500).Payload([0, 0, 16, 1, 0, 0, 0, (byte)i, .. new byte[600]]).Build())]);

    private (FaultCounts Counts, List<byte[]> Arrived) Run(string text, int seed, bool flush)
    {
        Assert.True(FaultPlan.TryParse(text, out var plan, out var error), error);
        var (a, b) = MemoryCipherLink.Create(new MemoryPortOptions { QueueLength = 2 * Count });
        using var port = new FaultyPort(a, plan, seed);
        Send(port, 0, Count);
        if (flush)
        {
            port.Flush();
        }

        var arrived = Receive(b, (int)a.Stats.SentPackets);
        Assert.Equal(0, _buffers.Outstanding);
        return (port.Counts, arrived);
    }

    private void Send(FaultyPort port, int first, int count)
    {
        foreach (var numbers in Enumerable.Range(first, count).Chunk(PacketBatch.DefaultCapacity))
        {
            using var batch = new PacketBatch();
            foreach (var number in numbers)
            {
                batch.Add(_buffers.Fill(MarkedPacket.Build(number, 200)));
            }

            port.Send(batch);
        }
    }

    private static List<byte[]> Receive(MemoryCipherPort port, int count)
    {
        using var batch = new PacketBatch();
        var packets = new List<byte[]>();
        while (packets.Count < count)
        {
            Assert.True(port.Receive(batch));
            for (var i = 0; i < batch.Count; i++)
            {
                packets.Add(batch[i]!.Packet.ToArray());
            }

            batch.Clear();
        }

        return packets;
    }

    private static int Number(byte[] packet)
    {
        Assert.True(MarkedPacket.TryReadNumber(packet, out var number));
        return number;
    }

    private static byte[] Original(byte[] packet)
    {
        if (MarkedPacket.TryReadNumber(packet, out var number) && number is >= 0 and < Count && InvertedBits(packet, Packets[number]) <= 1)
        {
            return Packets[number];
        }

        // The inverted bit lies in the number itself: the nearest packet of the run.
        return Packets.MinBy(original => InvertedBits(packet, original))!;
    }

    private static int InvertedBits(byte[] packet) => InvertedBits(packet, Original(packet));

    private static int InvertedBits(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> original)
    {
        var inverted = 0;
        for (var i = 0; i < packet.Length; i++)
        {
            inverted += BitOperations.PopCount((uint)(packet[i] ^ original[i]));
        }

        return inverted;
    }
}
