namespace IpsecDp.Ports.Buffers;

/// <summary>Numbers below a limit on a stack without a lock, the latest on top. Their links lie side by side in an array, so that whoever takes several meets few cache lines.</summary>
internal sealed class SlotStack(int limit)
{
    // Slot + 1 of what lies below, 0 for nothing.
    private readonly int[] _below = new int[limit];

    // Low half: slot + 1 of the top, 0 for none. High half: a tag that grows with each change, so that a thread that slept
    // between its read and its exchange cannot mistake a re-used top for the one it saw (ABA).
    private LineOfItsOwn _head;

    public long Head => Volatile.Read(ref _head.Word);

    /// <summary>Says what lies below a slot of a chain that is still its owner's.</summary>
    public void Link(int slot, int below) => _below[slot] = below + 1;

    public void Push(int slot) => Push(slot, slot);

    /// <summary>Puts a chain on top, linked from its top down to its bottom.</summary>
    public void Push(int top, int bottom)
    {
        long head;
        do
        {
            head = Head;
            _below[bottom] = (int)(uint)head;
        }
        while (!TryExchange(head, top + 1));
    }

    public bool TryPop(out int slot)
    {
        for (var head = Head; IsAny(head); head = Head)
        {
            if (TryPop(head, Below(head), out slot))
            {
                return true;
            }
        }

        slot = 0;
        return false;
    }

    // The two halves of taking the top: others may take and put between them.
    internal int Below(long head) => Volatile.Read(ref _below[SlotOf(head)]);

    internal bool TryPop(long head, int below, out int slot)
    {
        slot = SlotOf(head);
        return TryExchange(head, below);
    }

    private static bool IsAny(long head) => (uint)head != 0;

    private static int SlotOf(long head) => (int)(uint)head - 1;

    private bool TryExchange(long head, int top) =>
        Interlocked.CompareExchange(ref _head.Word, unchecked(((head >> 32) + 1) << 32) | (uint)top, head) == head;
}
