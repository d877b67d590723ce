namespace IpsecDp.TestKit.Divert;

/// <summary>One handle of the modelled driver, with the queue of what it has taken out.</summary>
public sealed class DivertSession
{
    // What the driver counts beside a packet's octets.
    private const int NoteOctets = 60;

    private readonly DivertKernel _kernel;
    private readonly DivertFilterProgram _filter;
    private readonly Queue<(byte[] Packet, DivertAddressImage Address)> _queue = new();
    private readonly Dictionary<int, ulong> _parameters = new() { [0] = 4096, [1] = 2000, [2] = 4194304 };
    private long _queuedOctets;
    private int _waiting;

    internal DivertSession(DivertKernel kernel, DivertFilterProgram filter, long height, ulong flags, int process) =>
        (_kernel, _filter, Height, Flags, Process) = (kernel, filter, height, flags, process);

    /// <summary>Its place in the chain: priority, and behind it the order of opening.</summary>
    public long Height { get; }

    /// <summary>The flags it was opened with.</summary>
    public ulong Flags { get; }

    /// <summary>Whose it is.</summary>
    public int Process { get; }

    /// <summary>Packets lost from its queue.</summary>
    public long Overflowed { get; private set; }

    /// <summary>Packets that wait.</summary>
    public int Queued => _queue.Count;

    /// <summary>Whether a reading waits for a packet.</summary>
    public bool IsAwaited => _waiting > 0;

    /// <summary>Whether it takes no more packets.</summary>
    internal bool IsShut { get; private set; }

    internal bool IsSendingShut { get; private set; }

    internal bool IsClosed { get; private set; }

    internal bool Has(ulong flag) => (Flags & flag) != 0;

    internal bool Matches(byte[] packet, DivertAddressImage address) => !IsClosed && !IsShut && _filter.Matches(packet, address) == true;

    internal void Enqueue(byte[] packet, DivertAddressImage address)
    {
        _queue.Enqueue((packet, address));
        _queuedOctets += packet.Length + NoteOctets;
        while (_queue.Count > (long)_parameters[0] || _queuedOctets > (long)_parameters[2])
        {
            Drop();
        }

        Monitor.PulseAll(_kernel.Gate);
    }

    /// <summary>Blocks until packets come; the caller holds the kernel's lock.</summary>
    internal int Receive(int room, int addresses, List<(byte[] Packet, DivertAddressImage Address)> taken, out byte[] cut)
    {
        cut = [];
        var hasWaited = false;
        while (true)
        {
            DropOverdue();
            if (_queue.Count > 0)
            {
                return Take(room, hasWaited ? 1 : addresses, taken, out cut);
            }

            if (IsClosed)
            {
                return 995;
            }

            if (IsShut)
            {
                return 232;
            }

            hasWaited = true;
            _waiting++;
            Monitor.Wait(_kernel.Gate);
            _waiting--;
        }
    }

    internal int Set(int parameter, ulong value)
    {
        var (least, largest) = parameter switch { 0 => (32UL, 16384UL), 1 => (100UL, 16000UL), 2 => (65535UL, 33554432UL), _ => (1UL, 0UL) };
        if (value < least || value > largest)
        {
            return 87;
        }

        _parameters[parameter] = value;
        return 0;
    }

    internal int Get(int parameter, out ulong value)
    {
        value = parameter is 3 or 4 ? 2 : _parameters.GetValueOrDefault(parameter);
        return parameter is >= 0 and <= 4 ? 0 : 87;
    }

    internal int Shut(int how)
    {
        IsShut |= (how & 1) != 0;
        IsSendingShut |= (how & 2) != 0;
        Monitor.PulseAll(_kernel.Gate);
        return how is >= 1 and <= 3 ? 0 : 87;
    }

    /// <summary>Closes and gives back what waited.</summary>
    internal IReadOnlyList<(byte[] Packet, DivertAddressImage Address)> Close()
    {
        IsClosed = true;
        var left = _queue.ToList();
        _queue.Clear();
        Monitor.PulseAll(_kernel.Gate);
        return left;
    }

    // Only the first packet of a reading can be cut; one that does not fit behind others waits for the next.
    private int Take(int room, int addresses, List<(byte[] Packet, DivertAddressImage Address)> taken, out byte[] cut)
    {
        cut = [];
        while (_queue.Count > 0 && taken.Count < Math.Min(addresses, 255))
        {
            var (packet, address) = _queue.Peek();
            if (packet.Length > room)
            {
                if (taken.Count > 0)
                {
                    break;
                }

                Dequeue();
                cut = packet[..room];
                taken.Add((cut, address));
                return 122;
            }

            Dequeue();
            taken.Add((packet, address));
            room -= packet.Length;
        }

        return 0;
    }

    private void Dequeue() => _queuedOctets -= _queue.Dequeue().Packet.Length + NoteOctets;

    private void Drop()
    {
        Dequeue();
        Overflowed++;
    }

    private void DropOverdue()
    {
        var life = _kernel.Time.TimestampFrequency * (long)_parameters[1] / 1000;
        while (_queue.Count > 0 && _kernel.Time.GetTimestamp() - _queue.Peek().Address.Timestamp > life)
        {
            Drop();
        }
    }
}
