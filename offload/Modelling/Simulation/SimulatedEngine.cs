namespace IpsecDp.Modelling.Simulation;

/// <summary>A specialty engine: its queue, and how long it stays awake, by the product's own rule (AdaptiveSpin).</summary>
internal sealed class SimulatedEngine(int index, int number, double share, SimulatedQueue queue, HandOverCosts costs) : SimulatedProcessor(index, rate: 1, share)
{
    private const double Patience = 4;
    private const double Weight = 4;
    private const double Stake = 2;

    private readonly double _longestSpin = costs.LongestSpin;

    // An engine that never sleeps has no wake-up to weigh its waiting against.
    private readonly double _mostAtStake = double.IsFinite(costs.LongestSpin) ? Stake * costs.Wake : double.PositiveInfinity;

    private double _expected;

    /// <summary>Its number among the engines.</summary>
    public readonly int Number = number;

    public readonly SimulatedQueue Queue = queue;
    public bool IsParked;
    public double IdleSince;
    public double RungAt;

    /// <summary>Whether a job is in hand.</summary>
    public bool IsBusy => Job != JobTable.None;

    /// <summary>How long it would stay awake now; infinity where it never sleeps.</summary>
    public double Span => _expected <= _longestSpin ? Math.Min(Math.Min(_longestSpin, _mostAtStake), Math.Max(_longestSpin / Patience, _expected * Patience)) : 0;

    /// <summary>Learns a pause.</summary>
    public void Learn(double pause)
    {
        if (double.IsFinite(_longestSpin))
        {
            _expected += (Math.Clamp(pause, 0, 2 * _longestSpin) - _expected) / Weight;
        }
    }
}
