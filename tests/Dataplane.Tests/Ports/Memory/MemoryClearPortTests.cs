using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Memory;

public sealed class MemoryClearPortTests
{
    private readonly RigBuffers _buffers = new();

    [Fact]
    public void TryHostSend_NoRoomForAll_TakesWhatFitsAndCountsNoFailure()
    {
        using var port = new MemoryClearPort(new MemoryPortOptions { QueueLength = 3 });
        using var batch = Batch(5, 100);
        Assert.False(port.TryHostSend(batch));
        Assert.Null(batch[2]);
        Assert.NotNull(batch[3]);
        Assert.Equal(0, port.Stats.ReceiveFailures);
        using var received = new PacketBatch();
        port.Receive(received);
        Assert.True(port.TryHostSend(batch));
        Assert.Null(batch[4]);
    }

    [Fact]
    public void HostSend_OversizePacket_StaysAndCountsAsReceiveFailure()
    {
        using var port = new MemoryClearPort(new MemoryPortOptions { Mtu = 500 });
        using var batch = Batch(1, 501);
        port.HostSend(batch);
        Assert.NotNull(batch[0]);
        Assert.Equal(1, port.Stats.ReceiveFailures);
    }

    [Fact]
    public void HostSend_BlockedOnAFullPort_GivesUpWhenThePortIsInterrupted()
    {
        using var port = new MemoryClearPort(new MemoryPortOptions { QueueLength = 4 });
        using (var host = new TestThread("host", () => HostSend(port, 10)))
        {
            host.AwaitSleep();
            port.Interrupt();
        }

        Assert.Equal(6, port.Stats.ReceiveFailures);
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void HostSend_BlockedOnAFullPort_GivesUpWhenTheHostIsInterrupted()
    {
        using var port = new MemoryClearPort(new MemoryPortOptions { QueueLength = 4 });
        using (var host = new TestThread("host", () => HostSend(port, 10)))
        {
            host.AwaitSleep();
            port.HostInterrupt();
        }

        using var received = new PacketBatch();
        Assert.True(port.Receive(received));
        Assert.Equal(4, received.Count);
    }

    [Fact]
    public void Inject_BlockedOnAHostThatDoesNotRead_GivesUpWhenInterruptedButKeepsWhatWasInjected()
    {
        using var port = new MemoryClearPort(new MemoryPortOptions { QueueLength = 4 });
        using (var line = new TestThread("line", () => Inject(port, 10)))
        {
            line.AwaitSleep();
            port.Interrupt();
        }

        Assert.Equal((4, 6), (port.Stats.SentPackets, port.Stats.SendFailures));
        using var received = new PacketBatch();
        Assert.True(port.HostReceive(received));
        Assert.Equal(4, received.Count);
    }

    [Fact]
    public void HostWaiting_WhatWasInjected_UntilTheHostTakesIt()
    {
        using var port = new MemoryClearPort();
        Assert.Equal(0, port.HostWaiting);
        Inject(port, 3);
        Assert.Equal(3, port.HostWaiting);
        using var received = new PacketBatch();
        Assert.True(port.HostReceive(received));
        Assert.Equal(0, port.HostWaiting);
    }

    [Fact]
    public void Dispose_HostReceiving_ReturnsFalseAndQueuesGoBack()
    {
        var port = new MemoryClearPort();
        HostSend(port, 5);
        using var batch = new PacketBatch();
        using var host = new TestThread("host", () => Assert.False(port.HostReceive(batch)));
        host.AwaitSleep();
        port.Dispose();
        host.Join();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void Superframe_ThroughThePort_KeepsItsSegmentation()
    {
        using var port = new MemoryClearPort();
        var (octets, segments) = MarkedPacket.BuildSuperframe(0, 40, 1400);
        using var batch = new PacketBatch();
        batch.Add(_buffers.Fill(octets, segments));
        port.HostSend(batch);
        using var received = new PacketBatch();
        Assert.True(port.Receive(received));
        Assert.Equal(segments, received[0]!.Segments);
        Assert.Equal((40, octets.Length), (port.Stats.ReceivedPackets, port.Stats.ReceivedBytes));
    }

    [Theory]
    [InlineData(0, 64, 16)]
    [InlineData(1500, 0, 16)]
    [InlineData(1500, 64, 0)]
    public void Create_ImpossibleSizes_AreRefused(int mtu, int batchSize, int queueLength) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryClearPort(new MemoryPortOptions { Mtu = mtu, BatchSize = batchSize, QueueLength = queueLength }));

    private PacketBatch Batch(int count, int length)
    {
        var batch = new PacketBatch();
        for (var i = 0; i < count; i++)
        {
            batch.Add(_buffers.Fill(MarkedPacket.Build(i, length)));
        }

        return batch;
    }

    private void HostSend(MemoryClearPort port, int count)
    {
        using var batch = Batch(count, 100);
        port.HostSend(batch);
    }

    private void Inject(MemoryClearPort port, int count)
    {
        using var batch = Batch(count, 100);
        port.Inject(batch);
    }
}
