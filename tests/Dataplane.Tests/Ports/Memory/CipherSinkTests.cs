using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;

namespace Dataplane.Tests.Ports.Memory;

public sealed class CipherSinkTests
{
    [Fact]
    public void Send_Packets_AreCountedAndStayTheSenders()
    {
        using var sink = new CipherSink(1500);
        var pool = new BufferPool(BufferPool.PacketCapacity, 2);
        using var batch = new PacketBatch();
        batch.Add(pool.TryRent()!);
        batch.Add(pool.TryRent()!);
        sink.Send(batch);
        sink.Pass(batch);
        Assert.Equal((4, 4, 1500), (sink.Sent, sink.Stats.SentPackets, sink.Mtu));
        Assert.Equal(2, batch.Count);
    }

    [Fact]
    public async Task Receive_Interrupted_EndsWithNothing()
    {
        using var sink = new CipherSink(1500);
        using var batch = new PacketBatch();
        var receiving = Task.Run(() => sink.Receive(batch));
        sink.Interrupt();
        Assert.False(await receiving);
        Assert.Equal(0, batch.Count);
    }
}
