using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Wrappers;

/// <summary>Someone who looks at the packets of a port without touching them.</summary>
public interface IPacketTap
{
    /// <summary>Shows the buffers of a batch from slot <paramref name="first"/> on, empty slots among them; by several threads at once, and it does not throw.</summary>
    void Observe(PacketBatch batch, int first, PacketDirection direction);

    /// <summary>Brings out what the tap still holds back.</summary>
    void Flush();
}
