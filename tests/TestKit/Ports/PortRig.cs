using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Ports;

/// <summary>A port under test, clear or cipher, with the far side that feeds and drains it; what one kind of port cannot do or be held to is said by its traits.</summary>
public abstract class PortRig : IDisposable
{
    /// <summary>The port's name.</summary>
    public abstract string Name { get; }

    /// <summary>The port's MTU.</summary>
    public abstract int Mtu { get; }

    /// <summary>The port's batch size.</summary>
    public abstract int BatchSize { get; }

    /// <summary>The port's counters.</summary>
    public abstract PortStats Stats { get; }

    /// <summary>Buffers out, of the port's pools and of the pool <see cref="Rent"/> takes from.</summary>
    public abstract int Outstanding { get; }

    /// <summary>Whether the port takes and gives superframes.</summary>
    public virtual bool CarriesSuperframes => false;

    /// <summary>Whether the port itself refuses to send what is larger than its MTU.</summary>
    public virtual bool RefusesOversize => true;

    /// <summary>Whether packets arrive octet for octet; otherwise only their length and mark are compared.</summary>
    public virtual bool KeepsOctets => true;

    /// <summary>Whether others than the test send to the port, so that counters may only be held to a minimum.</summary>
    public virtual bool HasForeignTraffic => false;

    /// <summary>Whether the port knows of a packet that waits before it is received.</summary>
    public virtual bool TellsWaiting => false;

    /// <summary>HasWaiting of the port.</summary>
    public abstract bool HasWaiting { get; }

    /// <summary>Receive of the port.</summary>
    public abstract bool Receive(PacketBatch batch);

    /// <summary>Send or Inject of the port.</summary>
    public abstract void Send(PacketBatch batch);

    /// <summary>Interrupt of the port.</summary>
    public abstract void Interrupt();

    /// <summary>Dispose of the port alone.</summary>
    public abstract void DisposePort();

    /// <summary>An empty buffer for a packet of <paramref name="length"/> octets to send.</summary>
    public abstract PacketBuffer Rent(int length);

    /// <summary>A packet of this length the far side and the port can carry, with this number in it.</summary>
    public virtual byte[] MakePacket(int number, int length) => MarkedPacket.Build(number, length);

    /// <summary>A superframe of this many payloads of <paramref name="size"/> octets, numbered upward.</summary>
    public virtual (byte[] Octets, Segmentation Segments) MakeSuperframe(int firstNumber, int count, int size) =>
        MarkedPacket.BuildSuperframe(firstNumber, count, size);

    /// <summary>The far side sends a packet or superframe to the port.</summary>
    public abstract void Feed(byte[] octets, Segmentation segments = default);

    /// <summary>Waits for the next packet or superframe that the port sent to the far side; throws <see cref="TimeoutException"/> when none comes.</summary>
    public abstract RecordedPacket Drain();

    /// <summary>Takes down port and far side.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes down the port; whoever has a far side of its own adds it.</summary>
    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing)
        {
            DisposePort();
        }
    }
}
