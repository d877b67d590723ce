using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Joins the fragments of IP packets (RFC 791, RFC 8200 §4.5); bounded in packets, pieces and age, and overlaps end a packet (RFC 5722).</summary>
/// <remarks>Locked: fragments are the exception on the line.</remarks>
public sealed class Reassembler(BufferPool packets, BufferPool superframes, DropCounters drops, TimeProvider time) : IDisposable
{
    private const int MostPackets = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Assembly> _assemblies = [];

    /// <summary>Adds a fragment, which is consumed; gives the whole packet once it is complete, else null.</summary>
    public PacketBuffer? Add(PacketBuffer fragment)
    {
        lock (_lock)
        {
            var whole = Place(fragment);
            fragment.Return();
            return whole;
        }
    }

    /// <summary>Gives up on packets whose pieces are too long overdue.</summary>
    public void Expire()
    {
        lock (_lock)
        {
            if (_assemblies.Count == 0)
            {
                return;
            }

            foreach (var (key, assembly) in _assemblies.ToArray())
            {
                if (time.GetElapsedTime(assembly.StartedAt) > Patience)
                {
                    GiveUp(key, assembly, DropReason.ReassemblyTimeout);
                }
            }
        }
    }

    /// <summary>Gives back every buffer in use.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var assembly in _assemblies.Values)
            {
                assembly.Buffer.Return();
            }

            _assemblies.Clear();
        }
    }

    private PacketBuffer? Place(PacketBuffer fragment)
    {
        if (!IpPacketView.TryView(fragment.Packet, out var packet))
        {
            drops.Count(DropReason.Malformed);
            return null;
        }

        // What came through one SA is never joined with what came through another, or in clear: the whole would look like all of it had.
        var key = new Key(packet.Source, packet.Destination, packet.Version == IpVersion.V4 ? packet.Protocol : (byte)0, packet.Identification, fragment.Trail);
        if (!_assemblies.TryGetValue(key, out var assembly))
        {
            if (_assemblies.Count == MostPackets || superframes.TryRent() is not { } buffer)
            {
                drops.Count(DropReason.ReassemblyRefused);
                return null;
            }

            _assemblies[key] = assembly = new Assembly(buffer, time.GetTimestamp());
        }

        if (!assembly.TryAdd(packet))
        {
            GiveUp(key, assembly, DropReason.ReassemblyRefused);
            return null;
        }

        if (!assembly.IsComplete)
        {
            return null;
        }

        _assemblies.Remove(key);
        if (assembly.TryFinish(packet.Version))
        {
            var whole = InSmallest(assembly.Buffer);
            whole.Trail = fragment.Trail;
            whole.ArrivedAt = fragment.ArrivedAt;
            return whole;
        }

        drops.Count(DropReason.Malformed);
        assembly.Buffer.Return();
        return null;
    }

    // Most packets fit a small buffer; on an engine's queue many of them would use up the large ones that the next are joined in.
    private PacketBuffer InSmallest(PacketBuffer large)
    {
        if (large.Length > packets.Capacity || packets.TryRent() is not { } small)
        {
            return large;
        }

        large.Packet.CopyTo(small.SetLength(large.Length));
        large.Return();
        return small;
    }

    private void GiveUp(Key key, Assembly assembly, DropReason reason)
    {
        drops.Count(reason, assembly.Pieces);
        assembly.Buffer.Return();
        _assemblies.Remove(key);
    }

    private readonly record struct Key(IpAddress Source, IpAddress Destination, byte Protocol, uint Identification, ProtectionTrail Trail);
}
