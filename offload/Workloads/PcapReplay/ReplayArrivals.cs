using IpsecDp.Wire.Ip;
using IpsecDp.Workloads.Flows;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.PcapReplay;

/// <summary>Finds each arriving packet among those the other host plays; copies that are alike are counted off one by one.</summary>
internal sealed class ReplayArrivals
{
    private readonly ReplayScript _script;
    private readonly HostSide _side;

    // The peer's packets ordered by digest; those of one digest in playing order.
    private readonly ulong[] _digests;
    private readonly int[] _positions;
    private readonly ReplayPacket[] _packets;

    // At the first place of a digest: how many packets have it, and how many of them have arrived.
    private readonly int[] _copies;
    private readonly long[] _arrived;
    private readonly SequenceWindow _window = new();

    public ReplayArrivals(ReplayScript script, HostSide side)
    {
        _script = script;
        _side = side;
        var packets = new List<ReplayPacket>();
        foreach (var packet in script.Packets)
        {
            if (packet.Sender != side)
            {
                packets.Add(packet);
            }
        }

        _packets = [.. packets];
        _positions = [.. Enumerable.Range(0, _packets.Length)];
        _digests = [.. _packets.Select(p => Digest(script.OctetsOf(p)))];
        Array.Sort([.. _digests.Zip(_positions)], _positions, Comparer<(ulong Digest, int Position)>.Default);
        Array.Sort(_digests);
        _arrived = new long[_packets.Length];
        _copies = new int[_packets.Length];
        var first = 0;
        for (var at = 0; at < _digests.Length; at++)
        {
            first = _digests[at] == _digests[first] ? first : at;
            _copies[first]++;
        }
    }

    public ArrivalVerdict Judge(Span<byte> octets)
    {
        var digest = Digest(octets);
        var first = FirstOf(digest);
        if (first == _digests.Length || _digests[first] != digest || !IsAlike(octets, _packets[_positions[first]]))
        {
            return IsOfTheseHosts(octets) ? ArrivalVerdict.Corrupted : ArrivalVerdict.Unknown;
        }

        var copies = _copies[first];
        var arrived = _arrived[first];
        if (arrived >= (long)copies * _script.Model.Laps)
        {
            return ArrivalVerdict.Duplicate;
        }

        _arrived[first] = arrived + 1;
        var number = (arrived / copies * _packets.Length) + _positions[first + (arrived % copies)];
        return _window.Accept(number) == ArrivalVerdict.Delivered ? ArrivalVerdict.Delivered : ArrivalVerdict.Reordered;
    }

    private int FirstOf(ulong digest)
    {
        var low = 0;
        var high = _digests.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _digests[middle] < digest ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    // Hop limit and IPv4 header checksum change on a routed path, so neither counts.
    private static ulong Digest(ReadOnlySpan<byte> octets)
    {
        var digest = (ulong)octets.Length;
        for (var at = 0; at < octets.Length; at++)
        {
            if (!IsChangedByRouters(octets[0], at))
            {
                digest = (digest ^ octets[at]) * 0x100000001B3;
            }
        }

        return SeedDerivation.Derive(digest, 0);
    }

    private bool IsAlike(Span<byte> octets, ReplayPacket expected)
    {
        var original = _script.OctetsOf(expected);
        if (octets.Length != original.Length || !HasPlausibleHops(octets, original))
        {
            return false;
        }

        for (var at = 0; at < octets.Length; at++)
        {
            if (octets[at] != original[at] && !IsChangedByRouters(octets[0], at))
            {
                return false;
            }
        }

        return true;
    }

    // Hops are only ever taken off, and the checksum is as right or wrong as it was captured.
    private static bool HasPlausibleHops(Span<byte> octets, Span<byte> original)
    {
        if (!IpPacketView.TryView(octets, out var arrived) || !IpPacketView.TryView(original, out var captured) || arrived.Version != captured.Version)
        {
            return false;
        }

        return arrived.HopLimit <= captured.HopLimit
            && (arrived.Version == IpVersion.V6 || arrived.V4.HasRightChecksum() == captured.V4.HasRightChecksum());
    }

    private static bool IsChangedByRouters(byte first, int at) => first >> 4 == (int)IpVersion.V4 ? at is 8 or 10 or 11 : at == 7;

    private bool IsOfTheseHosts(Span<byte> octets)
    {
        if (!IpPacketView.TryView(octets, out var view))
        {
            return false;
        }

        if (_script.Model.Pairs.Count == 0)
        {
            return true;
        }

        foreach (var pair in _script.Model.Pairs)
        {
            if (view.Source == pair.PeerOf(_side) && view.Destination == pair.Of(_side))
            {
                return true;
            }
        }

        return false;
    }
}
