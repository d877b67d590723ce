namespace IpsecDp.Ports;

/// <summary>Where and when the system got a packet.</summary>
/// <param name="Processor">The processor it arrived on.</param>
/// <param name="At">The time, as a time stamp of the stopwatch.</param>
public readonly record struct PacketArrival(int Processor, long At);
