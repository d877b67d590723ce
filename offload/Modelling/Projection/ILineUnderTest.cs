namespace IpsecDp.Modelling.Projection;

/// <summary>A real line that carries one kind of traffic and can be run with any number of engines; what calibration and verification measure.</summary>
public interface ILineUnderTest
{
    /// <summary>The way through the product the line exercises, as the costs name it.</summary>
    string Path { get; }

    /// <summary>Octets of a packet of the line's traffic.</summary>
    int Octets { get; }

    /// <summary>Packets that wait for a line thread before others are lost.</summary>
    int RingLength { get; }

    /// <summary>Packets a line thread takes at once.</summary>
    int BatchSize { get; }

    /// <summary>Offers packets at a rate for a time, to each of the setup's lines, and says what became of the first one's.</summary>
    LineTrial Run(LineSetup setup, double packetsPerSecond, TimeSpan duration, CancellationToken cancellation);
}
