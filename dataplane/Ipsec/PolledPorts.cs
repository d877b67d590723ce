using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec;

/// <summary>Several ports that one thread serves: always the one whose most important packet is the most important, of equals in turns, a batch at a time.</summary>
internal sealed class PolledPorts
{
    private readonly LinePort[] _ports;
    private readonly PortBell _bell = new();
    private int _latest;

    /// <summary>All of them can be polled.</summary>
    public PolledPorts(IReadOnlyList<LinePort> ports)
    {
        _ports = [.. ports];
        foreach (var port in _ports)
        {
            port.Polled!.Watch(_bell);
        }
    }

    /// <summary>Whether a marked packet waits at one of them.</summary>
    public bool AnyCalls
    {
        get
        {
            foreach (var port in _ports)
            {
                if (port.Calls)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Waits until one of them gives a batch, and says which; null once all are over.</summary>
    public LinePort? Receive(PacketBatch batch)
    {
        while (true)
        {
            var rings = _bell.Rings;
            var port = MostImportant(out var isOver);
            if (isOver)
            {
                return null;
            }

            if (port is null)
            {
                Wait(rings);
            }
            else if (port.Polled!.TryReceive(batch))
            {
                return port;
            }
        }
    }

    private LinePort? MostImportant(out bool isOver)
    {
        var (found, highest) = (-1, -1);
        isOver = true;
        for (var step = 1; step <= _ports.Length; step++)
        {
            var at = (_latest + step) % _ports.Length;
            var port = _ports[at].Polled!;
            if (port.IsOver)
            {
                continue;
            }

            isOver = false;
            if (port.Waiting is var waiting && waiting > highest)
            {
                (found, highest) = (at, waiting);
            }
        }

        if (found < 0)
        {
            return null;
        }

        _latest = found;
        return _ports[found];
    }

    private void Wait(int rings)
    {
        var isPaused = false;
        foreach (var port in _ports)
        {
            isPaused |= port.Polled is { IsOver: false } polled && polled.TryPause();
        }

        if (!isPaused)
        {
            _bell.Await(rings);
        }
    }
}
