using IpsecDp.Workloads.Flows;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>The information fields of TEST commands that wait for their response, handed from the receiving to the writing thread; holds eight.</summary>
internal sealed class EchoQueue(int fieldLength)
{
    private const int Capacity = 8;

    private readonly byte[] _fields = new byte[Capacity * fieldLength];
    private readonly int[] _lengths = new int[Capacity];
    private readonly PublishedNumber _head = new();
    private readonly PublishedNumber _tail = new();

    public bool IsEmpty => _head.Value == _tail.Value;

    /// <summary>Keeps a field; one that finds no room is dropped, as a station short of buffers drops it.</summary>
    public void Enqueue(ReadOnlySpan<byte> field)
    {
        var tail = _tail.Value;
        if (tail - _head.Value == Capacity || field.Length > fieldLength)
        {
            return;
        }

        var slot = (int)(tail % Capacity);
        field.CopyTo(_fields.AsSpan(slot * fieldLength));
        _lengths[slot] = field.Length;
        _tail.Value = tail + 1;
    }

    /// <summary>Moves the oldest field out and gives its length.</summary>
    public int Dequeue(Span<byte> field)
    {
        var head = _head.Value;
        var slot = (int)(head % Capacity);
        var length = _lengths[slot];
        _fields.AsSpan(slot * fieldLength, length).CopyTo(field);
        _head.Value = head + 1;
        return length;
    }
}
