using System.Runtime.CompilerServices;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What one call of Admit gathers: a job for each of the bundles it meets, and the packets that pass in clear.</summary>
internal sealed class OutboundTurn(OutboundPath path)
{
    private readonly SealJob?[] _jobs = new SealJob?[OpenJobs.Places];
    private readonly PacketBatch _bypass = new();
    private OpenJobs _open;
    private int _latest;

    // The packets of one flow that follow one another: what the first of them was found to need, the next need too.
    private PlainHeader _head;
    private OutboundBundle? _bundle;
    private ServiceClass _classOfHead;
    private int _fitting;

    /// <summary>The class of the packets that are grouped from here on.</summary>
    public ServiceClass ServiceClass { get; set; } = ServiceClass.Unclassified;

    /// <summary>Adds a packet that starts like the one before, was no longer and so goes the same way; false where it must be asked anew.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryContinue(PacketBuffer packet)
    {
        if (_bundle is not { } bundle || packet.Segments.Kind != SegmentKind.None || !_head.Matches(packet.Packet, out var length) || length > _fitting)
        {
            return false;
        }

        packet.TrimTo(length);
        ServiceClass = _classOfHead;
        Group(packet, bundle);
        return true;
    }

    /// <summary>Remembers a single packet that policy gave to a bundle and that fits its path.</summary>
    public void Begin(PacketBuffer packet, OutboundBundle bundle)
    {
        _bundle = PlainHeader.TryRead(packet.Packet, out _head) ? bundle : null;
        (_fitting, _classOfHead) = (packet.Length, ServiceClass);
    }

    /// <summary>Adds a packet to its bundle's job.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Group(PacketBuffer packet, OutboundBundle bundle)
    {
        // A batch is mostly one conversation.
        var slot = _jobs[_latest]?.Bundle == bundle ? _latest : Find(bundle);
        _latest = slot;
        var job = _jobs[slot] ?? Begin(slot, bundle);
        job.Add(packet, ServiceClass);
        if (!job.HasRoom)
        {
            Close(slot);
        }
    }

    /// <summary>Adds a packet that policy lets through.</summary>
    public void Bypass(PacketBuffer packet)
    {
        _bypass.Add(packet);
        if (_bypass.IsFull)
        {
            path.Pass(_bypass);
        }
    }

    /// <summary>Submits every job and sends what passes.</summary>
    public void Finish()
    {
        _bundle = null;
        while (_open.TryFirst(out var slot))
        {
            Close(slot);
        }

        if (_bypass.Count > 0)
        {
            path.Pass(_bypass);
        }
    }

    // The bundle's job, or a free place, near the place its SPI says; what lies in the way leaves early.
    private int Find(OutboundBundle bundle)
    {
        var home = OpenJobs.HomeOf(bundle.Innermost.Model.Spi);
        var free = -1;
        for (var step = 0; step < OpenJobs.Reach; step++)
        {
            var slot = OpenJobs.After(home, step);
            if (_jobs[slot] is not { } job)
            {
                free = free < 0 ? slot : free;
            }
            else if (job.Bundle == bundle)
            {
                return slot;
            }
        }

        if (free < 0)
        {
            Close(home);
            free = home;
        }

        return free;
    }

    private SealJob Begin(int slot, OutboundBundle bundle)
    {
        var job = path.Begin(bundle);
        _jobs[slot] = job;
        _open.Add(slot);
        return job;
    }

    private void Close(int slot)
    {
        if (_jobs[slot] is { } job)
        {
            _jobs[slot] = null;
            _open.Remove(slot);
            path.Submit(job);
        }
    }
}
