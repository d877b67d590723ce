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

    [Fact]
    public void TryPop_SameHeadOverAnotherNextSinceItWasRead_IsRefused()
    {
        var pool = new BufferPool(64, 2);
        var all = RentAll(pool);
        all[1].Return();
        all[0].Return();
        var head = pool.Head;
        var next = pool.NextBehind(head);
        // Between the two halves of this thread's rent another rents both and returns the first.
        Assert.Equal(all, RentAll(pool));
        all[0].Return();
        Assert.Null(pool.TryPop(head, next));
        Assert.Same(all[0], Assert.Single(RentAll(pool)));
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

    [Fact]
    public void RentedAndReturnedInRuns_ByFourThreads_LosesAndDoublesNone()
    {
        const int Turns = 20_000;
        var pool = new BufferPool(64, 16);
        var threads = Enumerable.Range(1, 4).Select(owner => new TestThread($"owner {owner}", () =>
        {
            using var batch = new PacketBatch(8);
            for (var turn = 0; turn < Turns; turn++)
            {
                while (batch.Count < 1 + (turn % 8) && pool.TryRent() is { } packet)
                {
                    batch.Add(packet);
                }

                batch.Clear();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(16, RentAll(pool).Distinct().Count());
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
        while (!batch.IsFull)
        {
            batch.Add(pool.TryRent()!);
        }

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
