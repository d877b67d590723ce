using System.Runtime.CompilerServices;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Buffers;

public sealed class BufferPoolTests
{
    [Fact]
    public void TryRent_AllOut_GivesNullUntilOneReturns()
    {
        var pool = new BufferPool(256, 3);
        var rented = Enumerable.Range(0, 3).Select(_ => pool.TryRent()!).ToArray();
        Assert.Equal(3, rented.Distinct().Count());
        Assert.Null(pool.TryRent());
        Assert.Equal(3, pool.Outstanding);
        rented[1].Return();
        Assert.Same(rented[1], pool.TryRent());
        Assert.Null(pool.TryRent());
    }

    [Fact]
    public void TryRent_LimitOfNone_GivesNull() => Assert.Null(new BufferPool(256, 0).TryRent());

    [Fact]
    public void TryRent_UsedBuffer_IsEmptyAndUnmarked()
    {
        var pool = new BufferPool(256, 1);
        var packet = pool.TryRent()!;
        packet.SetLength(100);
        packet.Prepend(10);
        packet.Segments = Segmentation.ChecksumMissing;
        packet.Trail.TryAdd(4);
        packet.ArrivedAt = 5;
        packet.PortMark = 6;
        packet.Return();
        Assert.Same(packet, pool.TryRent());
        Assert.Equal((PacketBuffer.Headroom, 0), (packet.Offset, packet.Length));
        Assert.Equal((Segmentation.None, 0L, 0L), (packet.Segments, packet.ArrivedAt, packet.PortMark));
    }

    [Fact]
    public void Return_Twice_Throws()
    {
        var pool = new BufferPool(256, 2);
        var packet = pool.TryRent()!;
        packet.Return();
        Assert.Throws<InvalidOperationException>(packet.Return);
        Assert.Equal(0, pool.Outstanding);
        Assert.NotSame(pool.TryRent(), pool.TryRent());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(100)]
    public void RentRun_OfAllAndOneMore_GivesEachOnceAndLeavesTheLastPlaceEmpty(int limit)
    {
        var pool = new BufferPool(64, limit);
        using var batch = new PacketBatch(limit);
        Assert.Equal(limit, batch.Rent(pool, limit));
        batch.Clear();
        Assert.Equal(0, pool.Outstanding);
        var places = new PacketBuffer?[limit + 1];
        Assert.Equal(limit, pool.RentRun(places));
        Assert.Equal(limit, places[..limit].OfType<PacketBuffer>().Distinct().Count());
        Assert.Null(places[limit]);
        Assert.Equal(limit, pool.Outstanding);
        Assert.Equal(0, pool.RentRun(places));
        Assert.All(places, Assert.Null);
    }

    [Fact]
    public void TryRent_AfterRunsCameBack_FindsEveryOne()
    {
        var pool = new BufferPool(64, 100);
        using var batch = new PacketBatch(100);
        batch.Rent(pool, 100);
        batch.Clear();
        Assert.Equal(100, RentAll(pool).Distinct().Count());
        Assert.Equal(100, pool.Outstanding);
    }

    [Fact]
    public void RentRun_AfterSinglesCameBack_FindsEveryOne()
    {
        var pool = new BufferPool(64, 100);
        RentAll(pool).ForEach(buffer => buffer.Return());
        Assert.Equal(100, pool.RentRun(new PacketBuffer?[100]));
        Assert.Null(pool.TryRent());
    }

    [Fact]
    public void RentRun_UsedBuffers_AreEmptyAndTheLatestComeFirst()
    {
        var pool = new BufferPool(64, 128);
        using var batch = new PacketBatch();
        using var others = new PacketBatch();
        batch.Rent(pool, 64);
        others.Rent(pool, 64);
        var latest = others.Slots.ToArray();
        Array.ForEach(latest, buffer => buffer!.SetLength(20));
        batch.Clear();
        others.Clear();
        using var again = new PacketBatch();
        again.Rent(pool, 64);
        Assert.Equal(latest, again.Slots.ToArray());
        Assert.All(latest, buffer => Assert.Equal(0, buffer!.Length));
    }

    [Fact]
    public void Clear_OneReturnedBefore_ThrowsAndGivesNoneTwice()
    {
        var pool = new BufferPool(64, 16);
        var batch = new PacketBatch();
        batch.Rent(pool, 16);
        batch[15]!.Return();
        Assert.Throws<InvalidOperationException>(batch.Clear);
        var all = RentAll(pool);
        Assert.Contains(batch[15]!, all);
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void RentAndReturn_ByFourThreads_NeverGiveABufferToTwoOwners(int limit)
    {
        const int Turns = 50_000;
        var pool = new BufferPool(64, limit);
        var owners = new ConditionalWeakTable<PacketBuffer, StrongBox<int>>();
        var failures = 0;
        var threads = Enumerable.Range(1, 4).Select(owner => new TestThread($"owner {owner}", () =>
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                var first = Claim(pool, owners, owner, ref failures);
                var second = Claim(pool, owners, owner, ref failures);
                // The order of return differs from turn to turn, so that the same head comes up again over another next.
                Release((turn & 1) == 0 ? first : second, owners, owner, ref failures);
                Release((turn & 1) == 0 ? second : first, owners, owner, ref failures);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, failures);
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(limit, RentAll(pool).Distinct().Count());
    }

    [Fact]
    public void RentedByOneAndReturnedByAnother_ThroughManyTurns_LosesNone()
    {
        const int Turns = 100_000;
        var pool = new BufferPool(64, 8);
        var slots = new PacketBuffer?[8];
        using (new TestThread("returner", () =>
        {
            var returned = 0;
            for (var spin = 0; returned < Turns; spin++)
            {
                if (Interlocked.Exchange(ref slots[spin & 7], null) is { } packet)
                {
                    packet.Return();
                    returned++;
                }
            }
        }))
        {
            for (var handed = 0; handed < Turns;)
            {
                if (pool.TryRent() is { } packet)
                {
                    SpinWait.SpinUntil(() => Interlocked.CompareExchange(ref slots[packet.Slot], packet, null) is null);
                    handed++;
                }
            }
        }

        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(8, RentAll(pool).Distinct().Count());
    }

    [Theory]
    [InlineData(16)]
    [InlineData(200)]
    public void RentedAndReturnedSinglyAndInRuns_ByFourThreads_LosesAndDoublesNone(int limit)
    {
        const int Turns = 10_000;
        var pool = new BufferPool(64, limit);
        var owned = new int[limit];
        var doubles = 0;
        var threads = Enumerable.Range(1, 4).Select(owner => new TestThread($"owner {owner}", () =>
        {
            var random = new Random(owner);
            using var batch = new PacketBatch(100);
            for (var turn = 0; turn < Turns; turn++)
            {
                batch.Rent(pool, random.Next(100));
                if (!batch.IsFull && pool.TryRent() is { } single)
                {
                    batch.Add(single);
                }

                foreach (var buffer in batch.Slots)
                {
                    Interlocked.Add(ref doubles, Interlocked.Exchange(ref owned[buffer!.Slot], 1));
                }

                foreach (var buffer in batch.Slots)
                {
                    Volatile.Write(ref owned[buffer!.Slot], 0);
                }

                if (batch.Count > 0 && random.Next(2) == 0)
                {
                    batch.Take(random.Next(batch.Count))!.Return();
                }

                batch.Clear();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, doubles);
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(limit, RentAll(pool).Distinct().Count());
    }

    [Fact]
    public void RentAndReturn_OnceTheBuffersExist_AllocateNothing()
    {
        var pool = new BufferPool(2048, 32);
        using var batch = new PacketBatch(32);
        Turn(pool, batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Turn(pool, batch);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Turn(BufferPool pool, PacketBatch batch)
    {
        while (batch.Count < 16)
        {
            batch.Add(pool.TryRent()!);
        }

        batch.Rent(pool, 16);
        batch.Clear();
    }

    private static PacketBuffer? Claim(BufferPool pool, ConditionalWeakTable<PacketBuffer, StrongBox<int>> owners, int owner, ref int failures)
    {
        if (pool.TryRent() is not { } packet)
        {
            return null;
        }

        var cell = owners.GetValue(packet, static _ => new StrongBox<int>());
        if (Interlocked.CompareExchange(ref cell.Value, owner, 0) != 0)
        {
            Interlocked.Increment(ref failures);
        }

        return packet;
    }

    private static void Release(PacketBuffer? packet, ConditionalWeakTable<PacketBuffer, StrongBox<int>> owners, int owner, ref int failures)
    {
        if (packet is null)
        {
            return;
        }

        if (!owners.TryGetValue(packet, out var cell) || Interlocked.CompareExchange(ref cell.Value, 0, owner) != owner)
        {
            Interlocked.Increment(ref failures);
        }

        packet.Return();
    }

    private static List<PacketBuffer> RentAll(BufferPool pool)
    {
        var all = new List<PacketBuffer>();
        while (pool.TryRent() is { } packet)
        {
            all.Add(packet);
        }

        return all;
    }
}
