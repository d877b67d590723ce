using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Wrappers;

/// <summary>A pcapng capture (draft-ietf-opsawg-pcapng) of raw IP packets from one or more ports, written by any thread.</summary>
/// <remarks>A stream that fails, as on a full disk, ends the capture and not the traffic: <see cref="Failure"/> says why, <see cref="Lost"/> counts what is missing.</remarks>
public sealed class PcapngFile : IDisposable
{
    // Room for the largest packet a buffer holds with its block around it, several times over.
    private const int BufferLength = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly TimeProvider _clock;
    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly CipherPackets _packets = new();
    private int _used;
    private int _unflushed;
    private int _interfaces;
    private long _written;
    private long _lost;
    private bool _isDisposed;

    /// <summary>Begins a section in a writable stream, which is the file's from here on; <paramref name="clock"/> stamps the packets.</summary>
    public PcapngFile(Stream stream, TimeProvider clock)
    {
        _stream = stream;
        _clock = clock;
        _used = PcapngBlock.WriteSectionHeader(_buffer);
    }

    /// <summary>Packets written to the stream or still to be flushed.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Packets the capture misses because the stream failed or the file was closed.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Why the capture ended early, null while it goes on.</summary>
    public string? Failure { get; private set; }

    private bool IsOpen => Failure is null && !_isDisposed;

    /// <summary>Declares one more interface and returns its number.</summary>
    public int AddInterface(string name)
    {
        lock (_gate)
        {
            MakeRoom(PcapngBlock.MostInterfaceOctets);
            _used += PcapngBlock.WriteInterface(_buffer.AsSpan(_used), name);
            return _interfaces++;
        }
    }

    /// <summary>Writes the packets of a batch from slot <paramref name="first"/> on, all with the time of this call; of a cipher superframe each packet.</summary>
    public void Write(int interfaceNumber, PacketBatch batch, int first, PacketDirection direction)
    {
        var nanoseconds = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        lock (_gate)
        {
            for (var i = first; i < batch.Count; i++)
            {
                if (batch[i] is { } packet)
                {
                    Append(interfaceNumber, packet, direction, nanoseconds);
                }
            }
        }
    }

    /// <summary>Hands everything written so far to the operating system.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            Drain();
            if (IsOpen)
            {
                Try(static stream => stream.Flush());
            }
        }
    }

    /// <summary>Flushes and closes the stream.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            Drain();
            _isDisposed = true;
            Try(static stream => stream.Dispose());
        }
    }

    private void Append(int interfaceNumber, PacketBuffer packet, PacketDirection direction, long nanoseconds)
    {
        var count = _packets.CountIn(packet);
        if (count == 1)
        {
            Append(interfaceNumber, packet.Packet, packet.Segments, direction, nanoseconds);
            return;
        }

        for (var index = 0; index < count; index++)
        {
            Append(interfaceNumber, _packets.Write(packet, index), Segmentation.None, direction, nanoseconds);
        }
    }

    private void Append(int interfaceNumber, ReadOnlySpan<byte> packet, Segmentation segments, PacketDirection direction, long nanoseconds)
    {
        var most = PcapngBlock.MostPacketOctets(packet.Length);
        MakeRoom(most);
        if (!IsOpen || most > _buffer.Length - _used)
        {
            Volatile.Write(ref _lost, _lost + 1);
            return;
        }

        _used += PcapngBlock.WritePacket(_buffer.AsSpan(_used), interfaceNumber, packet, segments, direction, nanoseconds);
        _unflushed++;
        Volatile.Write(ref _written, _written + 1);
    }

    private void MakeRoom(int octets)
    {
        if (octets > _buffer.Length - _used)
        {
            Drain();
        }
    }

    private void Drain()
    {
        if (_used == 0)
        {
            return;
        }

        if (!IsOpen || !Try(stream => stream.Write(_buffer, 0, _used)))
        {
            Volatile.Write(ref _lost, _lost + _unflushed);
            Volatile.Write(ref _written, _written - _unflushed);
        }

        _used = 0;
        _unflushed = 0;
    }

    private bool Try(Action<Stream> action)
    {
        try
        {
            action(_stream);
            return true;
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            Failure ??= failure.Message;
            return false;
        }
    }
}
