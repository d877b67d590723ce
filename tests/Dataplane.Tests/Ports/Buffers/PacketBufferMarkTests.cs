using IpsecDp.Ports.Buffers;

namespace Dataplane.Tests.Ports.Buffers;

public sealed class PacketBufferMarkTests
{
    [Fact]
    public void Return_MarkUnanswered_IsForsakenOnce()
    {
        var (pool, owner) = (new BufferPool(256, 1), new Owner());
        var packet = pool.TryRent()!;
        packet.Lend(owner, 42);
        packet.Return();
        Assert.Equal([42L], owner.Forsaken);
        pool.TryRent()!.Return();
        Assert.Equal([42L], owner.Forsaken);
    }

    [Fact]
    public void Return_MarkTaken_IsNobodysBusiness()
    {
        var (pool, owner) = (new BufferPool(256, 1), new Owner());
        var packet = pool.TryRent()!;
        packet.Lend(owner, 42);
        Assert.Equal(42, packet.TakeMark());
        packet.Return();
        Assert.Empty(owner.Forsaken);
        Assert.Equal((0L, null), (packet.PortMark, packet.MarkOwner));
    }

    [Fact]
    public void Renew_MarkUnanswered_IsForsaken()
    {
        var (pool, owner) = (new BufferPool(256, 1), new Owner());
        var packet = pool.TryRent()!;
        packet.Lend(owner, 42);
        packet.Renew(restoresRoom: false);
        Assert.Equal([42L], owner.Forsaken);
        Assert.Null(packet.MarkOwner);
    }

    private sealed class Owner : IMarkOwner
    {
        public List<long> Forsaken { get; } = [];

        public void Forsake(long mark) => Forsaken.Add(mark);
    }
}
