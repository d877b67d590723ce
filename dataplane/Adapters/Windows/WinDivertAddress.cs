using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Windows;

/// <summary>WINDIVERT_ADDRESS of a packet: 80 octets that come with what is received and go with what is sent.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct WinDivertAddress
{
    /// <summary>Octets of the structure.</summary>
    public const int Size = 80;

    [FieldOffset(0)]
    private long _timestamp;

    [FieldOffset(8)]
    private byte _layer;

    [FieldOffset(9)]
    private byte _event;

    [FieldOffset(10)]
    private WinDivertMarks _marks;

    [FieldOffset(16)]
    private uint _interface;

    [FieldOffset(20)]
    private uint _subInterface;

    /// <summary>When the packet was first captured, in ticks of QueryPerformanceCounter, which are those of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Timestamp { readonly get => _timestamp; set => _timestamp = value; }

    /// <summary>Where in the host's path it was captured.</summary>
    public WinDivertLayer Layer { readonly get => (WinDivertLayer)_layer; set => _layer = (byte)value; }

    /// <summary>What happened; 0 for a packet.</summary>
    public byte Event { readonly get => _event; set => _event = value; }

    /// <summary>Direction, origin and which checksums can be trusted.</summary>
    public WinDivertMarks Marks { readonly get => _marks; set => _marks = value; }

    /// <summary>Index of the interface it came or went over; an inbound injection needs it.</summary>
    public uint Interface { readonly get => _interface; set => _interface = value; }

    /// <summary>The interface's part.</summary>
    public uint SubInterface { readonly get => _subInterface; set => _subInterface = value; }

    /// <summary>Whether all of <paramref name="marks"/> are set.</summary>
    public readonly bool Has(WinDivertMarks marks) => (_marks & marks) == marks;
}
