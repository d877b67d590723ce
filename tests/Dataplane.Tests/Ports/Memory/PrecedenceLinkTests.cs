using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Memory;

/// <summary>A link with a queue for each IP precedence, and beside it one with a single queue for all.</summary>
public sealed class PrecedenceLinkTests
{
    private const int Room = 10;
    private const byte Routine = 0;
    private const byte High = 0x80;
    private const byte Network = 0xC0;

    private readonly RigBuffers _buffers = new();

    [Fact]
    public void Send_FloodOfRoutine_LeavesRoomForWhatIsMarked()
    {
        var (a, b) = Link(isDivided: true);
        Send(a, Routine, 0, 25);
        Send(a, High, 100, 4);

        Assert.Equal((15, 0), (a.RefusedOf(0), a.RefusedOf(4)));
        Assert.Equal((14, 15), (a.Stats.SentPackets, a.Stats.SendFailures));
        Assert.Equal([100, 101, 102, 103], Receive(b));
        Assert.Equal(Enumerable.Range(0, Room), Receive(b));
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void Send_FloodOverOneQueue_TakesTheRoomOfWhatIsMarked()
    {
        var (a, b) = Link(isDivided: false);
        Send(a, Routine, 0, 25);
        Send(a, High, 100, 4);

        Assert.Equal(19, a.RefusedOf(0));
        Assert.Equal(Enumerable.Range(0, Room), Receive(b));
    }

    [Fact]
    public void Send_OneBatchOfBoth_LosesOnlyWhatFindsItsOwnQueueFull()
    {
        var (a, b) = Link(isDivided: true);
        using (var batch = new PacketBatch())
        {
            for (var number = 0; number < 2 * Room; number++)
            {
                batch.Add(Packet(Routine, number));
            }

            batch.Add(Packet(Network, 100));
            a.Send(batch);
            Assert.NotNull(batch[Room]);
            Assert.Null(batch[2 * Room]);
        }

        Assert.Equal([100], Receive(b));
    }

    [Fact]
    public void Receive_SeveralPrecedences_TheHighestFirstEachInItsOrderAndRoutineApart()
    {
        var (a, b) = Link(isDivided: true);
        Assert.Equal(-1, b.Waiting);
        Send(a, Routine, 0, 2);
        Assert.Equal(0, b.Waiting);
        Send(a, High, 10, 2);
        Send(a, Network, 20, 2);
        Send(a, High, 12, 1);
        Assert.Equal(6, b.Waiting);

        Assert.Equal([20, 21, 10, 11, 12], Receive(b));
        Assert.Equal([0, 1], Receive(b));
        Assert.Equal(-1, b.Waiting);
    }

    [Fact]
    public void Receive_OneQueue_AsTheyCame()
    {
        var (a, b) = Link(isDivided: false);
        Send(a, Routine, 0, 2);
        Send(a, Network, 20, 2);

        Assert.Equal(0, b.Waiting);
        Assert.Equal([0, 1, 20, 21], Receive(b));
    }

    [Theory]
    [InlineData(true, PacketBatch.MostRoutine)]
    [InlineData(false, PacketBatch.DefaultCapacity)]
    public void Receive_FloodOfRoutine_InShorterBatchesWhereAMarkedPacketMayWaitForThem(bool isDivided, int expected)
    {
        var (a, b) = Link(isDivided, room: 2 * PacketBatch.DefaultCapacity);
        Send(a, Routine, 0, PacketBatch.DefaultCapacity);

        Assert.Equal(Enumerable.Range(0, expected), Receive(b));
        Assert.Equal(isDivided ? 0 : -1, b.Waiting);
    }

    [Fact]
    public void Receive_Ipv6_IsToldByItsTrafficClass()
    {
        var (a, b) = Link(isDivided: true);
        Send(a, Routine, 0, 1);
        using (var batch = new PacketBatch())
        {
            var packet = _buffers.Fill(MarkedPacket.Build(7, 300));
            (packet.Packet[0], packet.Packet[1]) = (0x6C, 0x00);
            batch.Add(packet);
            a.Send(batch);
        }

        Assert.Equal(6, b.Waiting);
        Assert.Equal([7], Receive(b));
    }

    [Fact]
    public void TryReceive_NothingOrOver_SaysSo()
    {
        var (a, b) = Link(isDivided: true);
        using var batch = new PacketBatch();
        Assert.False(b.TryReceive(batch));
        Assert.False(b.IsOver);
        Send(a, High, 1, 1);
        b.Interrupt();

        Assert.True(b.IsOver);
        Assert.False(b.TryReceive(batch));
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void Watch_PacketOrEnd_RingsTheBell()
    {
        var (a, b) = Link(isDivided: true);
        var bell = new PortBell();
        b.Watch(bell);
        Assert.Equal(0, bell.Rings);
        Send(a, Routine, 0, 1);
        Assert.Equal(1, bell.Rings);
        b.Interrupt();
        Assert.Equal(2, bell.Rings);
    }

    [Fact]
    public void Create_DividedLinkWhoseSendersWait_IsRefused() =>
        Assert.Throws<ArgumentException>(() => MemoryCipherLink.Create(new MemoryPortOptions { QueuesByPrecedence = true }));

    private static (MemoryCipherPort A, MemoryCipherPort B) Link(bool isDivided, int room = Room) =>
        MemoryCipherLink.Create(new MemoryPortOptions { QueueLength = room, DropsWhenFull = true, QueuesByPrecedence = isDivided });

    private static int[] Receive(MemoryCipherPort port)
    {
        using var batch = new PacketBatch();
        Assert.True(port.TryReceive(batch));
        return [.. Enumerable.Range(0, batch.Count).Select(slot => MarkedPacket.TryReadNumber(batch[slot]!.Packet, out var number) ? number : -1)];
    }

    private void Send(MemoryCipherPort port, byte tos, int first, int count)
    {
        using var batch = new PacketBatch();
        for (var number = first; number < first + count; number++)
        {
            batch.Add(Packet(tos, number));
        }

        port.Send(batch);
    }

    private PacketBuffer Packet(byte tos, int number)
    {
        var packet = _buffers.Fill(MarkedPacket.Build(number, 300));
        packet.Packet[1] = tos;
        return packet;
    }
}
