using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Buffers;

public sealed class SlotStackTests
{
    [Fact]
    public void TryPop_AfterPushes_GivesTheLatestFirstAndThenNone()
    {
        var stack = new SlotStack(4);
        stack.Push(2);
        stack.Push(0);
        stack.Link(3, 1);
        stack.Push(top: 3, bottom: 1);
        Assert.Equal([3, 1, 0, 2], PopAll(stack));
        Assert.False(stack.TryPop(out _));
    }

    [Fact]
    public void TryPop_SameHeadOverAnotherNextSinceItWasRead_IsRefused()
    {
        var stack = new SlotStack(2);
        stack.Push(1);
        stack.Push(0);
        var head = stack.Head;
        var below = stack.Below(head);
        // Between the two halves of this thread's pop another pops both and puts the first back.
        Assert.Equal([0, 1], PopAll(stack));
        stack.Push(0);
        Assert.False(stack.TryPop(head, below, out _));
        Assert.Equal([0], PopAll(stack));
    }

    [Fact]
    public void TryPop_HeadOfThisMoment_IsTaken()
    {
        var stack = new SlotStack(2);
        stack.Push(1);
        stack.Push(0);
        Assert.True(stack.TryPop(stack.Head, stack.Below(stack.Head), out var slot));
        Assert.Equal(0, slot);
        Assert.Equal([1], PopAll(stack));
    }

    [Fact]
    public void PushAndPop_ByFourThreads_LosesAndDoublesNone()
    {
        const int Slots = 8;
        var stack = new SlotStack(Slots);
        for (var slot = 0; slot < Slots; slot++)
        {
            stack.Push(slot);
        }

        var owned = new int[Slots];
        var doubles = 0;
        var threads = Enumerable.Range(0, 4).Select(owner => new TestThread($"owner {owner}", () =>
        {
            for (var turn = 0; turn < 50_000; turn++)
            {
                if (!stack.TryPop(out var first))
                {
                    continue;
                }

                Interlocked.Add(ref doubles, Interlocked.Exchange(ref owned[first], 1));
                if (stack.TryPop(out var second))
                {
                    Interlocked.Add(ref doubles, Interlocked.Exchange(ref owned[second], 1));
                    Volatile.Write(ref owned[second], 0);
                    Volatile.Write(ref owned[first], 0);
                    stack.Link(first, second);
                    stack.Push(first, second);
                    continue;
                }

                Volatile.Write(ref owned[first], 0);
                stack.Push(first);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, doubles);
        Assert.Equal(Enumerable.Range(0, Slots), PopAll(stack).Order());
    }

    private static List<int> PopAll(SlotStack stack)
    {
        var all = new List<int>();
        while (stack.TryPop(out var slot))
        {
            all.Add(slot);
        }

        return all;
    }
}
