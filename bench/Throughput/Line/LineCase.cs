using IpsecDp.Ipsec.Sad;
using IpsecDp.Throughput.Traffic;

namespace IpsecDp.Throughput.Line;

/// <summary>What one contender carries and with what: packets of a mix over so many SAs, admitted by so many threads, sealed and opened by so many engines (0: by the threads).</summary>
internal sealed record LineCase(SaMode Mode, PacketMix Mix, int Associations, int Threads, int Engines)
{
    /// <summary>Whether a thread's packets may still be under way when it admits the next ones.</summary>
    public bool IsPipelined => Threads > 1 || Engines > 0;
}
