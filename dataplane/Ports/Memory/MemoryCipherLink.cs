namespace IpsecDp.Ports.Memory;

/// <summary>A wire between two cipher ports of one process: what one end sends, the other receives, the buffers themselves and in their order.</summary>
public static class MemoryCipherLink
{
    /// <summary>Makes the wire and its two ends; each end is disposed by its owner.</summary>
    public static (MemoryCipherPort A, MemoryCipherPort B) Create(MemoryPortOptions? options = null)
    {
        options ??= new MemoryPortOptions();
        options.ThrowIfImpossible();
        var toA = new PacketQueue(options);
        var toB = new PacketQueue(options);
        return (new MemoryCipherPort(options.Name + ":a", options, toA, toB), new MemoryCipherPort(options.Name + ":b", options, toB, toA));
    }
}
