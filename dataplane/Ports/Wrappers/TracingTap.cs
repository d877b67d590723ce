using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Wrappers;

/// <summary>Writes a line for each packet of a port: the port's name, the direction and what <paramref name="describe"/> says about the packet.</summary>
/// <remarks>A writer that fails ends the trace and not the traffic: <see cref="Failure"/> says why.</remarks>
public sealed class TracingTap(string portName, Func<ReadOnlySpan<byte>, string> describe, TextWriter writer) : IPacketTap
{
    private readonly Lock _gate = new();

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
                    Guard($"{portName} {(direction == PacketDirection.Inbound ? "<" : ">")} {describe(packet.Packet)}");
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
