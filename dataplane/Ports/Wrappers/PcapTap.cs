using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Wrappers;

/// <summary>One port's interface in a capture file; the file is shared by the taps of several ports and disposed by its owner.</summary>
public sealed class PcapTap : IPacketTap
{
    private readonly PcapngFile _file;
    private readonly int _interface;

    /// <summary>Declares an interface of this name in the file.</summary>
    public PcapTap(PcapngFile file, string portName)
    {
        _file = file;
        _interface = file.AddInterface(portName);
    }

    /// <inheritdoc/>
    public void Observe(PacketBatch batch, int first, PacketDirection direction) => _file.Write(_interface, batch, first, direction);

    /// <inheritdoc/>
    public void Flush() => _file.Flush();
}
