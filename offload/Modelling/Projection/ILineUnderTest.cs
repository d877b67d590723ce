using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>A real line that carries one kind of traffic and can be run with any number of engines; what calibration and verification measure.</summary>
public interface ILineUnderTest
{
    /// <summary>The way through the product the line exercises, as the costs name it.</summary>
    string Path { get; }

    /// <summary>Octets of a packet of the line's traffic.</summary>
    int Octets { get; }

    /// <summary>The traffic by the SAs and the rings it travels through; of the rates only the proportions count.</summary>
    IReadOnlyList<OfferedStream> Streams { get; }

    /// <summary>Packets of one precedence that wait for a line thread before others are lost.</summary>
    int RingLength { get; }

    /// <summary>Packets a line thread takes at once.</summary>
    int BatchSize { get; }

    /// <summary>The same of routine packets where others have rings of their own.</summary>
    int RoutineBatchSize { get; }

    /// <summary>Offers packets at a rate for a time, to each of the setup's lines, and says what became of the first one's.</summary>
    LineTrial Run(LineSetup setup, double packetsPerSecond, TimeSpan duration, CancellationToken cancellation);

    /// <summary>Several setups of one line in so many turns, a short slice of each at a time in the order of <see cref="TurnOrder"/>, and what each showed in all its slices: a machine that is another one a moment later is so for all of them.</summary>
    IReadOnlyList<LineTrial> RunInTurns(IReadOnlyList<LineSetup> setups, int turns, double packetsPerSecond, TimeSpan slice, CancellationToken cancellation);
}
