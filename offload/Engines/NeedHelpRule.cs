using System.Diagnostics;

namespace IpsecDp.Engines;

/// <summary>When general threads do work of the engines, in the terms of z/OS: IIPHONORPRIORITY, ZIIPAWMT, and a threshold of size. No rule drops work.</summary>
public sealed record NeedHelpRule
{
    /// <summary>ZIIPAWMT of z/OS with HiperDispatch.</summary>
    public static TimeSpan DefaultAlternateWait { get; } = TimeSpan.FromMicroseconds(3200);

    private const int DeeperToWait = 4;

    private readonly long _alternateWaitTicks = ToTicks(DefaultAlternateWait);
    private readonly bool[] _keepsToEngines = new bool[ServiceClasses.Count];

    /// <summary>IIPHONORPRIORITY. True: a general thread runs what finds the queues full and takes over what waited too long. False: it waits for room, at most <see cref="LongestWait"/>.</summary>
    public bool HonorPriority { get; init; } = true;

    /// <summary>Classes with Honor Priority=NO of their own: general threads leave their work to the engines though <see cref="HonorPriority"/> holds for the others.</summary>
    public IReadOnlyList<ServiceClass> KeptToEngines
    {
        get;
        init
        {
            field = value;
            _keepsToEngines = [.. ServiceClasses.All.Select(value.Contains)];
        }
    } = [];

    /// <summary>ZIIPAWMT: how long a job may wait in a queue before the engines need help; the default is that of z/OS with HiperDispatch.</summary>
    public TimeSpan AlternateWait
    {
        get;
        init
        {
            field = value;
            _alternateWaitTicks = ToTicks(value);
        }
    } = DefaultAlternateWait;

    /// <summary>Without honouring priority, how long a general thread waits for room before it runs the job all the same: work is late then, never lost.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether under overload, of classes that are honoured, a general thread keeps its work where moving carries less; tried out in turns while the queues are full, so that an engine that is far away never makes the line slower.</summary>
    public bool KeepsWhatIsDearer { get; init; }

    /// <summary>Octets below which a job stays with the thread that submits it; 0 hands over everything.</summary>
    public int SmallestJob { get; init; }

    /// <summary>Jobs of one class each engine's queue holds.</summary>
    public int QueueDepth { get; init; } = 64;

    /// <summary>Octets of work of one class each engine's queue holds, or one job that is larger. Packets that wait should still lie in the cache when their turn comes, and under overload a deep queue only makes them late: a general thread that is free then helps at once. Of a class that general threads leave to the engines it is <see cref="OctetsOf"/>.</summary>
    public int QueueOctets { get; init; } = 256 * 1024;

    /// <summary>Whether general threads may run work of a class that engines are late with.</summary>
    public bool Honors(ServiceClass serviceClass) => HonorPriority && !_keepsToEngines[(int)serviceClass];

    /// <summary>Octets of work of a class each engine's queue holds: <see cref="QueueOctets"/> where general threads may help, and four times as much where they wait for room, because a wake-up for every second job costs more than lines that have left the cache.</summary>
    public long OctetsOf(ServiceClass serviceClass) => Honors(serviceClass) ? QueueOctets : DeeperToWait * (long)QueueOctets;

    /// <summary>Whether a job submitted then, by the pool's clock, has waited too long by now.</summary>
    public bool IsOverdue(long submittedAt, long now) => now - submittedAt > _alternateWaitTicks;

    /// <summary>Refuses what no pool can be built on, with an <see cref="ArgumentOutOfRangeException"/>.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueDepth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueOctets, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(SmallestJob);
        ArgumentOutOfRangeException.ThrowIfLessThan(AlternateWait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestWait, TimeSpan.Zero);
    }

    /// <summary>Whether both rules are alike in all they say.</summary>
    public bool Equals(NeedHelpRule? other) => other is not null && Values == other.Values && KeptToEngines.SequenceEqual(other.KeptToEngines);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.GetHashCode();

    private (bool, bool, TimeSpan, TimeSpan, int, int, int) Values => (HonorPriority, KeepsWhatIsDearer, AlternateWait, LongestWait, SmallestJob, QueueDepth, QueueOctets);

    private static long ToTicks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
