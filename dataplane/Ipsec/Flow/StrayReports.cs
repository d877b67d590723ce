using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Which packets of unknown SPIs control hears of: of each source one a second, and no more than sixteen in all, so that a flood in other names seldom hides a peer. Sources that share a place hide each other; nothing is allocated.</summary>
internal sealed class StrayReports(IDataPlaneEvents events, TimeProvider time)
{
    private const int Places = 16;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly long[] _toldAt = new long[Places];

    /// <summary>Tells it, if it is due.</summary>
    public void Tell(in StrayPacket stray)
    {
        ref var place = ref _toldAt[(uint)stray.Source.GetHashCode() % Places];
        var toldAt = Volatile.Read(ref place);
        var isDue = toldAt == 0 || time.GetElapsedTime(toldAt) >= Between;
        if (isDue && Interlocked.CompareExchange(ref place, time.GetTimestamp(), toldAt) == toldAt)
        {
            events.UnknownSpi(stray);
        }
    }
}
