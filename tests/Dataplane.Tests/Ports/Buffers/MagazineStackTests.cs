using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Buffers;

public sealed class MagazineStackTests
{
    [Fact]
    public void Take_AfterTwoRuns_GivesTheLatestRunFirstInItsOrder()
    {
        var (stack, buffers) = (new MagazineStack(2), Buffers(5));
        Assert.True(stack.TryPut(buffers.AsSpan(0, 2)));
        Assert.True(stack.TryPut(buffers.AsSpan(2, 3)));
        Assert.Equal(buffers[2..], Take(stack, 4));
        Assert.Equal(buffers[..2], Take(stack, 4));
        Assert.Empty(Take(stack, 4));
    }

    [Fact]
    public void Take_FewerThanAreThere_LeavesTheOthers()
    {
        var (stack, buffers) = (new MagazineStack(2), Buffers(6));
        stack.TryPut(buffers.AsSpan(0, 2));
        stack.TryPut(buffers.AsSpan(2, 4));
        Assert.Equal(buffers[5..], Take(stack, 1));
        Assert.Equal(buffers[3..5], Take(stack, 2));
        Assert.Equal(buffers[2..3], Take(stack, 2));
        Assert.Equal(buffers[..2], Take(stack, 2));
    }

    [Fact]
    public void TryPut_AllMagazinesLoaded_IsFalseUntilOneIsEmpty()
    {
        var (stack, buffers) = (new MagazineStack(2), Buffers(6));
        Assert.True(stack.TryPut(buffers.AsSpan(0, 2)));
        Assert.True(stack.TryPut(buffers.AsSpan(2, 2)));
        Assert.False(stack.TryPut(buffers.AsSpan(4, 2)));
        Take(stack, 1);
        Assert.False(stack.TryPut(buffers.AsSpan(4, 2)));
        Take(stack, 1);
        Assert.True(stack.TryPut(buffers.AsSpan(4, 2)));
    }

    [Fact]
    public void PutAndTake_OfAnyLengthByFourThreads_LosesAndDoublesNone()
    {
        const int Count = 128;
        var (stack, buffers) = (new MagazineStack(Count), Buffers(Count));
        for (var at = 0; at < Count; at += Magazine.Capacity)
        {
            stack.TryPut(buffers.AsSpan(at, Magazine.Capacity));
        }

        var owned = new int[Count];
        var (doubles, refusals) = (0, 0);
        var threads = Enumerable.Range(1, 4).Select(owner => new TestThread($"owner {owner}", () =>
        {
            var random = new Random(owner);
            var places = new PacketBuffer?[Magazine.Capacity];
            for (var turn = 0; turn < 30_000; turn++)
            {
                var count = stack.Take(places.AsSpan(0, random.Next(1, Magazine.Capacity + 1)));
                foreach (var buffer in places.AsSpan(0, count))
                {
                    Interlocked.Add(ref doubles, Interlocked.Exchange(ref owned[buffer!.Slot], 1));
                }

                foreach (var buffer in places.AsSpan(0, count))
                {
                    Volatile.Write(ref owned[buffer!.Slot], 0);
                }

                Interlocked.Add(ref refusals, count == 0 || stack.TryPut(places.AsSpan(0, count)) ? 0 : 1);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Join());
        // A magazine for each buffer: none was ever missing.
        Assert.Equal((0, 0), (doubles, refusals));
        var left = new List<PacketBuffer>();
        while (Take(stack, Count) is { Length: > 0 } some)
        {
            left.AddRange(some);
        }

        Assert.Equal(buffers.Order(BySlot), left.Order(BySlot));
    }

    private static Comparer<PacketBuffer?> BySlot { get; } = Comparer<PacketBuffer?>.Create((one, other) => one!.Slot.CompareTo(other!.Slot));

    private static PacketBuffer?[] Buffers(int count)
    {
        var pool = new BufferPool(64, count);
        return [.. Enumerable.Range(0, count).Select(_ => pool.TryRent())];
    }

    private static PacketBuffer[] Take(MagazineStack stack, int most)
    {
        var places = new PacketBuffer?[most];
        return places[..stack.Take(places)]!;
    }
}
