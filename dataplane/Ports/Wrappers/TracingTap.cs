using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Wrappers;

/// <summary>Writes a line for each packet of a port, those of a cipher superframe one by one: the port's name, the direction and what <paramref name="describe"/> says about the packet.</summary>
/// <remarks>A writer that fails ends the trace and not the traffic: <see cref="Failure"/> says why.</remarks>
public sealed class TracingTap(string portName, Func<ReadOnlySpan<byte>, string> describe, TextWriter writer) : IPacketTap
{
    private readonly Lock _gate = new();
    private readonly CipherPackets _packets = new();

    /// <summary>Why the trace ended early, null while it goes on.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public void Observe(PacketBatch batch, int first, PacketDirection direction)
    {
        lock (_gate)
        {
            for (var i = first; i < batch.Count; i++)
            {
                if (batch[i] is { } packet)
                {
                    Trace(packet, direction);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        lock (_gate)
        {
            Guard(null);
        }
    }

    private void Trace(PacketBuffer packet, PacketDirection direction)
    {
        var count = _packets.CountIn(packet);
        for (var index = 0; index < count; index++)
        {
            Guard($"{portName} {(direction == PacketDirection.Inbound ? "<" : ">")} {describe(count == 1 ? packet.Packet : _packets.Write(packet, index))}");
        }
    }

    // Null flushes.
    private void Guard(string? line)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            if (line is null)
            {
                writer.Flush();
            }
            else
            {
                writer.WriteLine(line);
            }
        }
        catch (IOException failure)
        {
            Failure = failure.Message;
        }
    }
}
