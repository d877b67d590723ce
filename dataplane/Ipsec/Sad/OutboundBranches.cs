using System.Collections.Concurrent;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Sad;

/// <summary>The SAs that share a tunnel's rules, by what they carry: read without a lock by any thread, written by control, one call at a time.</summary>
/// <remarks>A look-up asks each prefix length in use, the longest first, then the ranges that are no prefixes; of SAs that carry the same packet the latest is taken.</remarks>
public sealed class OutboundBranches
{
    private readonly ConcurrentDictionary<AddressRange, Tunnel[]> _byPrefix = new();
    private readonly Dictionary<(IpVersion Version, int Length), int> _inUse = [];
    private volatile int[] _lengthsOfV4 = [];
    private volatile int[] _lengthsOfV6 = [];
    private volatile Tunnel[] _others = [];
    private volatile bool _anySealsWholePackets;

    /// <summary>Whether an SA that seals whole packets only has been among them.</summary>
    public bool AnySealsWholePackets => _anySealsWholePackets;

    /// <summary>The bundle that carries a packet; null where none does.</summary>
    public OutboundBundle? Find(in FlowKey flow, bool isLaterFragment)
    {
        foreach (var length in flow.Destination.Version == IpVersion.V4 ? _lengthsOfV4 : _lengthsOfV6)
        {
            if (_byPrefix.TryGetValue(AddressRange.Prefix(flow.Destination, length), out var branches) && Find(branches, flow, isLaterFragment) is { } bundle)
            {
                return bundle;
            }
        }

        return Find(_others, flow, isLaterFragment);
    }

    /// <summary>Puts a branch where its selectors say.</summary>
    public void Add(Tunnel branch, IReadOnlyList<TrafficSelector> selectors, bool sealsWholePackets)
    {
        _anySealsWholePackets |= sealsWholePackets;
        foreach (var remote in selectors.Select(selector => selector.Remote).Distinct())
        {
            if (remote.TryGetPrefix(out var length))
            {
                _byPrefix[remote] = [branch, .. _byPrefix.GetValueOrDefault(remote, [])];
                Count(remote.First.Version, length, 1);
            }
            else
            {
                _others = [branch, .. _others.Where(other => other != branch)];
            }
        }
    }

    /// <summary>Takes a branch out of where its selectors put it.</summary>
    public void Remove(Tunnel branch, IReadOnlyList<TrafficSelector> selectors)
    {
        foreach (var remote in selectors.Select(selector => selector.Remote).Distinct())
        {
            if (!remote.TryGetPrefix(out var length))
            {
                _others = [.. _others.Where(other => other != branch)];
            }
            else if (_byPrefix.TryGetValue(remote, out var branches) && branches.Contains(branch))
            {
                Count(remote.First.Version, length, -1);
                if (branches.Length == 1)
                {
                    _byPrefix.TryRemove(remote, out _);
                }
                else
                {
                    _byPrefix[remote] = [.. branches.Where(other => other != branch)];
                }
            }
        }
    }

    private static OutboundBundle? Find(Tunnel[] branches, in FlowKey flow, bool isLaterFragment)
    {
        foreach (var branch in branches)
        {
            if (branch.Outbound is { } bundle && bundle.Carries(flow, isLaterFragment))
            {
                return bundle;
            }
        }

        return null;
    }

    private void Count(IpVersion version, int length, int change)
    {
        var count = _inUse.GetValueOrDefault((version, length)) + change;
        _inUse[(version, length)] = count;
        if (count - change == 0 || count == 0)
        {
            int[] lengths = [.. _inUse.Where(use => use.Key.Version == version && use.Value > 0).Select(use => use.Key.Length).OrderDescending()];
            if (version == IpVersion.V4)
            {
                _lengthsOfV4 = lengths;
            }
            else
            {
                _lengthsOfV6 = lengths;
            }
        }
    }
}
