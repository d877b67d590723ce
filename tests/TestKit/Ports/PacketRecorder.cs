using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Ports;

/// <summary>A far side with a thread of its own that receives whatever comes, copies it and gives the buffers back at once.</summary>
public sealed class PacketRecorder : IDisposable
{
    private readonly object _gate = new();
    private readonly List<RecordedPacket> _packets = [];
    private readonly Func<PacketBatch, bool> _receive;
    private readonly Action _interrupt;
    private readonly TestThread _thread;
    private int _taken;
    private bool _hasEnded;

    /// <summary>Records what <paramref name="receive"/> gives until it returns false, which <paramref name="interrupt"/> must bring about.</summary>
    public PacketRecorder(Func<PacketBatch, bool> receive, Action interrupt)
    {
        _receive = receive;
        _interrupt = interrupt;
        _thread = new TestThread("recorder", Run);
    }

    /// <summary>Everything recorded so far.</summary>
    public IReadOnlyList<RecordedPacket> Packets
    {
        get
        {
            lock (_gate)
            {
                return [.. _packets];
            }
        }
    }

    /// <summary>Waits until <paramref name="count"/> packets are recorded in all and gives them; throws <see cref="TimeoutException"/> when they do not come.</summary>
    public IReadOnlyList<RecordedPacket> WaitFor(int count)
    {
        lock (_gate)
        {
            Await(count);
            return [.. _packets];
        }
    }

    /// <summary>Waits for the next packet not taken yet.</summary>
    public RecordedPacket Take()
    {
        lock (_gate)
        {
            Await(_taken + 1);
            return _packets[_taken++];
        }
    }

    /// <summary>Stops recording and waits for the thread's end.</summary>
    public void Dispose()
    {
        _interrupt();
        _thread.Dispose();
    }

    private void Await(int count)
    {
        while (_packets.Count < count)
        {
            if (_hasEnded || !Monitor.Wait(_gate, TestThread.Patience))
            {
                throw new TimeoutException($"{_packets.Count} of {count} packets arrived");
            }
        }
    }

    private void Run()
    {
        using var batch = new PacketBatch();
        while (_receive(batch))
        {
            var arrived = Copy(batch);
            // Given back before it is told, so that whoever saw the last packet finds no buffer out.
            batch.Clear();
            Publish(arrived, false);
        }

        Publish([], true);
    }

    private void Publish(List<RecordedPacket> arrived, bool hasEnded)
    {
        lock (_gate)
        {
            _packets.AddRange(arrived);
            _hasEnded = hasEnded;
            Monitor.PulseAll(_gate);
        }
    }

    private static List<RecordedPacket> Copy(PacketBatch batch)
    {
        var copies = new List<RecordedPacket>();
        for (var i = 0; i < batch.Count; i++)
        {
            copies.Add(new RecordedPacket(batch[i]!.Packet.ToArray(), batch[i]!.Segments));
        }

        return copies;
    }
}
