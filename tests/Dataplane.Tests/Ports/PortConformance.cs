using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports;

/// <summary>What every port promises, clear or cipher, in memory or of an operating system; a class per port derives and says how its rig is made, skipping with a reason where that is impossible.</summary>
public abstract class PortConformance
{
    [Fact]
    public void Receive_EmptyThenInterrupted_ReturnsFalse()
    {
        using var rig = CreateRig();
        using var receiver = new TestThread("receiver", () => Assert.Empty(ReceiveUntilEnd(rig)));
        rig.Interrupt();
        receiver.Join();
        Assert.Empty(ReceiveUntilEnd(rig));
    }

    [Fact]
    public void Receive_DisposedWhileBlocked_ReturnsFalse()
    {
        using var rig = CreateRig();
        using var receiver = new TestThread("receiver", () => Assert.Empty(ReceiveUntilEnd(rig)));
        rig.DisposePort();
        receiver.Join();
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Receive_InterruptedBefore_ReturnsFalseAndLeavesNothingOut()
    {
        using var rig = CreateRig();
        rig.Feed(rig.MakePacket(1, 200));
        rig.Interrupt();
        using var batch = new PacketBatch(rig.BatchSize);
        Assert.False(rig.Receive(batch));
        Assert.Equal(0, batch.Count);
        rig.DisposePort();
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Dispose_Twice_IsAsGoodAsOnce()
    {
        using var rig = CreateRig();
        rig.DisposePort();
        rig.DisposePort();
        using var batch = new PacketBatch(rig.BatchSize);
        Assert.False(rig.Receive(batch));
    }

    [Fact]
    public void HasWaiting_OnlyBetweenArrivalAndReceive_AndNotOnceDisposed()
    {
        using var rig = CreateRig();
        rig.Feed(rig.MakePacket(1, 200));
        Assert.True(!rig.TellsWaiting || SpinWait.SpinUntil(() => rig.HasWaiting, TestThread.Patience));
        using var batch = new PacketBatch(rig.BatchSize);
        Assert.True(rig.Receive(batch));
        Assert.True(rig.HasForeignTraffic || !rig.HasWaiting);
        rig.Feed(rig.MakePacket(2, 200));
        rig.DisposePort();
        Assert.False(rig.HasWaiting);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(511)]
    [InlineData(1024)]
    public void Receive_OnePacket_ArrivesWholeWithRoomAround(int length)
    {
        using var rig = CreateRig();
        var sent = rig.MakePacket(7, length);
        rig.Feed(sent);
        var received = Assert.Single(Receive(rig, 1));
        AssertSame(rig, sent, received);
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Receive_MtuSizePacket_ArrivesWhole()
    {
        using var rig = CreateRig();
        var sent = rig.MakePacket(7, rig.Mtu);
        rig.Feed(sent);
        AssertSame(rig, sent, Assert.Single(Receive(rig, 1)));
    }

    [Fact]
    public void Receive_TwoBatchesWorth_ComeInOrderAndNeverMoreThanABatch()
    {
        using var rig = CreateRig();
        var batchSize = rig.BatchSize;
        var count = 2 * batchSize;
        for (var i = 0; i < count; i++)
        {
            rig.Feed(rig.MakePacket(i, 200));
        }

        Assert.Equal(Enumerable.Range(0, count), Receive(rig, count).SelectMany(packet => packet.Numbers));
        Assert.Equal(batchSize, rig.BatchSize);
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Receive_IntoABatchWithPackets_AddsBehindThem()
    {
        using var rig = CreateRig();
        rig.Feed(rig.MakePacket(1, 200));
        using var batch = new PacketBatch(rig.BatchSize + 1);
        batch.Add(Fill(rig, rig.MakePacket(1000, 200)));
        do
        {
            Assert.True(rig.Receive(batch));
        }
        while (Numbers(batch).Count < 2 && !batch.IsFull);

        Assert.Equal([1000, 1], Numbers(batch));
    }

    [Fact]
    public void Receive_Superframe_BringsEverySegmentInOrder()
    {
        using var rig = CreateRig();
        Assert.SkipUnless(rig.CarriesSuperframes, $"{rig.Name} carries single packets only");
        var (octets, segments) = rig.MakeSuperframe(10, 30, 1000);
        rig.Feed(octets, segments);
        Assert.Equal(Enumerable.Range(10, 30), Receive(rig, 30).SelectMany(packet => packet.Numbers));
        Assert.Equal(0, rig.Outstanding);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(511)]
    [InlineData(1024)]
    public void Send_OnePacket_ArrivesWhole(int length)
    {
        using var rig = CreateRig();
        var sent = rig.MakePacket(7, length);
        Send(rig, sent);
        AssertSame(rig, sent, rig.Drain());
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Send_MtuSizePacket_ArrivesWhole()
    {
        using var rig = CreateRig();
        var sent = rig.MakePacket(7, rig.Mtu);
        Send(rig, sent);
        AssertSame(rig, sent, rig.Drain());
        Assert.Equal(0, rig.Stats.SendFailures);
    }

    [Fact]
    public void Send_OversizePacket_IsRefusedCountedAndHoldsUpNoOther()
    {
        using var rig = CreateRig();
        Assert.SkipUnless(rig.RefusesOversize, $"{rig.Name} leaves oversize packets to the system");
        Send(rig, rig.MakePacket(1, 200), rig.MakePacket(2, rig.Mtu + 1), rig.MakePacket(3, 200));
        Assert.Equal([1, 3], [.. rig.Drain().Numbers, .. rig.Drain().Numbers]);
        Assert.Equal(1, rig.Stats.SendFailures);
        Assert.Equal(2, rig.Stats.SentPackets);
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Send_FullBatches_ArriveInOrder()
    {
        using var rig = CreateRig();
        var count = 2 * PacketBatch.DefaultCapacity;
        foreach (var numbers in Enumerable.Range(0, count).Chunk(PacketBatch.DefaultCapacity))
        {
            Send(rig, [.. numbers.Select(number => rig.MakePacket(number, 200))]);
        }

        Assert.Equal(Enumerable.Range(0, count), Drain(rig, count));
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Send_BatchWithTakenSlots_SendsTheRest()
    {
        using var rig = CreateRig();
        using (var batch = new PacketBatch())
        {
            batch.Add(Fill(rig, rig.MakePacket(1, 200)));
            batch.Add(Fill(rig, rig.MakePacket(2, 200)));
            batch.Add(Fill(rig, rig.MakePacket(3, 200)));
            batch.Take(1)!.Return();
            rig.Send(batch);
        }

        Assert.Equal([1, 3], Drain(rig, 2));
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Send_Superframe_BringsEverySegmentInOrder()
    {
        using var rig = CreateRig();
        Assert.SkipUnless(rig.CarriesSuperframes, $"{rig.Name} carries single packets only");
        var (octets, segments) = rig.MakeSuperframe(10, 30, 1000);
        using (var batch = new PacketBatch())
        {
            batch.Add(Fill(rig, octets, segments));
            rig.Send(batch);
        }

        Assert.Equal(Enumerable.Range(10, 30), Drain(rig, 30));
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Send_TwoSendersAtOnce_EachKeepsItsOrderAndNothingIsLost()
    {
        const int PerSender = 320;
        using var rig = CreateRig();
        using (new TestThread("sender 0", () => SendRun(rig, 0, PerSender)))
        using (new TestThread("sender 1", () => SendRun(rig, PerSender, PerSender)))
        {
            var drained = Drain(rig, 2 * PerSender);
            Assert.Equal(Enumerable.Range(0, PerSender), drained.Where(number => number < PerSender));
            Assert.Equal(Enumerable.Range(PerSender, PerSender), drained.Where(number => number >= PerSender));
        }

        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Send_AfterDispose_RefusesQuietly()
    {
        using var rig = CreateRig();
        rig.DisposePort();
        Send(rig, rig.MakePacket(1, 200));
        Assert.Equal(0, rig.Stats.SentPackets);
        Assert.Equal(1, rig.Stats.SendFailures);
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Stats_AfterTrafficBothWays_SayWhatWasCarried()
    {
        using var rig = CreateRig();
        for (var i = 0; i < 5; i++)
        {
            rig.Feed(rig.MakePacket(i, 300));
        }

        Receive(rig, 5);
        Send(rig, rig.MakePacket(1, 200), rig.MakePacket(2, 250), rig.MakePacket(3, 300));
        Drain(rig, 3);
        var stats = rig.Stats;
        Assert.Equal((3, 750), (stats.SentPackets, stats.SentBytes));
        Assert.Equal(0, stats.SendFailures);
        if (rig.HasForeignTraffic)
        {
            Assert.True(stats is { ReceivedPackets: >= 5, ReceivedBytes: >= 1500 }, stats.ToString());
            return;
        }

        Assert.Equal((5, 1500, 0), (stats.ReceivedPackets, stats.ReceivedBytes, stats.ReceiveFailures));
    }

    protected abstract PortRig CreateRig();

    private static void AssertSame(PortRig rig, byte[] expected, RecordedPacket actual)
    {
        if (rig.KeepsOctets)
        {
            Assert.Equal(expected, actual.Octets);
        }

        Assert.Equal(expected.Length, actual.Octets.Length);
        Assert.Equal(MarkedPacket.ReadNumbers(expected, default), actual.Numbers);
    }

    private static PacketBuffer Fill(PortRig rig, byte[] octets, Segmentation segments = default)
    {
        var packet = rig.Rent(octets.Length);
        octets.CopyTo(packet.SetLength(octets.Length));
        packet.Segments = segments;
        return packet;
    }

    private static void Send(PortRig rig, params byte[][] packets)
    {
        using var batch = new PacketBatch();
        foreach (var packet in packets)
        {
            batch.Add(Fill(rig, packet));
        }

        rig.Send(batch);
    }

    private static void SendRun(PortRig rig, int firstNumber, int count)
    {
        foreach (var numbers in Enumerable.Range(firstNumber, count).Chunk(32))
        {
            Send(rig, [.. numbers.Select(number => rig.MakePacket(number, 200))]);
        }
    }

    private static List<int> Drain(PortRig rig, int count)
    {
        var numbers = new List<int>();
        while (numbers.Count < count)
        {
            numbers.AddRange(rig.Drain().Numbers);
        }

        return numbers;
    }

    // Foreign traffic is left out; a loss ends the test by the watchdog's interruption and not by hanging.
    private static List<RecordedPacket> Receive(PortRig rig, int count)
    {
        using var watchdog = new Timer(_ => rig.Interrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        using var batch = new PacketBatch(rig.BatchSize);
        var received = new List<RecordedPacket>();
        while (received.Sum(packet => packet.Numbers.Count) < count)
        {
            Assert.True(rig.Receive(batch), $"{received.Count} of {count} packets arrived");
            Assert.InRange(batch.Count, 1, rig.BatchSize);
            Record(batch, received);
            batch.Clear();
        }

        return received;
    }

    private static List<RecordedPacket> ReceiveUntilEnd(PortRig rig)
    {
        using var batch = new PacketBatch(rig.BatchSize);
        var received = new List<RecordedPacket>();
        while (rig.Receive(batch))
        {
            Record(batch, received);
            batch.Clear();
        }

        return received;
    }

    private static void Record(PacketBatch batch, List<RecordedPacket> received)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var packet = batch[i]!;
            Assert.True(packet.RoomBefore >= PacketBuffer.Headroom, "headroom");
            Assert.True(packet.RoomBehind >= PacketBuffer.Tailroom, "tailroom");
            Assert.Equal(default, packet.Trail);
            var recorded = new RecordedPacket(packet.Packet.ToArray(), packet.Segments);
            if (recorded.Numbers.Count > 0)
            {
                received.Add(recorded);
            }
        }
    }

    private static List<int> Numbers(PacketBatch batch)
    {
        var numbers = new List<int>();
        for (var i = 0; i < batch.Count; i++)
        {
            numbers.AddRange(MarkedPacket.ReadNumbers(batch[i]!.Packet, batch[i]!.Segments));
        }

        return numbers;
    }
}
