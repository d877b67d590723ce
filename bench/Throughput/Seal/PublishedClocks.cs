namespace IpsecDp.Throughput.Seal;

/// <summary>What VPP 26.10's <c>esp4-encrypt-tun</c> takes for a packet with its native VAES engine: time-stamp clocks of a processor whose counter runs at 2.444 GHz.</summary>
internal static class PublishedClocks
{
    /// <summary>That counter's ticks a nanosecond.</summary>
    public const double TicksPerNanosecond = 2.444;

    private static readonly Dictionary<int, (int Clocks, double Wanted)> Published = new()
    {
        [64] = (265, 0.65),
        [512] = (639, 0.60),
        [1400] = (1340, 0.55),
    };

    /// <summary>Clocks for an inner packet of <paramref name="length"/> octets and the share of them that is our goal; null where none was published.</summary>
    public static (int Clocks, double Wanted)? Of(int length) => Published.TryGetValue(length, out var published) ? published : null;
}
