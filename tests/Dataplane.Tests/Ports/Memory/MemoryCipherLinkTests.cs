using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Memory;

public sealed class MemoryCipherLinkTests
{
    private readonly RigBuffers _buffers = new();

    [Fact]
    public void Send_Packet_MovesTheBufferItself()
    {
        var (a, b) = MemoryCipherLink.Create();
        using var batch = Batch(1);
        var packet = batch[0];
        a.Send(batch);
        Assert.Null(batch[0]);
        using var received = new PacketBatch();
        Assert.True(b.Receive(received));
        Assert.Same(packet, received[0]);
    }

    [Fact]
    public void Pass_Packet_ArrivesLikeASentOne()
    {
        var (a, b) = MemoryCipherLink.Create();
        using var batch = Batch(1);
        a.Pass(batch);
        using var received = new PacketBatch();
        Assert.True(b.Receive(received));
        Assert.Equal(1, a.Stats.SentPackets);
        Assert.Equal(1, b.Stats.ReceivedPackets);
    }

    [Fact]
    public void Receive_PacketThatUsedItsRooms_HasThemAgain()
    {
        var (a, b) = MemoryCipherLink.Create();
        using var batch = new PacketBatch();
        var packet = _buffers.Fill(MarkedPacket.Build(5, 300));
        packet.Prepend(50).Fill(1);
        packet.Append(20).Fill(2);
        packet.Trail.TryAdd(9);
        packet.PortMark = 3;
        var octets = packet.Packet.ToArray();
        batch.Add(packet);
        a.Send(batch);
        using var received = new PacketBatch();
        b.Receive(received);
        Assert.Equal(octets, received[0]!.Packet.ToArray());
        Assert.Equal(PacketBuffer.Headroom, received[0]!.RoomBefore);
        Assert.Equal(default, received[0]!.Trail);
        Assert.Equal(0, received[0]!.PortMark);
        Assert.True(received[0]!.ArrivedAt > 0);
    }

    [Fact]
    public void Receive_RoomNotToBeRestored_LeavesThePacketWhereItWas()
    {
        var (a, b) = MemoryCipherLink.Create(new MemoryPortOptions { RestoresRoom = false });
        using var batch = Batch(1);
        batch[0]!.Prepend(50);
        a.Send(batch);
        using var received = new PacketBatch();
        b.Receive(received);
        Assert.Equal(PacketBuffer.Headroom - 50, received[0]!.RoomBefore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Send_PacketThatLeavesItsBufferNoRoom_IsRefusedWhereRoomIsRestored(bool restoresRoom)
    {
        var (a, _) = MemoryCipherLink.Create(new MemoryPortOptions { Mtu = 2 * BufferPool.PacketCapacity, RestoresRoom = restoresRoom });
        using var batch = new PacketBatch();
        var packet = _buffers.Fill(MarkedPacket.Build(0, BufferPool.PacketCapacity));
        packet.Prepend(1);
        batch.Add(packet);
        a.Send(batch);
        Assert.Equal(restoresRoom ? (0, 1) : (1, 0), (a.Stats.SentPackets, a.Stats.SendFailures));
    }

    [Fact]
    public void Send_SuperframeOverALinkForPackets_IsRefusedAsThePacketsItStandsFor()
    {
        var (a, _) = MemoryCipherLink.Create(new MemoryPortOptions { CarriesSuperframes = false });
        using var batch = new PacketBatch();
        var (octets, segments) = MarkedPacket.BuildSuperframe(0, 20, 1000);
        batch.Add(_buffers.Fill(octets, segments));
        a.Send(batch);
        Assert.NotNull(batch[0]);
        Assert.Equal(20, a.Stats.SendFailures);
    }

    [Fact]
    public void Send_SuperframeOfPacketsOverTheMtu_IsRefused()
    {
        var (a, _) = MemoryCipherLink.Create(new MemoryPortOptions { Mtu = 1027 });
        using var batch = new PacketBatch();
        var (octets, segments) = MarkedPacket.BuildSuperframe(0, 2, 1000);
        batch.Add(_buffers.Fill(octets, segments));
        a.Send(batch);
        Assert.Equal(2, a.Stats.SendFailures);
    }

    [Fact]
    public void Send_FullLinkThatDrops_CountsTheRestAndReturns()
    {
        var (a, b) = MemoryCipherLink.Create(new MemoryPortOptions { QueueLength = 10, DropsWhenFull = true });
        using (var batch = Batch(25))
        {
            a.Send(batch);
            Assert.NotNull(batch[10]);
            Assert.Null(batch[9]);
        }

        Assert.Equal((10, 15), (a.Stats.SentPackets, a.Stats.SendFailures));
        b.Dispose();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void Send_FullLink_WaitsAndLosesNothing()
    {
        var (a, b) = MemoryCipherLink.Create(new MemoryPortOptions { QueueLength = 10 });
        using (var sender = new TestThread("sender", () => SendAll(a, 64)))
        {
            sender.AwaitSleep();
            Assert.Equal(Enumerable.Range(0, 64), ReceiveNumbers(b, 64));
        }

        Assert.Equal((64, 0), (a.Stats.SentPackets, a.Stats.SendFailures));
        Assert.Equal(0, _buffers.Outstanding);
    }

    public static TheoryData<string> WaysToWakeASender => ["interrupt far end", "dispose far end", "interrupt own end", "dispose own end"];

    [Theory]
    [MemberData(nameof(WaysToWakeASender))]
    public void Send_BlockedOnAFullLink_GivesUpWhenAnEndCloses(string way)
    {
        var (a, b) = MemoryCipherLink.Create(new MemoryPortOptions { QueueLength = 10 });
        using (var sender = new TestThread("sender", () => SendAll(a, 64)))
        {
            sender.AwaitSleep();
            Close(way, a, b);
        }

        Assert.Equal((10, 54), (a.Stats.SentPackets, a.Stats.SendFailures));
        b.Dispose();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Receive_AsleepOnAnEmptyLink_EndsWhenItsEndCloses(bool disposes)
    {
        var (a, _) = MemoryCipherLink.Create();
        using var batch = new PacketBatch();
        using var receiver = new TestThread("receiver", () => Assert.False(a.Receive(batch)));
        receiver.AwaitSleep();
        Close(disposes ? "dispose own end" : "interrupt own end", a, a);
        receiver.Join();
    }

    [Fact]
    public void Receive_AfterTheSenderWasDisposed_StillGetsWhatWasSent()
    {
        var (a, b) = MemoryCipherLink.Create();
        SendAll(a, 5);
        a.Dispose();
        Assert.Equal(Enumerable.Range(0, 5), ReceiveNumbers(b, 5));
    }

    [Fact]
    public void Interrupt_PacketsWaiting_GoBackToTheirPool()
    {
        var (a, b) = MemoryCipherLink.Create();
        SendAll(a, 64);
        Assert.Equal(64, _buffers.Outstanding);
        b.Interrupt();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void Traffic_FarMoreThanTheRing_KeepsOrderAcrossItsEnd()
    {
        const int Count = 20_000;
        var (a, b) = MemoryCipherLink.Create(new MemoryPortOptions { QueueLength = 37, BatchSize = 11 });
        using (new TestThread("sender", () => SendAll(a, Count)))
        {
            Assert.Equal(Enumerable.Range(0, Count), ReceiveNumbers(b, Count));
        }

        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void PingPong_AfterWarmUp_AllocatesNothingOnEitherSide()
    {
        var (a, b) = MemoryCipherLink.Create();
        var allocated = 0L;
        using (new TestThread("echo", () => allocated = AllocatedBy(() => Echo(b))))
        {
            var own = AllocatedBy(() => Bounce(a, 5_000));
            a.Dispose();
            b.Interrupt();
            Assert.Equal(0, own);
        }

        Assert.Equal(0, allocated);
    }

    private static void Close(string way, MemoryCipherPort a, MemoryCipherPort b)
    {
        switch (way)
        {
            case "interrupt far end": b.Interrupt(); break;
            case "dispose far end": b.Dispose(); break;
            case "interrupt own end": a.Interrupt(); break;
            default: a.Dispose(); break;
        }
    }

    // What is prepared warms up: locks, wait events and compiled code come into being.
    private static long AllocatedBy(Func<Action?> prepare)
    {
        var measured = prepare();
        var before = GC.GetAllocatedBytesForCurrentThread();
        measured?.Invoke();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Action Echo(MemoryCipherPort port)
    {
        var batch = new PacketBatch();
        for (var i = 0; i < 500; i++)
        {
            EchoOnce(port, batch);
        }

        return () =>
        {
            while (EchoOnce(port, batch))
            {
            }
        };
    }

    private static bool EchoOnce(MemoryCipherPort port, PacketBatch batch)
    {
        if (!port.Receive(batch))
        {
            return false;
        }

        port.Send(batch);
        batch.Clear();
        return true;
    }

    private Action Bounce(MemoryCipherPort port, int turns)
    {
        var batch = Batch(1);
        for (var i = 0; i < 500; i++)
        {
            BounceOnce(port, batch);
        }

        return () =>
        {
            for (var i = 0; i < turns; i++)
            {
                BounceOnce(port, batch);
            }
        };
    }

    private static void BounceOnce(MemoryCipherPort port, PacketBatch batch)
    {
        var packet = batch[0]!;
        port.Send(batch);
        batch.Clear();
        port.Receive(batch);
        Assert.Same(packet, batch[0]);
    }

    private PacketBatch Batch(int count, int firstNumber = 0)
    {
        var batch = new PacketBatch();
        for (var i = 0; i < count; i++)
        {
            batch.Add(_buffers.Fill(MarkedPacket.Build(firstNumber + i, 100)));
        }

        return batch;
    }

    private void SendAll(MemoryCipherPort port, int count)
    {
        for (var sent = 0; sent < count; sent += 64)
        {
            using var batch = Batch(Math.Min(64, count - sent), sent);
            port.Send(batch);
        }
    }

    private static List<int> ReceiveNumbers(MemoryCipherPort port, int count)
    {
        using var watchdog = new Timer(_ => port.Interrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        using var batch = new PacketBatch();
        var numbers = new List<int>();
        while (numbers.Count < count)
        {
            Assert.True(port.Receive(batch));
            for (var i = 0; i < batch.Count; i++)
            {
                Assert.True(MarkedPacket.TryReadNumber(batch[i]!.Packet, out var number));
                numbers.Add(number);
            }

            batch.Clear();
        }

        return numbers;
    }
}
