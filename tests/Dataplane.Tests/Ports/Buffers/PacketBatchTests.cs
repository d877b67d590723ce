using IpsecDp.Ports.Buffers;

namespace Dataplane.Tests.Ports.Buffers;

public sealed class PacketBatchTests
{
    private readonly BufferPool _pool = new(64, 8);

    [Fact]
    public void Clear_SomeTaken_ReturnsOnlyTheOthers()
    {
        using var batch = Batch(3);
        var taken = batch.Take(1)!;
        Assert.Null(batch[1]);
        Assert.Null(batch.Take(1));
        batch.Clear();
        Assert.Equal(0, batch.Count);
        Assert.Equal(1, _pool.Outstanding);
        taken.Return();
    }

    [Fact]
    public void Dispose_Twice_ReturnsOnce()
    {
        var batch = Batch(3);
        batch.Dispose();
        batch.Dispose();
        Assert.Equal(0, _pool.Outstanding);
    }

    [Theory]
    [InlineData(PacketBatch.DefaultCapacity, 100, true)]
    [InlineData(PacketBatch.DefaultCapacity - 1, 100, false)]
    [InlineData(PacketBatch.MostRoutineOctets / 65_536, 65_536, true)]
    [InlineData((PacketBatch.MostRoutineOctets / 65_536) - 1, 65_536, false)]
    [InlineData(0, 100, false)]
    public void MayHaveMoreBehind_AsMuchAsAPortGivesAtOnce_ByPacketsOrOctets(int count, int octets, bool expected)
    {
        var pool = new BufferPool(65_536, count + 1);
        using var batch = new PacketBatch();
        for (var at = 0; at < count; at++)
        {
            var packet = pool.TryRent()!;
            packet.SetLength(octets);
            batch.Add(packet);
        }

        Assert.Equal(expected, batch.MayHaveMoreBehind);
    }

    [Fact]
    public void Add_ToTheLastSlot_MakesItFull()
    {
        using var batch = Batch(7, capacity: 8);
        Assert.False(batch.IsFull);
        batch.Add(_pool.TryRent()!);
        Assert.True(batch.IsFull);
    }

    [Fact]
    public void Count_TakenSlots_StillCount()
    {
        using var batch = Batch(2);
        batch.Take(0)!.Return();
        Assert.Equal(2, batch.Count);
    }

    [Fact]
    public void Clear_ThenFilledAgain_HoldsTheNewOnes()
    {
        using var batch = Batch(2);
        batch.Clear();
        var packet = _pool.TryRent()!;
        batch.Add(packet);
        Assert.Same(packet, batch[0]);
        Assert.Null(batch[1]);
    }

    [Fact]
    public void Clear_BuffersOfTwoPoolsWithGaps_ReturnsEachToItsOwn()
    {
        var other = new BufferPool(128, 8);
        using var batch = new PacketBatch();
        foreach (var pool in new[] { _pool, _pool, other, _pool, other, other })
        {
            batch.Add(pool.TryRent()!);
        }

        var taken = batch.Take(1)!;
        batch.Clear();
        Assert.Equal((1, 0), (_pool.Outstanding, other.Outstanding));
        taken.Return();
        Assert.Equal((8, 8), (RentAll(_pool), RentAll(other)));
    }

    [Fact]
    public void Clear_ABufferReturnedBefore_Throws()
    {
        var batch = Batch(3);
        batch[1]!.Return();
        Assert.Throws<InvalidOperationException>(batch.Clear);
    }

    [Fact]
    public void Rent_MoreThanFit_GivesWhatFitsBehindTheOthers()
    {
        using var batch = Batch(2, capacity: 5);
        var first = batch[0];
        Assert.Equal(3, batch.Rent(_pool, 7));
        Assert.True(batch.IsFull);
        Assert.Same(first, batch[0]);
        Assert.Equal(5, batch.Slots.ToArray().Distinct().Count());
        Assert.Equal(0, batch.Rent(_pool, 1));
    }

    [Fact]
    public void Rent_MoreThanAreThere_GivesThoseAndNoEmptySlot()
    {
        using var batch = Batch(2, capacity: 16);
        Assert.Equal(6, batch.Rent(_pool, 14));
        Assert.Equal(8, batch.Count);
        Assert.DoesNotContain(null, batch.Slots.ToArray());
    }

    [Fact]
    public void Fetch_WithASlotTakenAndPacketsAtEitherEnd_ChangesNothing()
    {
        using var batch = Batch(4);
        batch.Take(1)!.Return();
        batch[0]!.SetWindow(0, 0);
        batch[2]!.SetWindow(batch[2]!.Memory.Length, 0);
        batch.Fetch();
        Assert.Equal((0, 0), (batch[0]!.Offset, batch[0]!.Length));
        Assert.Equal((batch[2]!.Memory.Length, 0), (batch[2]!.Offset, batch[2]!.Length));
        Assert.Null(batch[1]);
        Assert.Equal(4, batch.Count);
    }

    private static int RentAll(BufferPool pool)
    {
        var all = new HashSet<PacketBuffer>();
        while (pool.TryRent() is { } packet)
        {
            Assert.True(all.Add(packet));
        }

        return all.Count;
    }

    private PacketBatch Batch(int count, int capacity = PacketBatch.DefaultCapacity)
    {
        var batch = new PacketBatch(capacity);
        for (var i = 0; i < count; i++)
        {
            batch.Add(_pool.TryRent()!);
        }

        return batch;
    }
}
