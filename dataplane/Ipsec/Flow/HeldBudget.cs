using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What all tunnels together may hold for SAs that are not there yet: many tunnels without one must leave buffers to those that have theirs.</summary>
public sealed class HeldBudget
{
    /// <summary>Octets of buffers held at most: some 1600 packets, or 60 superframes.</summary>
    public const long MostOctets = 4 << 20;

    private long _octets;

    /// <summary>Whether any tunnel holds a packet.</summary>
    public bool IsUsed => Volatile.Read(ref _octets) > 0;

    internal bool TryTake(PacketBuffer packet)
    {
        if (Interlocked.Add(ref _octets, packet.Memory.Length) <= MostOctets)
        {
            return true;
        }

        GiveBack(packet);
        return false;
    }

    internal void GiveBack(PacketBuffer packet) => Interlocked.Add(ref _octets, -packet.Memory.Length);
}
