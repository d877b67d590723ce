using System.Runtime.CompilerServices;

namespace IpsecDp.Modelling.Simulation;

/// <summary>A stage's cost made ready to be drawn from.</summary>
internal readonly struct StageDraw(StageCost cost, double factor = 1)
{
    private readonly double _perJob = cost.PerJob * factor;
    private readonly double _perPacket = cost.PerPacket * factor;
    private readonly double _perOctet = cost.PerOctet * factor;
    private readonly double[] _points = [.. cost.Shape.Points];

    /// <summary>Nanoseconds for a job of so many packets and octets.</summary>
    public double Next(int packets, int octets, RandomStream dice) => Next(1, packets, octets, dice);

    /// <summary>Nanoseconds for so many jobs, packets and octets together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Next(int jobs, int packets, int octets, RandomStream dice)
    {
        var mean = (_perJob * jobs) + (_perPacket * packets) + (_perOctet * octets);
        return _points.Length switch
        {
            1 => mean,
            0 => mean * dice.NextExponential(),
            _ => mean * _points[dice.NextIndex(_points.Length)],
        };
    }
}
