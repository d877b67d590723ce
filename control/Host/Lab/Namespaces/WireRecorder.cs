using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Wrappers;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>Writes what the wire's capture saw to a pcapng file, superframes as the packets they stand for; called by one thread.</summary>
internal sealed class WireRecorder : IDisposable
{
    private readonly string _path;
    private readonly PcapngFile _file;
    private readonly PcapTap _tap;
    private readonly BufferPool _buffers = new(BufferPool.SuperframeCapacity, 1);

    private WireRecorder(string path, PcapngFile file)
    {
        (_path, _file) = (path, file);
        _tap = new PcapTap(file, LabSite.Link);
    }

    /// <summary>Creates the file; throws <see cref="LabException"/> when it cannot be written; null where none is asked for.</summary>
    public static WireRecorder? Create(string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            return new WireRecorder(path, new PcapngFile(File.Create(path), TimeProvider.System));
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LabException($"the capture file {path} cannot be written: {refusal.Message}", refusal);
        }
    }

    /// <summary>Writes one frame.</summary>
    public void Write(LinkFrame frame, Span<byte> packet)
    {
        var direction = frame.IsOutgoing ? PacketDirection.Outbound : PacketDirection.Inbound;
        var count = frame.Segments.CountIn(packet.Length);
        for (var index = 0; index < count; index++)
        {
            using var batch = new PacketBatch(1);
            if (_buffers.TryRent() is not { } buffer)
            {
                return;
            }

            batch.Add(buffer);
            if (count == 1)
            {
                packet.CopyTo(buffer.SetLength(packet.Length));
            }
            else
            {
                buffer.TrimTo(SegmentSplitter.Write(packet, frame.Segments.HeaderLength, frame.Segments.Size, index, buffer.SetLength(buffer.Capacity)));
            }

            _tap.Observe(batch, 0, direction);
        }
    }

    /// <summary>What the file holds, in a sentence.</summary>
    public string Describe()
    {
        _file.Flush();
        return _file.Failure is { } failure
            ? $"capture {_path}: {_file.Written} packets, then it stopped ({failure}); {_file.Lost} are missing"
            : $"capture {_path}: {_file.Written} packets";
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
