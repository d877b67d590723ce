namespace IpsecDp.Adapters.Windows;

/// <summary>Where a captured packet came from, small enough to travel in <see cref="Ports.Buffers.PacketBuffer.PortMark"/>; 0 for a packet that was not captured.</summary>
internal readonly record struct CaptureMark(long Value)
{
    private const long IsCaptured = 1L << 63;
    private const long Impostor = 1L << 62;
    private const uint LargestSubInterface = (1u << 30) - 1;

    /// <summary>The interface; 0 where there is none.</summary>
    public uint Interface => (uint)Value;

    /// <summary>The interface's part.</summary>
    public uint SubInterface => (uint)(Value >> 32) & LargestSubInterface;

    /// <summary>Whether another driver had injected it.</summary>
    public bool IsImpostor => (Value & Impostor) != 0;

    /// <summary>Whether it was captured at all.</summary>
    public bool HasInterface => Value != 0;

    /// <summary>The mark of an address as captured. A part too large to note is left out: 0 is what it is as a rule.</summary>
    public static CaptureMark Of(in WinDivertAddress address)
    {
        var part = address.SubInterface <= LargestSubInterface ? address.SubInterface : 0;
        return new(IsCaptured | (address.Has(WinDivertMarks.Impostor) ? Impostor : 0) | ((long)part << 32) | address.Interface);
    }
}
