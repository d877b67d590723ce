using IpsecDp.Engines.Pinning;
using IpsecDp.Modelling.Projection;
using IpsecDp.Ports.Buffers;
using IpsecDp.Throughput.Overload;

namespace IpsecDp.Throughput.Projection;

/// <summary>The line under test: packets that arrive by the clock, sealed and let go. A line for each setup stays built, asleep while others are measured.</summary>
internal sealed class SealedLine(bool isPinned) : ILineUnderTest, IDisposable
{
    private readonly Dictionary<LineSetup, OverloadLine[]> _lines = [];
    private readonly IReadOnlyList<int> _processors = IThreadPinning.OfThisSystem.Allowed();

    /// <inheritdoc/>
    public string Path => "seal";

    /// <inheritdoc/>
    public int Octets => OverloadLine.PacketLength;

    /// <inheritdoc/>
    public int RingLength => OfferedLoad.Ring;

    /// <inheritdoc/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc/>
    public LineTrial Run(LineSetup setup, double packetsPerSecond, TimeSpan duration, CancellationToken cancellation)
    {
        if (!_lines.TryGetValue(setup, out var lines))
        {
            lines = [.. Enumerable.Range(0, setup.Lines).Select(line => new OverloadLine(setup.Engines, setup.Rule, PlacementOf(setup, line)))];
            _lines.Add(setup, lines);
        }

        var trials = new LineTrial[lines.Length];
        Exception? failure = null;
        Thread[] others = [.. Enumerable.Range(1, lines.Length - 1).Select(line => new Thread(() => Try(line)))];
        foreach (var other in others)
        {
            other.Start();
        }

        Try(0);
        foreach (var other in others)
        {
            other.Join();
        }

        return failure is null ? trials.Aggregate(Sum) : throw new InvalidOperationException(failure.Message, failure);

        void Try(int line)
        {
            try
            {
                trials[line] = lines[line].Try(packetsPerSecond, duration, cancellation);
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var line in _lines.Values.SelectMany(lines => lines))
        {
            line.Dispose();
        }
    }

    private ThreadPlacement PlacementOf(LineSetup setup, int line)
    {
        if (!isPinned || _processors.Count < setup.Lines + setup.Engines)
        {
            return ThreadPlacement.Free;
        }

        return new ThreadPlacement(_processors[line], _processors[line], [.. _processors.Skip(setup.Lines).Take(setup.Engines)]);
    }

    private static LineTrial Sum(LineTrial one, LineTrial other) => one with
    {
        Offered = one.Offered + other.Offered,
        Delivered = one.Delivered + other.Delivered,
        Lost = one.Lost + other.Lost,
        Cpu = one.Cpu.Plus(other.Cpu),
        OnEngines = one.OnEngines + other.OnEngines,
        OnGeneral = one.OnGeneral + other.OnGeneral,
        WakeUps = one.WakeUps + other.WakeUps,
    };
}
