using System.Diagnostics;

namespace Offload.Tests.Engines;

/// <summary>A clock that stands until it is put forward.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _now = 1;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public void Pass(TimeSpan time) => Interlocked.Add(ref _now, (long)(time.TotalSeconds * Stopwatch.Frequency));
}
