using IpsecDp.Ports.Divert;

namespace IpsecDp.Adapters.Windows;

/// <summary>What a capture takes out of the host's path, and with what.</summary>
public sealed record WinDivertOptions
{
    /// <summary>The driver; <see cref="WinDivertDriver.Load"/> gives the real one.</summary>
    public required IDivertDriver Driver { get; init; }

    /// <summary>What is taken out.</summary>
    public required DivertPlan Plan { get; init; }

    /// <summary>Who drops the plan's clear packets when this process is gone; it is told of every change, and stays the caller's.</summary>
    public required IDivertGuard Guard { get; init; }

    /// <summary>Where received packets are put.</summary>
    public PortBuffers Buffers { get; init; } = new();

    /// <summary>The link's MTU; where none is given, the smallest of the interfaces that have the plan's local addresses.</summary>
    public int? Mtu { get; init; }

    /// <summary>Octets of the largest clear packet that fits the link once it is protected, to which TCP's segments are held; where none is given, the MTU less <see cref="MostOverhead"/>.</summary>
    public int? ProtectedMtu { get; init; }

    /// <summary>Handles to spread either direction over, where the plan's addresses allow it; each is read by a thread of its own.</summary>
    public int Handles { get; init; } = 1;

    /// <summary>Whether ESP and AH marked above routine (IP precedence) have handles of their own, read before all others; packets of one SA overtake one another then. What the host sends marked always has.</summary>
    public bool SortsArrivals { get; init; }

    /// <summary>Octets of memory one reading has; at least 65,575, or larger packets are cut and lost.</summary>
    public int BatchOctets { get; init; } = 512 * 1024;

    /// <summary>The clock that the driver's timestamps are held against.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Octets the most expensive protection adds: IPv6 and UDP headers, ESP with IV, padding of a block and a SHA-512 ICV.</summary>
    public const int MostOverhead = 128;
}
