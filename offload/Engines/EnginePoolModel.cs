using System.Diagnostics;
using IpsecDp.Engines.Pinning;

namespace IpsecDp.Engines;

/// <summary>What a pool is built from.</summary>
public sealed record EnginePoolModel
{
    /// <summary>How many engines; 0 runs everything on the general threads and so projects what would have moved (PROJECTCPU).</summary>
    public required int Engines { get; init; }

    /// <summary>ZIIP IPSECURITY. False (NOIPSECURITY): nothing is eligible, general threads run everything as work of their own.</summary>
    public bool IpSecurity { get; init; } = true;

    /// <summary>When general threads help.</summary>
    public NeedHelpRule Rule { get; init; } = new();

    /// <summary>Whether each class waits in a queue of its own, the most important first; false puts everything into one.</summary>
    public bool QueuesByClass { get; init; } = true;

    /// <summary>Who delivers what engines ran.</summary>
    public DeliveryRule Delivery { get; init; }

    /// <summary>How engines are bound to processors.</summary>
    public IThreadPinning Pinning { get; init; } = new NoPinning();

    /// <summary>The processor of each engine in turn; empty binds none.</summary>
    public IReadOnlyList<int> Processors { get; init; } = [];

    /// <summary>Whether an engine that is bound to no processor moves to that of the general thread that brings it most octets.</summary>
    public bool FollowsWork { get; init; }

    /// <summary>The processor of the general thread that delivers what engines hand back; null leaves it to the scheduler.</summary>
    public int? DeliveryProcessor { get; init; }

    /// <summary>The longest an engine burns CPU hoping for work before it sleeps, where two wake-ups cost their submitter no less. While it pays, it brings no work: an engine that fell asleep sooner would have to be woken for every job.</summary>
    public TimeSpan LongestSpin { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>The clock waiting is judged by; its frequency is that of the Stopwatch.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A reading of <see cref="Time"/> as one of the Stopwatch: the same where the time is the system's, else a new one.</summary>
    internal long StampOf(long now) => ReferenceEquals(Time, TimeProvider.System) ? now : Stopwatch.GetTimestamp();

    /// <summary>Refuses what no pool can be built on, with an <see cref="ArgumentOutOfRangeException"/>.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Engines);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestSpin, TimeSpan.Zero);
        Rule.Validate();
    }
}
