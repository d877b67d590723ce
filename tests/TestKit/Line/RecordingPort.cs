using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Line;

/// <summary>Both kinds of port at once, for a line driven step by step: it receives nothing and keeps a copy of all it is given.</summary>
public sealed class RecordingPort(int mtu, LineForm? form = null) : IClearPort, ICipherPort
{
    private readonly Lock _lock = new();
    private readonly List<Frame> _sent = [];
    private readonly LineForm _form = form ?? LineForm.Plain;

    /// <inheritdoc cref="IClearPort.Name"/>
    public string Name => "recording";

    /// <inheritdoc cref="IClearPort.Mtu"/>
    public int Mtu => mtu;

    /// <inheritdoc cref="IClearPort.BatchSize"/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc cref="IClearPort.Stats"/>
    public PortStats Stats => default;

    /// <summary>Packets that passed in clear.</summary>
    public List<byte[]> Passed { get; } = [];

    /// <summary>The same with how they divide.</summary>
    public List<Frame> PassedFrames { get; } = [];

    /// <summary>What is waited for before anything is taken.</summary>
    public Action Settle { get; set; } = static () => { };

    /// <summary>Takes the packets that were given since the last call, one by one.</summary>
    public IReadOnlyList<byte[]> Take() => _form == LineForm.Plain ? [.. TakeFrames().Select(frame => frame.Octets)] : _form.Packets(TakeFrames());

    /// <summary>The same with how they divide.</summary>
    public IReadOnlyList<Frame> TakeFrames()
    {
        Settle();
        lock (_lock)
        {
            Frame[] taken = [.. _sent];
            _sent.Clear();
            return taken;
        }
    }

    /// <inheritdoc cref="IClearPort.Receive"/>
    public bool Receive(PacketBatch batch) => false;

    /// <inheritdoc/>
    public void Inject(PacketBatch batch) => Keep(batch, _sent);

    /// <inheritdoc/>
    public void Send(PacketBatch batch) => Keep(batch, _sent);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch)
    {
        var before = PassedFrames.Count;
        Keep(batch, PassedFrames);
        Passed.AddRange(PassedFrames.Skip(before).SelectMany(frame => _form.JoinsClear ? frame.Split() : [frame.Octets]));
    }

    /// <inheritdoc cref="IClearPort.Interrupt"/>
    public void Interrupt()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Keep(PacketBatch batch, List<Frame> into)
    {
        lock (_lock)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch[i] is { } packet)
                {
                    into.Add(new Frame(packet.Packet.ToArray(), packet.Segments));
                }
            }
        }
    }
}
