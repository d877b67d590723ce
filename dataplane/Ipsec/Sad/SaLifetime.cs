namespace IpsecDp.Ipsec.Sad;

/// <summary>Limits of an SA's use (RFC 4301 §4.4.2.1): at a soft one control is told, at a hard one the SA stops.</summary>
public sealed record SaLifetime
{
    /// <summary>No limits; the sequence number still is one.</summary>
    public static SaLifetime Unlimited { get; } = new();

    /// <summary>Packets after which control is told.</summary>
    public ulong SoftPackets { get; init; } = ulong.MaxValue;

    /// <summary>Packets after which nothing is sealed or opened.</summary>
    public ulong HardPackets { get; init; } = ulong.MaxValue;

    /// <summary>Payload octets after which control is told.</summary>
    public ulong SoftBytes { get; init; } = ulong.MaxValue;

    /// <summary>Payload octets after which nothing is sealed or opened.</summary>
    public ulong HardBytes { get; init; } = ulong.MaxValue;

    /// <summary>Age at which control is told.</summary>
    public TimeSpan SoftAge { get; init; } = TimeSpan.MaxValue;

    /// <summary>Age at which nothing is sealed or opened.</summary>
    public TimeSpan HardAge { get; init; } = TimeSpan.MaxValue;
}
