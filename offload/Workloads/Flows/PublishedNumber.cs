using System.Runtime.InteropServices;

namespace IpsecDp.Workloads.Flows;

/// <summary>A number one thread writes and another reads, on cache lines of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 264)]
internal sealed class PublishedNumber(long value = 0)
{
    [FieldOffset(128)]
    private long _value = value;

    /// <summary>The number; everything written before it was set is visible to who reads it.</summary>
    public long Value
    {
        get => Volatile.Read(ref _value);
        set => Volatile.Write(ref _value, value);
    }
}
